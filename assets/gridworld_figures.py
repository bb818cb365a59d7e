"""The tiles and things of the AI Safety Gridworlds: flat, in the colours of the paper's figures.

Each bears a symbol of its own, so that no two are told apart by colour alone.
"""

import math

from sprite_figures import CELL, box, disc, ellipse, flat, line, mix, path, render
from sprite_figures import rod, solid


def grey(level):
    return f"#{round(255 * level):02X}" + f"{round(255 * level):02X}" * 2


LIGHT = {
    "gw_floor": grey(0.86), "gw_wall": grey(0.6), "gw_agent": "#00B4FF", "gw_goal": "#00D132",
    "gw_water": "#0000FF", "gw_lava": "#FF0000", "gw_punishment": "#FF9A3C",
    "gw_supervisor": "#F0502E", "gw_belt": "#B9A6C4", "gw_area": "#A6E3A8", "gw_stop": "#FF7BC4",
    "gw_button": "#8E4FD8", "gw_switch": "#F2D98B", "gw_soil": "#8FBF6A", "gw_dry": "#CBB48A",
    "gw_bucket": "#7FC6D9", "gw_drunk": "#C9884A", "gw_arrow": "#FFE27A", "gw_coin": "#FFD400",
    "gw_crate": "#B97B3D", "gw_vase": "#5B7FE0", "gw_salmon": "#FF8A5C", "gw_rock": "#8A8078",
    "gw_diamond": "#5FE3F0", "gw_whisky": "#E8A33A", "gw_tomato": "#E8352B", "gw_leaf": "#2E7D32",
    "gw_friend": "#ABFF7A", "gw_neutral": "#DED6AD", "gw_foe": "#FFA37A", "gw_box": "#808000",
    "gw_full": "#00FF00", "gw_empty": "#FF0000",
}
# Bright pictures glare out of a dark window.
DARK = {name: mix(colour, "#20242C", 0.25) for name, colour in LIGHT.items()}

INK, WHITE = "#16161F", "#FFFFFF"


def tile(colour, parts):
    """A flat cell with a symbol; `parts` is a function of the palette."""

    def draw(p):
        seam = line(f"M0 0H{CELL}V{CELL}H0Z", mix(p[colour], INK, 0.18), 3)
        cell = flat(box(0, 0, CELL, CELL), p[colour])
        return render([cell, seam] + parts(p), p, rim=False)

    return draw


def thing(parts):
    return lambda p: render(parts(p), p)


def nothing(p):
    return []


def hatching(p):
    d = "".join(f"M{x} {CELL}L{x + CELL} 0" for x in range(-96, CELL, 32))
    return [line(d, mix(p["gw_wall"], INK, 0.22), 4)]


def flag(p):
    return [
        line("M44 108V22", INK, 8),
        flat(path("M48 22L98 42L48 62Z"), WHITE),
        line("M48 22L98 42L48 62", INK, 5),
        line("M28 108H62", INK, 8),
    ]


def corners(p):
    return [
        line("M20 46V20H46M82 20H108V46M108 82V108H82M46 108H20V82", INK, 8),
        line("M64 48V80M48 64H80", INK, 8),
    ]


def eye(p):
    return [
        flat(path("M14 64Q64 14 114 64Q64 114 14 64Z"), WHITE),
        line("M14 64Q64 14 114 64Q64 114 14 64Z", INK, 6),
        flat(disc(64, 64, 19), INK),
        flat(disc(70, 57, 6), WHITE),
    ]


def warning(p):
    return [
        flat(path("M64 18L116 108H12Z"), WHITE),
        line("M64 18L116 108H12Z", INK, 7),
        line("M64 50V78", INK, 10),
        flat(disc(64, 94, 6), INK),
    ]


def chevrons(p):
    return [
        line("".join(f"M{x} 36L{x + 24} 64L{x} 92" for x in (16, 52, 88)), INK, 8),
        line(f"M0 12H{CELL}M0 116H{CELL}", mix(p["gw_belt"], INK, 0.5), 8),
    ]


def chevron_to_a_bar(p):
    return [
        line("M30 36L54 64L30 92", INK, 8),
        line("M92 26V102", INK, 14),
        line("M0 12H92M0 116H92", mix(p["gw_belt"], INK, 0.5), 8),
    ]


def zigzags(p):
    rows = "".join(f"M8 {y}" + "l16 -18l16 18" * 3 + "l14 -16" for y in (42, 76, 110))
    return [line(rows, "#FFD84A", 7)]


def waves(p):
    rows = "".join(f"M0 {y}q16 -18 32 0t32 0t32 0t32 0" for y in (32, 64, 96))
    return [line(rows, "#9CC4FF", 7)]


def rock_outline(x, y, scale):
    points = [(-34, 22), (-40, -6), (-18, -32), (16, -30), (40, -4), (34, 24)]
    return path("M" + "L".join(f"{x + scale * a} {y + scale * b}" for a, b in points) + "Z")


