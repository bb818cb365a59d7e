#!/usr/bin/env python3
"""Draws the tile and sprite sheets of the viewer, one for a light theme and one for a dark one.

Run `assets/draw_sprites.py`: it writes, beside itself, sprites_light.png, sprites_dark.png and
sprites.json, which says where each picture lies. It needs rsvg-convert (Debian: librsvg2-bin) and
ends with status 2 if that is missing. The bytes depend on its version alone.

A cell's picture is 128 pixels square, inset by 4 in a pitch of 136. The padding of an opaque
picture repeats its edge colours, so that a filter never mixes in a neighbour; the rest of the
sheet is transparent. The PNG's alpha is straight: multiply before filtering.
"""

import shutil
import subprocess
import sys
from pathlib import Path

# A stray __pycache__ beside the pictures would end up in packages of this folder.
sys.dont_write_bytecode = True

import gridworld_figures as gridworlds
import screen_figures as screens
import workshop_figures as workshop
import sprite_figures as figures
from sprite_figures import box, disc, ellipse, flat, line, mix, path, render
from sprite_figures import rod, shaded, solid, star

CELL, INSET, COLUMNS = figures.CELL, 4, 8
PITCH = CELL + 2 * INSET

# Okabe and Ito's colours, which readers with any colour vision tell apart, and neutrals.
PIECES = {
    "blue": "#0072B2", "pink": "#CC79A7", "green": "#009E73", "vermilion": "#D55E00",
    "orange": "#E69F00", "yellow": "#F0E442", "sky": "#56B4E9", "plum": "#7D3C6B",
    "skin": "#F2C9A1", "hair": "#4A2F20", "grey": "#B4B6BE", "white": "#FAFAF7",
    "steel": "#8B93A0", "navy": "#22304F", "denim": "#5F7BA6", "boots": "#3A3A44",
    "tyre": "#34363F", "wood": "#A9713D", "outline": "#16161F",
}
LIGHT = {
    **PIECES,
    **gridworlds.LIGHT,
    **screens.LIGHT,
    **workshop.LIGHT,
    "rim": "#FFFFFF",
    "floor": "#F0E4CD", "floor_alt": "#ECDEC3", "floor_seam": "#DCCBA9",
    "brick": "#565A68", "brick_alt": "#4B4F5D", "brick_lit": "#6E7382", "mortar": "#31343F",
    "frame": "#E9E6DE", "door": "#A3622F", "glass": "#A9DAF5", "glint": "#EAF7FF",
    "void": "#1D2431", "stone": "#9C9890", "stone_alt": "#7B7871",
    "burnt": "#75695F", "burnt_alt": "#6A5F56", "burnt_seam": "#4C433D", "ash": "#A39A91",
    "pavement": "#CDD0D4", "pavement_alt": "#C4C8CD", "pavement_seam": "#AEB3BA",
    "yard": "#A5CB8E", "blade": "#7FAE6B", "blade_lit": "#C4E0B0",
    "water": "#56A8DB", "wave": "#9DD3F2", "wave_low": "#3C8CC0",
}
DARK = {
    **PIECES,
    **gridworlds.DARK,
    **screens.DARK,
    **workshop.DARK,
    "rim": "#EFEDE6",
    "floor": "#3B322B", "floor_alt": "#372F28", "floor_seam": "#2A231E",
    "brick": "#A3A9B8", "brick_alt": "#969CAC", "brick_lit": "#C3C8D4", "mortar": "#5B6070",
    "frame": "#D9D6CE", "door": "#A3622F", "glass": "#6DB6DF", "glint": "#C9EAFB",
    "void": "#0B0E15", "stone": "#8D8A84", "stone_alt": "#6E6B66",
    "burnt": "#191513", "burnt_alt": "#15110F", "burnt_seam": "#060505", "ash": "#57504B",
    "pavement": "#4A4F58", "pavement_alt": "#454A53", "pavement_seam": "#343841",
    "yard": "#1D3523", "blade": "#2D4D33", "blade_lit": "#406546",
    "water": "#123F66", "wave": "#2C76AB", "wave_low": "#0B2E4D",
}
THEMES = {"light": LIGHT, "dark": DARK}


def on_tile(parts, palette):
    return render(parts, palette, rim=False)


def fill(colour):
    return flat(box(0, 0, CELL, CELL), colour).paint


