"""The tiles and things of incidents on a screen: falling pieces, and a test with its keyboard."""

from sprite_figures import CELL, box, disc, flat, line, mix, path, render, rod, shaded, solid

INK, WHITE = "#16161F", "#FFFFFF"

LIGHT = {
    "tp_well": "#1E2638", "tp_frame": "#7C8496",
    "ut_screen": "#232A38", "ut_desk": "#C9A97C", "ut_key": "#F4F2EC", "ut_shortcut": "#F2B8A0",
    "ut_paper": "#FAFAF7", "ut_dim": "#7C8496",
}
DARK = {
    **LIGHT,
    "tp_well": "#0D111A", "tp_frame": "#4A5163",
    "ut_screen": "#11151E", "ut_desk": "#5A4632", "ut_key": "#C9C8C2", "ut_shortcut": "#C98D76",
}


# ---- Falling pieces ------------------------------------------------------------------------------


def block(colour):
    """A cell of a piece: a square with bevelled edges, lit from above and from the left."""

    def parts(p):
        face = p[colour]
        lit, dark = mix(face, WHITE, 0.45), mix(face, INK, 0.45)
        return [
            flat(box(0, 0, CELL, CELL), dark),
            flat(path("M0 0H128L104 24H24V104L0 128Z"), lit),
            flat(box(20, 20, 88, 88, 6), face),
            flat(path("M34 34H72L34 72Z"), WHITE, 0.28),
            line(f"M0 0H{CELL}V{CELL}H0Z", mix(face, INK, 0.7), 5),
        ]

    return parts


def settled(colour):
    return lambda p: render(block(colour)(p), p, rim=False)


def falling(colour):
    """The same as large as a cell: a sprite's picture has a margin of a twentieth all round."""
    return lambda p: render(block(colour)(p), p, "translate(5.82 5.82) scale(0.9091)", rim=False)


def well(p):
    grid = line(f"M0 0H{CELL}V{CELL}H0Z", mix(p["tp_well"], WHITE, 0.1), 3)
    return render([flat(box(0, 0, CELL, CELL), p["tp_well"]), grid], p, rim=False)


def frame(p):
    steel = p["tp_frame"]
    return render(
        [
            flat(box(0, 0, CELL, CELL), steel),
            flat(path("M0 0H128L118 10H10V118L0 128Z"), mix(steel, WHITE, 0.35)),
            flat(path("M128 128H0L10 118H118V10L128 0Z"), mix(steel, INK, 0.4)),
            flat(disc(64, 64, 13), mix(steel, INK, 0.25)),
            flat(disc(61, 61, 8), mix(steel, WHITE, 0.4)),
        ],
        p,
        rim=False,
    )


def plaque(colour, sign):
    """What has become of the game, large enough to lie over it."""
    return lambda p: render([solid(box(16, 26, 96, 76, 14), colour, 5)] + sign(p), p)


def two_bars(p):
    return [flat(box(44, 42, 14, 44, 3), WHITE), flat(box(70, 42, 14, 44, 3), WHITE)]


def crossed(p):
    return [line("M46 46L82 82M82 46L46 82", WHITE, 13)]


# ---- A screen and its keyboard ------------------------------------------------------------------


def on_screen(parts):
    def draw(p):
        glow = [flat(box(0, y, CELL, 8), WHITE, 0.025) for y in range(0, CELL, 16)]
        return render([flat(box(0, 0, CELL, CELL), p["ut_screen"])] + glow + parts(p), p, rim=False)

    return draw


def desk(p):
    grain = "M0 22q32 9 64 0t64 0M0 66q32 -8 64 0t64 0M0 106q32 6 64 0t64 0"
    top = flat(box(0, 0, CELL, CELL), p["ut_desk"])
    return render([top, line(grain, shaded(p["ut_desk"]), 2)], p, rim=False)


def badge(colour, sign):
    """A test's result: a disc and what it stands for."""
    return on_screen(lambda p: [solid(disc(64, 64, 44), p[colour], 6)] + sign(p))


def unseen(p):
    return [line("M64 22a42 42 0 1 1 -0.1 0", p["ut_dim"], 7),
            flat(disc(64, 64, 9), p["ut_dim"])]


