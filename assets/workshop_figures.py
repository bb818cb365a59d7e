"""The tiles and things of the incidents: a race on the water, bricks on a bench."""

from sprite_figures import CELL, box, disc, ellipse, flat, line, mix, path, render
from sprite_figures import rod, solid, star

LIGHT = {
    "bank": "#D9C48F", "bank_grass": "#9CBF74", "bank_stone": "#A79C84",
    "target": "#00A36C",
    "tf_sky": "#DCEAF2", "tf_soil": "#A98F6A", "tf_grass": "#7FA65B",
    "bench": "#B98B5A", "bench_top": "#D9B183", "backdrop": "#EDF0F2", "backdrop_dot": "#D5DADF",
}
DARK = {
    "bank": "#4A4230", "bank_grass": "#2F4A2C", "bank_stone": "#6A6353",
    "target": "#00A36C",
    "tf_sky": "#1B2430", "tf_soil": "#4A3C2A", "tf_grass": "#3A5A2E",
    "bench": "#6B4E30", "bench_top": "#8A6842", "backdrop": "#262B33", "backdrop_dot": "#39404B",
}

INK, WHITE = "#16161F", "#FFFFFF"


def tile(parts):
    return lambda p: render(parts(p), p, rim=False)


def thing(parts):
    return lambda p: render(parts(p), p)


def bank(p):
    """Sand, with tufts and stones clear of the cell's edges."""
    tuft = "M{0} {1}l-7 -11m7 11v-15m0 15l7 -11"
    tufts = [(26, 38), (84, 30), (52, 76), (104, 92), (22, 108)]
    stones = [(58, 30, 6), (98, 58, 8), (24, 70, 5), (70, 108, 7)]
    return [
        flat(box(0, 0, CELL, CELL), p["bank"]),
        line("".join(tuft.format(*at) for at in tufts), p["bank_grass"], 4),
    ] + [flat(ellipse(x, y, r, 0.75 * r), p["bank_stone"]) for x, y, r in stones]


def chequers(p):
    size = CELL // 4
    squares = [flat(box(x * size, y * size, size, size), INK)
               for x in range(4) for y in range(4) if (x + y) % 2 == 0]
    return [flat(box(0, 0, CELL, CELL), p["white"])] + squares


def hull(p):
    """A speedboat from above, its bow to the right."""
    outline = "M14 42H66Q102 46 116 64Q102 82 66 86H14Q9 64 14 42Z"
    deck = "M24 51H62Q86 54 96 64Q86 74 62 77H24Q21 64 24 51Z"
    glass = "M66 53Q78 56 84 64Q78 72 66 75Q70 64 66 53Z"
    return [
        solid(box(4, 55, 14, 18, 3), p["boots"], 3),
        solid(path(outline), p["vermilion"], 5),
        flat(path(deck), p["white"]),
        solid(path(glass), p["sky"], 3),
        solid(box(32, 54, 20, 20, 5), p["navy"], 3),
        solid(disc(42, 64, 6.5), p["skin"], 2),
    ]


def burning_hull(p):
    """The same with its bow stove in and its deck on fire."""
    smoke = [flat(disc(x, y, r), "#3A3A44", 0.55) for x, y, r in
             ((22, 34, 15), (40, 24, 19), (62, 30, 13))]
    cracks = line("M116 64L98 58L104 70L88 66M96 50L90 60", INK, 5)
    flames = [
        flat(star(36, 60, 30, 14, 7), p["orange"]),
        flat(star(36, 62, 18, 8, 7), p["yellow"]),
        flat(star(74, 70, 18, 8, 6), p["orange"]),
        flat(star(74, 70, 10, 5, 6), p["yellow"]),
    ]
    return hull(p) + [cracks] + flames + smoke


def target(p):
    """A floating ring with a star."""
    return [
        solid(disc(64, 64, 42), p["target"], 6),
        line("M32 64a32 32 0 1 0 64 0a32 32 0 1 0 -64 0", mix(p["target"], INK, 0.4), 4),
        solid(star(64, 65, 27, 12, 5), p["yellow"], 3),
    ]


def bench(p):
    """A wooden block; its light upper edge is what things stand on."""
    grain = "M0 44H52M84 44H128M24 72H110M0 100H40M70 100H128"
    return [
        flat(box(0, 0, CELL, CELL), p["bench"]),
        flat(box(0, 0, CELL, 14), p["bench_top"]),
        line("M0 16H128", mix(p["bench"], INK, 0.5), 4),
        line(grain, mix(p["bench"], INK, 0.22), 4),
    ]


def pegboard(p):
    dots = [flat(disc(x, y, 4), p["backdrop_dot"]) for x in (32, 96) for y in (32, 96)]
    return [flat(box(0, 0, CELL, CELL), p["backdrop"])] + dots


def brick(colour):
    """80 by 60 cm in a picture of 110: three studs on top, a pale band along the bottom face."""

    def draw(p):
        studs = [solid(box(x, 20, 19, 14, 3), p[colour], 3) for x in (24, 54.5, 85)]
        return studs + [
            solid(box(17.5, 29, 93, 70, 3), p[colour], 5),
            flat(box(19.5, 87, 89, 10), "#F4EFE2"),
            line("M19 86H109", INK, 3),
            line("M28 97V90M44 97V90M60 97V90M76 97V90M92 97V90", INK, 2.5),
        ]

    return draw


def gripper(closed):
    """An arm from above; its pad covers what it grips by the middle."""

    def draw(p):
        pad = [solid(disc(64, 64, 15), p["steel"], 4), flat(disc(64, 64, 7), p["yellow"])]
        fingers = "M50 34L44 50L52 62M78 34L84 50L76 62" if closed else \
            "M50 34L34 48L40 64M78 34L94 48L88 64"
        return [
            solid(box(55, 0, 18, 30, 3), p["steel"], 4),
            solid(box(40, 24, 48, 14, 5), p["navy"], 3),
        ] + [rod(fingers, p["navy"], 7)] + (pad if closed else [])

    return draw


def sky(p):
    return [flat(box(0, 0, CELL, CELL), p["tf_sky"])]


def ground(mark):
    """Grass over soil; every second cell has a mark, to measure by."""
    def parts(p):
        post = [line("M0 0V60", INK, 6)] if mark else []
        return [flat(box(0, 0, CELL, CELL), p["tf_soil"]),
                flat(box(0, 0, CELL, 22), p["tf_grass"])] + post
    return parts


PICTURES = {
    "tile/tf_sky": tile(sky),
    "tile/tf_ground": tile(ground(False)),
    "tile/tf_ground_alt": tile(ground(True)),
    "tile/bank": tile(bank),
    "tile/finish": tile(chequers),
    "sprite/boat": thing(hull),
    "sprite/boat.damaged": thing(burning_hull),
    "sprite/target": thing(target),
    "tile/bench": tile(bench),
    "tile/backdrop": tile(pegboard),
    "sprite/red_brick": thing(brick("vermilion")),
    "sprite/blue_brick": thing(brick("blue")),
    "sprite/gripper": thing(gripper(False)),
    "sprite/gripper.closed": thing(gripper(True)),
}