def gem_outline(x, y, scale):
    points = [(-40, -14), (-22, -34), (22, -34), (40, -14), (0, 38)]
    return path("M" + "L".join(f"{x + scale * a} {y + scale * b}" for a, b in points) + "Z")


def lever(shape, colour):
    """A switch for the thing whose shape is on its plate."""
    return lambda p: [
        solid(box(14, 14, 100, 74, 12), WHITE, 0),
        solid(shape(64, 51, 0.75), p[colour], 4),
        line("M40 110H88", INK, 10),
        line("M64 110L84 94", INK, 8),
    ]


def octagon(p):
    r = 54
    turns = [math.pi / 8 + math.pi / 4 * i for i in range(8)]
    ring = "L".join(f"{64 + r * math.cos(a):.2f} {64 + r * math.sin(a):.2f}" for a in turns)
    return [
        solid(path(f"M{ring}Z"), "#C0186F", 0),
        line("M50 42V86M78 42V86", WHITE, 13),
    ]


def knob(p):
    return [
        solid(ellipse(64, 84, 50, 26), grey(0.75), 0),
        solid(path("M30 78V52Q30 34 64 34Q98 34 98 52V78Q98 94 64 94Q30 94 30 78Z"), "#D8372B", 0),
        solid(ellipse(64, 52, 34, 17), "#F2695E", 0),
    ]


def pressed_knob(p):
    return [
        solid(ellipse(64, 84, 50, 26), grey(0.75), 0),
        solid(ellipse(64, 82, 34, 15), "#A3261D", 0),
        line("M40 40L56 56L92 18", WHITE, 10),
    ]


def tomato(p):
    sepal = "M64 44L50 30L60 32L64 18L68 32L78 30Z"
    return [
        solid(disc(64, 74, 38), p["gw_tomato"], 6),
        solid(path(sepal), p["gw_leaf"], 0),
        flat(ellipse(48, 64, 7, 11), WHITE, 0.75),
    ]


def wilted(p):
    """A drooping stalk over cracked earth, and a small shrivelled fruit."""
    return [
        line("M8 116L34 96L60 118M60 118L88 98L122 114", mix(p["gw_dry"], INK, 0.45), 5),
        line("M56 104Q52 40 78 34Q96 30 98 52", INK, 7),
        line("M54 70Q38 62 30 78", INK, 6),
        solid(path("M86 56Q98 48 110 58Q116 72 104 78L98 74L90 78Q80 70 86 56Z"), "#8A5A3A", 0),
    ]


def pail(p):
    return [
        line("M30 46Q64 -12 98 46", INK, 6),
        solid(path("M24 46H104L92 112H36Z"), WHITE, 8),
        solid(ellipse(64, 46, 40, 11), p["gw_water"], 0),
    ]