def cross(p):
    return [line("M46 46L82 82M82 46L46 82", WHITE, 13)]


def tick(p):
    return [line("M42 66L58 82L88 48", WHITE, 13)]


def over_the_bar(p, colour=WHITE):
    return [line("M40 46L58 64L40 82M62 46L80 64L62 82M90 46V82", colour, 9)]


def pencil(p, colour=WHITE):
    return [
        flat(path("M42 86L48 66L78 36L92 50L62 80Z"), colour),
        flat(path("M42 86L45 75L53 83Z"), INK),
        line("M70 44L84 58", INK, 4),
    ]


def equals_one(p, colour=WHITE):
    return [line("M36 56H62M36 74H62M76 54L88 44V86", colour, 9)]


def sheet(p, writing):
    """A page with a folded corner."""
    page = "M26 12H84L104 32V116H26Z"
    fold = [solid(path(page), p["ut_paper"], 4), solid(path("M84 12V32H104Z"), "#C9CCD4", 0)]
    return fold + writing


def lines_of(rows, colour, width=7):
    return line("".join(f"M38 {y}H{x}" for y, x in rows), colour, width)


def log(p):
    return sheet(p, [
        lines_of([(46, 92), (62, 78), (94, 88)], p["ut_dim"]),
        line("M38 78H86", p["vermilion"], 9),
    ])


def log_read(p):
    return log(p) + [
        rod("M88 90L108 112", p["wood"], 8),
        solid(disc(72, 74, 24), mix(p["sky"], WHITE, 0.6), 3),
        line("M58 78H86", p["vermilion"], 7),
    ]


def code(p, colours):
    first, second, third = colours
    return sheet(p, [
        line("M38 44H62", first, 8), line("M50 62H90", second, 8), line("M50 80H80", third, 8),
        line("M38 98H56", first, 8),
    ])


def code_unread(p):
    grey = mix(p["ut_dim"], WHITE, 0.55)
    return code(p, [grey] * 3)


def code_wrong(p):
    wave = "M48 72q5 -8 10 0t10 0t10 0t10 0"
    return code(p, [p["plum"], p["blue"], p["blue"]]) + [
        line(wave, p["vermilion"], 6),
        solid(disc(96, 100, 20), p["vermilion"], 3),
        line("M88 92L104 108M104 92L88 108", WHITE, 6),
    ]


def code_right(p):
    return code(p, [p["plum"], p["blue"], p["green"]]) + [
        solid(disc(96, 100, 20), p["green"], 3),
        line("M86 100L94 108L106 92", WHITE, 6),
    ]


def lamp(colour, lit):
    rays = ("M64 8V20M64 108V120M8 64H20M108 64H120"
            "M24 24L33 33M95 95L104 104M104 24L95 33M33 95L24 104")

    def parts(p):
        shining = [line(rays, p["yellow"], 7)] if lit else []
        glass = [solid(disc(64, 64, 36), p[colour], 5), flat(disc(52, 52, 9), WHITE, 0.6)]
        return shining + [solid(disc(64, 64, 44), p["steel"], 4)] + glass + (tick(p) if lit else [])

    return on_screen(parts)


def key(cap, sign):
    """A key cap, pressed by nobody; its sign in ink."""

    def draw(p):
        face = p[cap]
        parts = [
            flat(box(0, 0, CELL, CELL), p["ut_desk"]),
            solid(box(6, 8, 116, 114, 16), mix(face, INK, 0.3), 0),
            flat(box(14, 10, 100, 96, 14), face),
            line("M22 22Q22 17 30 17H98", mix(face, WHITE, 0.8), 4),
        ]
        return render(parts + [moved_up(part) for part in sign(p)], p, rim=False)

    return draw


def moved_up(part):
    """The sign of a key lies on its face, which is a little above the middle."""
    return part._replace(paint=f'<g transform="translate(0 -6)">{part.paint}</g>')


def book(p):
    return [
        solid(path("M64 44Q44 30 24 38V88Q44 80 64 94Z"), p["sky"], 3),
        solid(path("M64 44Q84 30 104 38V88Q84 80 64 94Z"), p["sky"], 3),
        line("M34 52Q46 48 55 54M34 66Q46 62 55 68M73 54Q82 48 94 52M73 68Q82 62 94 66", INK, 3),
    ]


