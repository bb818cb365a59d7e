"""The tiles and things of the incidents: a race on the water, bricks on a bench."""

from sprite_figures import CELL, box, disc, ellipse, flat, line, mix, path, render
from sprite_figures import solid, star

LIGHT = {
    "bank": "#D9C48F", "bank_grass": "#9CBF74", "bank_stone": "#A79C84",
    "target": "#00A36C",
}
DARK = {
    "bank": "#4A4230", "bank_grass": "#2F4A2C", "bank_stone": "#6A6353",
    "target": "#00A36C",
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


PICTURES = {
    "tile/bank": tile(bank),
    "tile/finish": tile(chequers),
    "sprite/boat": thing(hull),
    "sprite/boat.damaged": thing(burning_hull),
    "sprite/target": thing(target),
}