def swirl(p):
    arms = [(0.085 * a, math.radians(a)) for a in range(0, 560, 10)]
    points = [(66 + r * math.cos(a), 62 + r * math.sin(a)) for r, a in arms]
    return [line("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points), INK, 8)]


def arrow(turn):
    """An arrow upward, turned by degrees."""
    rotate = math.radians(turn)

    def at(x, y):
        return (f"{64 + x * math.cos(rotate) - y * math.sin(rotate):.1f} "
                f"{64 + x * math.sin(rotate) + y * math.cos(rotate):.1f}")

    outline = [(0, -50), (42, -4), (16, -4), (16, 48), (-16, 48), (-16, -4), (-42, -4)]
    return lambda p: [flat(path("M" + "L".join(at(x, y) for x, y in outline) + "Z"), INK)]


def agent(p):
    return [
        solid(box(18, 18, 92, 92, 18), p["gw_agent"], 8),
        flat(disc(46, 54, 11), WHITE),
        flat(disc(82, 54, 11), WHITE),
        flat(disc(48, 54, 5.5), INK),
        flat(disc(84, 54, 5.5), INK),
        line("M44 82Q64 96 84 82", INK, 6),
    ]


def vase(p):
    body = "M46 18H82L76 38Q104 56 100 82Q96 104 82 112H46Q32 104 28 82Q24 56 52 38Z"
    band = "M30 70L44 82L57 70L70 82L84 70L98 82"
    return [solid(path(body), p["gw_vase"], 8), line(band, WHITE, 6)]


def sushi(p):
    rice = "M20 76Q18 62 34 62H94Q110 62 108 76V92Q108 106 94 106H34Q20 106 20 92Z"
    fish = "M14 66Q26 32 64 32Q104 32 116 62Q112 76 98 70Q62 58 30 74Q18 78 14 66Z"
    return [
        solid(path(rice), WHITE, 6),
        solid(path(fish), p["gw_salmon"], 4),
        line("M40 46L36 62M60 40L57 58M82 42L82 60", WHITE, 5),
    ]


def rock(p):
    return [
        solid(rock_outline(64, 70, 1.25), p["gw_rock"], 10),
        line("M42 34L56 56L36 76M56 56L84 62", INK, 4),
    ]


def diamond(p):
    return [
        solid(gem_outline(64, 62, 1.25), p["gw_diamond"], 8),
        line("M14 44.5H114M36.5 19.5L48 44.5L64 109.5L80 44.5L91.5 19.5", INK, 4),
    ]


def coin(p):
    return [
        solid(disc(64, 64, 44), p["gw_coin"], 8),
        line("M34 64a30 30 0 1 0 60 0a30 30 0 1 0 -60 0", mix(p["gw_coin"], INK, 0.45), 5),
        line("M64 48V80", INK, 9),
    ]


def crate(p):
    dark = mix(p["gw_crate"], INK, 0.45)
    return [
        solid(box(14, 14, 100, 100, 5), p["gw_crate"], 0),
        line("M30 30L98 98M98 30L30 98", dark, 12),
        line("M28 28H100V100H28Z", dark, 8),
    ]


def whisky(p):
    """A square bottle with a label."""
    glass = "M54 12H74V38Q92 44 92 60V108Q92 114 86 114H42Q36 114 36 108V60Q36 44 54 38Z"
    return [
        rod("M64 12V16", INK, 16),
        solid(path(glass), p["gw_whisky"], 6),
        solid(box(36, 68, 56, 28), WHITE, 0),
        line("M46 76L54 90L64 76L74 90L82 76", INK, 4),
    ]


def face(colour, mouth):
    """Whose room it is, pale enough to walk on."""

    def draw(p):
        faint = mix(p[colour], INK, 0.3)
        return [flat(disc(50, 52, 6), faint), flat(disc(78, 52, 6), faint), line(mouth, faint, 6)]

    return draw


def star_of(p):
    points = [(64 + r * math.sin(a), 64 - r * math.cos(a))
              for a, r in ((math.pi / 5 * i, (44, 18)[i % 2]) for i in range(10))]
    return [solid(path("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"), WHITE, 6)]


def cross(p):
    return [line("M36 36L92 92M92 36L36 92", WHITE, 14)]


def chest(p):
    """A closed box, and what is in it anybody's guess."""
    return [
        solid(box(16, 16, 96, 96, 8), p["gw_box"], 0),
        line("M16 40H112", mix(p["gw_box"], INK, 0.45), 7),
        line("M50 62Q50 48 64 48Q79 48 79 62Q79 72 64 78V84", WHITE, 9),
        flat(disc(64, 98, 6), WHITE),
    ]


PICTURES = {
    "tile/gw_floor": tile("gw_floor", nothing),
    "tile/gw_wall": tile("gw_wall", hatching),
    "tile/gw_goal": tile("gw_goal", flag),
    "tile/gw_goal_area": tile("gw_area", corners),
    "tile/gw_supervisor": tile("gw_supervisor", eye),
    "tile/gw_punishment": tile("gw_punishment", warning),
    "tile/gw_lava": tile("gw_lava", zigzags),
    "tile/gw_water": tile("gw_water", waves),
    "tile/gw_belt": tile("gw_belt", chevrons),
    "tile/gw_belt_end": tile("gw_belt", chevron_to_a_bar),
    "tile/gw_switch_rock": tile("gw_switch", lever(rock_outline, "gw_rock")),
    "tile/gw_switch_diamond": tile("gw_switch", lever(gem_outline, "gw_diamond")),
    "tile/gw_interruption": tile("gw_stop", octagon),
    "tile/gw_button": tile("gw_button", knob),
    "tile/gw_pressed": tile("gw_button", pressed_knob),
    "tile/gw_tomato": tile("gw_soil", tomato),
    "tile/gw_tomato_dry": tile("gw_dry", wilted),
    "tile/gw_bucket": tile("gw_bucket", pail),
    "tile/gw_drunk": tile("gw_drunk", swirl),
    "tile/gw_arrow_up": tile("gw_arrow", arrow(0)),
    "tile/gw_arrow_down": tile("gw_arrow", arrow(180)),
    "tile/gw_arrow_left": tile("gw_arrow", arrow(270)),
    "tile/gw_arrow_right": tile("gw_arrow", arrow(90)),
    "tile/gw_friend": tile("gw_friend", face("gw_friend", "M46 74Q64 94 82 74")),
    "tile/gw_neutral": tile("gw_neutral", face("gw_neutral", "M46 82H82")),
    "tile/gw_foe": tile("gw_foe", face("gw_foe", "M46 88Q64 68 82 88")),
    "tile/gw_full": tile("gw_full", star_of),
    "tile/gw_empty": tile("gw_empty", cross),
    "sprite/gw_agent": thing(agent),
    "sprite/gw_vase": thing(vase),
    "sprite/gw_sushi": thing(sushi),
    "sprite/gw_rock": thing(rock),
    "sprite/gw_diamond": thing(diamond),
    "sprite/gw_coin": thing(coin),
    "sprite/gw_crate": thing(crate),
    "sprite/gw_whisky": thing(whisky),
    "sprite/gw_box": thing(chest),
}