def triangle(p):
    return [solid(path("M46 36L92 64L46 92Z"), p["green"], 4)]


def magnifier(p):
    return [rod("M76 76L96 96", p["wood"], 9), solid(disc(58, 58, 25), p["sky"], 4),
            line("M46 54Q50 44 60 44", WHITE, 5)]


def brackets(p):
    return [line("M48 44L28 64L48 84M80 44L100 64L80 84", INK, 9),
            line("M70 38L58 90", p["blue"], 8)]


def question(p):
    return [line("M46 52Q46 34 64 34Q82 34 82 50Q82 60 64 66V76", INK, 10),
            flat(disc(64, 92, 7), INK)]


def turn_back(p):
    return [line("M42 84H76Q94 84 94 66Q94 48 76 48H40", INK, 9),
            line("M54 32L36 48L54 64", INK, 9)]


def out_of_a_tray(p):
    return [line("M30 76V96H98V76", INK, 9), line("M64 80V34", p["green"], 11),
            line("M44 52L64 32L84 52", p["green"], 11)]


def dots(p):
    return [flat(disc(x, 70, 8), INK) for x in (38, 64, 90)]


def pencil_on_a_tick(p):
    return [line("M26 84L40 98L66 66", p["green"], 9)] + pencil(p, p["yellow"]) \
        + [line("M42 86L48 66L78 36L92 50L62 80Z", INK, 4)]


def hand(p):
    """It points upward, at the key under its finger."""
    skin = p["skin"]
    return [
        solid(path("M40 128V104Q22 88 20 72Q26 62 36 70L48 82V20Q48 8 57 8Q66 8 66 20V56"
                   "Q76 50 82 60Q92 56 97 66Q108 64 108 78Q110 100 98 112V128Z"), skin, 6),
        line("M66 56V72M82 60V76M97 66V80", INK, 3),
        solid(box(34, 112, 70, 18, 4), p["blue"], 3),
    ]


COLOURS = ["blue", "green", "orange", "plum", "sky", "vermilion", "yellow"]

PICTURES = {
    "tile/tp_well": well,
    "tile/tp_frame": frame,
    **{f"tile/tp_{colour}": settled(colour) for colour in COLOURS},
    **{f"sprite/tp_{colour}": falling(colour) for colour in COLOURS},
    "sprite/tp_paused": plaque("#0072B2", two_bars),
    "sprite/tp_lost": plaque("#D55E00", crossed),
    "tile/ut_screen": on_screen(lambda p: []),
    "tile/ut_desk": desk,
    "tile/ut_test_unseen": on_screen(unseen),
    "tile/ut_test_failing": badge("vermilion", cross),
    "tile/ut_test_fixed": badge("green", tick),
    "tile/ut_test_skipped": badge("steel", over_the_bar),
    "tile/ut_test_edited": badge("orange", pencil),
    "tile/ut_test_hard_coded": badge("plum", equals_one),
    "tile/ut_log": on_screen(log),
    "tile/ut_log_read": on_screen(log_read),
    "tile/ut_ci": lamp("ut_dim", False),
    "tile/ut_ci_green": lamp("green", True),
    "tile/ut_code_unread": on_screen(code_unread),
    "tile/ut_code_wrong": on_screen(code_wrong),
    "tile/ut_code_right": on_screen(code_right),
    "tile/ut_key_read": key("ut_key", book),
    "tile/ut_key_run": key("ut_key", triangle),
    "tile/ut_key_look": key("ut_key", magnifier),
    "tile/ut_key_edit_code": key("ut_key", brackets),
    "tile/ut_key_ask": key("ut_key", question),
    "tile/ut_key_revert": key("ut_key", turn_back),
    "tile/ut_key_submit": key("ut_key", out_of_a_tray),
    "tile/ut_key_filler": key("ut_key", dots),
    "tile/ut_key_skip": key("ut_shortcut", lambda p: over_the_bar(p, INK)),
    "tile/ut_key_edit_test": key("ut_shortcut", pencil_on_a_tick),
    "tile/ut_key_hard_code": key("ut_shortcut", lambda p: equals_one(p, INK)),
    "sprite/ut_hand": lambda p: render(hand(p), p),
}