def pane(x, y, width, height, view, content):
    """The content seen through a window: `view` of it fills the rectangle, the rest is cut off."""
    rectangle = f'x="{x}" y="{y}" width="{width}" height="{height}"'
    return (f'<svg {rectangle} viewBox="{view}" preserveAspectRatio="none" overflow="hidden">'
            f"{content}</svg>")


def planks(palette, kind):
    """Four boards; no seam lies on the cell's edge, and the last board goes on in the next cell."""
    seam = palette[kind + "_seam"]
    boards = "".join(flat(box(0, y, CELL, 32), palette[kind + "_alt"]).paint for y in (16, 80))
    seams = "M0 16H128M0 48H128M0 80H128M0 112H128"
    joints = "M28 16V48M92 48V80M56 80V112M112 112V128M112 0V16"
    return fill(palette[kind]) + boards + line(seams + joints, seam, 2).paint


def bricks(palette):
    """A running bond, lit from above; bricks cut by an edge go on in the next cell."""
    tones = [palette["brick"], palette["brick_alt"]]
    courses = [fill(palette["mortar"])]
    for row, y in enumerate(range(-16, CELL, 32)):
        for x in range(-64 + (16 if row % 2 else 48), CELL, 64):
            tone = tones[(x // 64 + row // 2) % 2]
            courses.append(flat(box(x + 2, y + 2, 60, 28, 4), tone).paint)
            courses.append(flat(box(x + 4, y + 3, 56, 5, 2.5), palette["brick_lit"]).paint)
    return "".join(courses)


def floor(p):
    return planks(p, "floor")


def burnt(p):
    cracks = "M18 30l14 6l8 -8l12 8M84 22l6 14l14 2M30 92l10 -10l16 6M92 88l-8 14l10 8"
    flakes = [(24, 66, 5), (70, 34, 4), (108, 62, 5), (60, 104, 4), (14, 100, 3), (82, 66, 3)]
    embers = [(40, 58), (98, 100), (58, 20)]
    return planks(p, "burnt") + on_tile(
        [flat(ellipse(62, 62, 46, 36), p["burnt_seam"], 0.45)]
        + [line(cracks, p["burnt_seam"], 4)]
        + [flat(disc(x, y, r), p["ash"]) for x, y, r in flakes]
        + [flat(star(x, y, 6, 3, 4), p["vermilion"]) for x, y in embers],
        p,
    )


def pavement(p):
    corners = [(32, 32), (-32, -32), (96, -32), (-32, 96), (96, 96)]
    slabs = [flat(box(x, y, 64, 64), p["pavement_alt"]) for x, y in corners]
    seams = line("M32 0V128M96 0V128M0 32H128M0 96H128", p["pavement_seam"], 3)
    return fill(p["pavement"]) + on_tile(slabs + [seams], p)


def yard(p):
    dark = [(20, 30), (72, 22), (106, 54), (44, 66), (84, 92), (24, 108)]
    lit = [(48, 34), (100, 26), (18, 72), (76, 60), (54, 100), (108, 112)]
    tuft = "M{0} {1}l-6 -12m6 12v-15m0 15l6 -12"
    return fill(p["yard"]) + on_tile(
        [line("".join(tuft.format(*at) for at in dark), p["blade"], 3.4)]
        + [line("".join(tuft.format(*at) for at in lit), p["blade_lit"], 3)],
        p,
    )


def water(p):
    # A crest or a trough lies on the cell's edge, where its level outline meets the next cell's.
    crest, trough = -16, -48

    def waves(rows):
        return "".join(f"M{x} {y}q16 -11 32 0t32 0t32 0t32 0t32 0t32 0" for x, y in rows)

    return fill(p["water"]) + on_tile(
        [
            line(waves([(crest, 16), (trough, 80)]), p["wave"], 5),
            line(waves([(trough, 48), (crest, 112)]), p["wave_low"], 5),
        ],
        p,
    )


def opening(p):
    """The frame that doors and windows share, set in the wall."""
    return bricks(p) + on_tile([solid(box(10, 10, 108, 108, 4), p["frame"], 4)], p)


def door_closed(p):
    panels = [solid(box(x, y, 28, 30, 3), mix(p["door"], "#FFFFFF", 0.16), 4)
              for x in (32, 68) for y in (30, 70)]
    leaf = [solid(box(21, 19, 86, 92, 2), p["door"], 5)]
    return opening(p) + on_tile(leaf + panels + [solid(disc(98, 65, 6.5), p["yellow"], 3)], p)


def door_open(p):
    through = pane(21, 19, 86, 92, "21 19 86 92", floor(p))
    leaf = "M21 19L45 32V124L21 111Z"
    return opening(p) + through + on_tile(
        [
            flat(path("M21 19H107V28H21Z"), p["outline"], 0.22),
            line("M21 19H107V111H21Z", p["outline"], figures.OUTLINE_WIDTH),
            solid(path(leaf), p["door"], 4),
            solid(disc(38, 78, 4.5), p["yellow"], 2),
        ],
        p,
    )


def window(p):
    panes = [(x, y) for x in (21, 68) for y in (21, 68)]
    glass = [solid(box(x, y, 39, 39, 2), p["glass"], 4) for x, y in panes]
    glints = "".join(f"M{x + 8} {y + 22}l14 -14m-8 22l14 -14" for x, y in panes)
    return opening(p) + on_tile(glass + [line(glints, p["glint"], 4)], p)


def window_broken(p):
    shards = (
        "M22 22H62L44 44L34 38L22 62Z", "M106 22V58L92 46L80 54L74 22Z",
        "M22 106V78L38 88L50 106Z", "M106 106H66L76 84L88 92L106 74Z",
    )
    hole = [solid(box(21, 21, 86, 86, 2), p["void"], 0)]
    return opening(p) + on_tile(hole + [solid(path(d), p["glass"], 3) for d in shards], p)


def rubble(p):
    stones = [
        ("M14 62L26 36L52 30L62 52L46 76L22 78Z", "stone"),
        ("M66 40L82 16L108 24L114 50L92 62L72 58Z", "stone_alt"),
        ("M74 74L98 62L120 78L112 106L84 112Z", "stone"),
        ("M12 96L30 82L50 88L52 112L24 118Z", "stone_alt"),
        ("M44 84L58 56L82 66L86 94L62 106Z", "brick"),
        ("M30 12L48 10L52 22L36 26Z", "brick"),
        ("M100 6L112 8L112 18L102 18Z", "stone"),
    ]
    return floor(p) + on_tile([solid(path(d), p[name], 7) for d, name in stones], p)


def valve(p):
    wheel = "M28 64a36 36 0 1 0 72 0a36 36 0 1 0 -72 0M64 64V28M64 64L95.2 82M64 64L32.8 82"
    return floor(p) + on_tile(
        [
            solid(box(10, 52, 108, 24, 4), p["steel"], 6),
            solid(box(8, 46, 14, 36, 4), p["boots"], 4),
            solid(box(106, 46, 14, 36, 4), p["boots"], 4),
            rod(wheel, p["vermilion"], 12),
            solid(disc(64, 64, 13), p["yellow"], 4),
        ],
        p,
    )


def goal(p):
    return floor(p) + on_tile(
        [
            solid(disc(64, 64, 54), p["green"], 0),
            line("M20 64a44 44 0 1 0 88 0a44 44 0 1 0 -88 0", p["white"], 5),
            solid(star(64, 66, 36, 15, 5), p["yellow"], 4),
        ],
        p,
    )


def debris(p):
    """A chunk of the wall; its broken edges are light above and left, dark below and right."""
    top = "M0 0H128L114 12L98 8L84 16L66 9L48 17L30 9L14 14L16 32L8 48L15 68L9 88L15 108L0 128Z"
    low = "M128 128H0L16 114L34 120L50 111L68 119L86 110L104 118L113 106L112 88L120 72L112 52" \
        "L119 32L114 14L128 0Z"
    cracks = "M50 17l8 22l-10 16l14 20M104 118l-16 -24"
    return bricks(p) + on_tile(
        [
            flat(path(top), p["brick_lit"]),
            flat(path(low), p["mortar"]),
            line(cracks, p["outline"], 4),
        ],
        p,
    )


def wooden_box(p):
    wood, grain, white = p["wood"], shaded(p["wood"]), "#FFFFFF"
    return fill(wood) + on_tile(
        [flat(box(0, y, CELL, 32), mix(wood, white, 0.1)) for y in (0, 64)]
        + [line("M0 32H128M0 64H128M0 96H128", grain, 4)]
        + [line("M20 16H70M60 48H112M16 80H50M78 112H114", grain, 2)]
        + [
            flat(path("M0 0H128L118 10H10V118L0 128Z"), mix(wood, white, 0.35)),
            flat(path("M128 128H0L10 118H118V10L128 0Z"), mix(wood, "#000000", 0.4)),
        ],
        p,
    )


def figure(draw, *arguments):
    return lambda p: render(draw(p, *arguments), p)


PICTURES = {
    "tile/floor": floor,
    "tile/wall": bricks,
    "tile/door_closed": door_closed,
    "tile/door_open": door_open,
    "tile/window": window,
    "tile/window_broken": window_broken,
    "tile/rubble": rubble,
    "tile/burnt": burnt,
    "tile/pavement": pavement,
    "tile/yard": yard,
    "tile/valve": valve,
    "tile/water": water,
    "tile/goal": goal,
    "body/debris": debris,
    "body/box": wooden_box,
    "body/disc": figures.ball,
    "sprite/rescuer": figure(figures.rescuer),
    "sprite/rescuer.dead": lambda p: figures.dead(figures.rescuer, p),
    "sprite/mother": figure(figures.mother),
    "sprite/mother.carried": lambda p: figures.carried(figures.mother, p),
    "sprite/mother.dead": lambda p: figures.dead(figures.mother, p),
    "sprite/user": figure(figures.user),
    "sprite/user.dead": lambda p: figures.dead(figures.user, p),
    "sprite/fireman": figure(figures.fireman),
    "sprite/fireman.dead": lambda p: figures.dead(figures.fireman, p),
    "sprite/agent": figure(figures.agent),
    "sprite/fire.0": figure(figures.fire, 0),
    "sprite/fire.1": figure(figures.fire, 1),
    "sprite/fire.2": figure(figures.fire, 2),
    "sprite/fire.3": figure(figures.fire, 3),
    "sprite/unknown": figure(figures.unknown),
    "effect/smoke": figures.smoke,
    "effect/spark": figures.spark,
    "effect/arrow": figures.arrow,
    **gridworlds.PICTURES,
    **screens.PICTURES,
    **workshop.PICTURES,
}


def is_opaque(name):
    return name.startswith("tile/") or name in ("body/debris", "body/box")


def place(index):
    """The column and row of the picture with this index."""
    return index % COLUMNS, index // COLUMNS


def padded(x, y, content):
    """The picture at (x, y) and, around it, its outermost sliver stretched over the padding."""
    sliver = 1 / 16
    spans = [(-INSET, INSET, 0, sliver), (0, CELL, 0, CELL), (CELL, INSET, CELL - sliver, sliver)]
    return "".join(
        pane(x + left, y + top, width, height, f"{u} {v} {du} {dv}", content)
        for top, height, v, dv in spans
        for left, width, u, du in spans
    )


def sheet(palette):
    """The whole sheet as SVG text."""
    drawn = []
    for index, (name, draw) in enumerate(PICTURES.items()):
        column, row = place(index)
        x, y = column * PITCH + INSET, row * PITCH + INSET
        if is_opaque(name):
            drawn.append(f'<defs><g id="{name}">{draw(palette)}</g></defs>')
            drawn.append(padded(x, y, f'<use href="#{name}"/>'))
        else:
            drawn.append(pane(x, y, CELL, CELL, f"0 0 {CELL} {CELL}", draw(palette)))
    rows = place(len(PICTURES) - 1)[1] + 1
    size = f'width="{COLUMNS * PITCH}" height="{rows * PITCH}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>' + "\n".join(drawn) + "</svg>\n"


def index_text():
    places = [f'    "{name}": [{place(i)[0]}, {place(i)[1]}]' for i, name in enumerate(PICTURES)]
    head = f'{{\n  "cell": {CELL},\n  "pitch": {PITCH},\n  "inset": {INSET},\n  "pictures": {{\n'
    return head + ",\n".join(places) + "\n  }\n}\n"


def main():
    if shutil.which("rsvg-convert") is None:
        print("draw_sprites: needs rsvg-convert (Debian: librsvg2-bin)", file=sys.stderr)
        return 2
    folder = Path(__file__).resolve().parent
    for theme, palette in THEMES.items():
        target = folder / f"sprites_{theme}.png"
        command = ["rsvg-convert", "--format", "png", "--output", str(target)]
        subprocess.run(command, input=sheet(palette).encode(), check=True)
    (folder / "sprites.json").write_text(index_text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
