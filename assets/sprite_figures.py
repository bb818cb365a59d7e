"""The shaded shapes that every picture is built of, the figures and the effects.

A figure is a list of parts, back to front, on a 128 by 128 cell. `render` paints the list with one
pale rim and one dark outline, so that all figures look drawn by the same hand.
"""

import math
import zlib
from typing import NamedTuple

CELL = 128
OUTLINE_WIDTH = 4
RIM_WIDTH = 2.5


class Part(NamedTuple):
    """A shape twice: as it widens the rim behind the whole figure, and as it is painted."""

    rim: str
    paint: str


def mix(colour, other, amount):
    """The colour moved towards another by `amount`, 0 to 1."""
    channels = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]))
    return "#" + "".join(f"{round(a + (b - a) * amount):02X}" for a, b in channels)


def shaded(colour):
    return mix(colour, "#141A38", 0.27)


def faded(colour):
    """The colour drained and dimmed to a middling grey, a trace of its hue left."""
    red, green, blue = bytes.fromhex(colour[1:])
    luma = round(0.30 * red + 0.59 * green + 0.11 * blue)
    return mix(mix(colour, f"#{luma:02X}{luma:02X}{luma:02X}", 0.78), "#A8A8AC", 0.25)


def path(d):
    return f'path d="{d}"'


def disc(x, y, radius):
    return f'circle cx="{x}" cy="{y}" r="{radius}"'


def box(x, y, width, height, corner=0):
    return f'rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{corner}"'


def ellipse(x, y, across, down):
    return f'ellipse cx="{x}" cy="{y}" rx="{across}" ry="{down}"'


def star(x, y, outer, inner, points, turn=-90.0):
    """A star's outline; `turn` is the angle of its first point in degrees."""
    corners = []
    for i in range(2 * points):
        radius = outer if i % 2 == 0 else inner
        angle = math.radians(turn + 180.0 * i / points)
        corners.append(f"{x + radius * math.cos(angle):.2f} {y + radius * math.sin(angle):.2f}")
    return path("M" + " L".join(corners) + "Z")


def flat(shape, colour, opacity=1.0):
    """A mark inside a figure: no outline, no shading."""
    alpha = "" if opacity == 1.0 else f' opacity="{opacity}"'
    return Part("", f'<{shape} fill="{colour}" stroke="none"{alpha}/>')


def line(d, colour, width):
    """A stroke inside a figure."""
    return Part("", f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}"/>')


def solid(shape, colour, drop=6):
    """An outlined shape, in shadow along its right and lower edges."""
    clip = f"c{zlib.crc32(shape.encode()):08x}"
    lit = f'transform="translate({-drop} {-0.7 * drop:.1f})"'
    paint = (
        f'<clipPath id="{clip}"><{shape}/></clipPath>'
        f'<g clip-path="url(#{clip})" stroke="none"><{shape} fill="{shaded(colour)}"/>'
        f'<{shape} fill="{colour}" {lit}/></g><{shape} fill="none"/>'
    )
    return Part(f"<{shape}/>", paint)


def rod(d, colour, width):
    """An outlined stroke: a cane, a frame, an antenna."""
    wide = width + 2 * OUTLINE_WIDTH * 0.75
    return Part(
        f'<path d="{d}" fill="none" stroke-width="{wide + 2 * RIM_WIDTH}"/>',
        f'<path d="{d}" fill="none" stroke-width="{wide}"/>' + line(d, colour, width).paint,
    )


def render(parts, palette, transform="", rim=True):
    """The parts as SVG, behind them a rim that lifts the figure off a floor of any lightness."""
    joins = 'stroke-linejoin="round" stroke-linecap="round"'
    back = ""
    if rim:
        width = OUTLINE_WIDTH + 2 * RIM_WIDTH
        attributes = f'fill="{palette["rim"]}" stroke="{palette["rim"]}" stroke-width="{width}"'
        back = f"<g {attributes}>{''.join(part.rim for part in parts)}</g>"
    ink = f'stroke="{palette["outline"]}" stroke-width="{OUTLINE_WIDTH}"'
    front = f"<g {ink}>{''.join(part.paint for part in parts)}</g>"
    return f'<g {joins} transform="{transform}">{back}{front}</g>'


def eyes(palette, x, y, gap, dead):
    ink = palette["outline"]
    if not dead:
        return [flat(disc(x - gap, y, 3.4), ink), flat(disc(x + gap, y, 3.4), ink)]
    crosses = "".join(f"M{x + side - 4} {y - 4}l8 8m0 -8l-8 8" for side in (-gap - 1, gap + 1))
    return [line(crosses, ink, 3.6)]


def mouth(palette, x, y, dead):
    bend = -3 if dead else 4
    return [line(f"M{x - 5} {y}q5 {bend} 10 0", palette["outline"], 2.6)]


def legs(colour):
    return [solid(box(43, 96, 18, 19, 5), colour, 4), solid(box(67, 96, 18, 19, 5), colour, 4)]


def coat(colour, band, arm, hand):
    """A broad coat with sleeves, hands and two reflective bands."""
    body = "M46 64H82Q90 64 91 73L95 104H33L37 73Q38 64 46 64Z"
    sleeves = ("M42 66Q27 68 25 80L22 95H37L42 84Z", "M86 66Q101 68 103 80L106 95H91L86 84Z")
    hands = [solid(disc(x, 97, 7), hand, 3) for x in (29.5, 98.5)]
    return hands + [solid(path(d), arm, 4) for d in sleeves] + [
        solid(path(body), colour),
        flat(path("M36.6 84H91.2L92.2 93H35.6Z"), band),
        line("M64 66V102", shaded(colour), 3),
    ]


def rescuer(p, dead=False):
    """A round white helmet with a lamp, and a blue coat."""
    dome = "M41 43Q40 14 64 14Q88 14 87 43Z"
    return (
        legs(p["boots"])
        + coat(p["blue"], p["white"], p["blue"], p["skin"])
        + [solid(disc(64, 48, 19), p["skin"])]
        + eyes(p, 64, 53, 8, dead)
        + mouth(p, 64, 60, dead)
        + [
            solid(path(dome), p["white"]),
            solid(box(36, 38, 56, 8, 4), p["blue"], 2),
            solid(disc(64, 27, 7.5), p["yellow"], 3),
        ]
    )


def fireman(p, dead=False):
    """A crested helmet with a wide brim, a yellow coat and an axe."""
    dome = "M43 41Q43 20 58 17V12H70V17Q85 20 85 41Z"
    brim = "M24 47Q28 37 44 36H84Q100 37 104 47Q84 41 64 41Q44 41 24 47Z"
    blade = "M98 50Q108 54 119 48Q121 60 119 72Q108 66 98 70Z"
    return (
        [rod("M101 112V48", p["wood"], 5), solid(path(blade), p["steel"], 4)]
        + legs(p["boots"])
        + coat(p["yellow"], p["vermilion"], p["orange"], p["boots"])
        + [solid(disc(64, 48, 19), p["skin"])]
        + eyes(p, 64, 53, 8, dead)
        + mouth(p, 64, 60, dead)
        + [
            solid(path(dome), p["orange"]),
            solid(path(brim), p["orange"], 3),
            solid(path("M56 21H72V30Q72 36 64 39Q56 36 56 30Z"), p["vermilion"], 3),
        ]
    )


def mother(p, dead=False, cane=True):
    """A grey bun, spectacles, a shawl over a long dress, and a cane."""
    dress = "M64 56Q83 56 88 74L101 110Q64 119 27 110L40 74Q45 56 64 56Z"
    shawl = "M64 60Q86 60 91 82Q76 78 64 90Q52 78 37 82Q42 60 64 60Z"
    hem = "M33 98Q64 107 95 98L97 104.5Q64 113 31 104.5Z"
    fringe = "M43 44Q42 24 64 24Q86 24 85 44Q78 35 64 34Q50 35 43 44Z"
    glass = mix(p["skin"], "#FFFFFF", 0.55)
    lenses = [] if dead else [
        flat(disc(x, 48, radius), colour)
        for x in (54.5, 73.5)
        for radius, colour in ((8.5, p["outline"]), (6.2, glass))
    ]
    return (
        ([rod("M108 112V78Q108 70 100 72", p["wood"], 4.5)] if cane else [])
        + [
            solid(disc(64, 20, 10.5), p["grey"], 4),
            solid(path(dress), p["pink"]),
            flat(path(hem), p["white"], 0.85),
            solid(path(shawl), p["plum"], 4),
            solid(disc(64, 45, 23), p["grey"], 4),
            flat(disc(64, 47, 19), p["skin"]),
            flat(path(fringe), p["grey"]),
            line("M45 42Q51 35 64 34Q77 35 83 42", p["outline"], 2.5),
        ]
        + lenses
        + eyes(p, 64, 48, 9.5, dead)
        + mouth(p, 64, 59, dead)
    )


def user(p, dead=False):
    """A neighbour in a wheelchair, the wishing device on his lap."""
    trousers = "M48 68H84Q95 68 97 78L102 100H86L82 88H48Z"
    jumper = "M40 46H64Q76 48 78 62L80 88H32V58Q32 48 40 46Z"
    sleeve = "M46 57Q53 52 60 58L82 60Q90 65 83 72H56Q42 70 46 57Z"
    hair = "M36 34Q31 11 54 10Q78 11 72 33Q66 23 53 24Q42 25 36 34Z"
    spokes = "".join(
        f"M46 90L{46 + 15 * math.cos(angle):.2f} {90 + 15 * math.sin(angle):.2f}"
        for angle in (math.tau * i / 5 - math.pi / 2 for i in range(5))
    )
    return (
        [
            rod("M18 46L26 50L32 86H78L92 98", p["steel"], 5),
            solid(disc(93, 107, 7.5), p["boots"], 3),
            solid(path(trousers), p["denim"], 4),
            solid(path(jumper), p["green"]),
            solid(box(86, 95, 24, 11, 5), p["boots"], 3),
            solid(disc(54, 33, 18.5), p["skin"]),
            solid(path(hair), p["hair"], 4),
        ]
        + eyes(p, 57, 36, 7.5, dead)
        + mouth(p, 57, 44, dead)
        + [
            solid(disc(46, 90, 24), p["tyre"], 2),
            flat(disc(46, 90, 17), p["white"]),
            line(spokes, p["steel"], 3.4),
            flat(disc(46, 90, 5), p["tyre"]),
            solid(box(78, 48, 26, 20, 4), p["white"], 4),
            solid(disc(91, 46, 8), p["vermilion"], 3),
            solid(path(sleeve), p["green"], 3),
        ]
    )


def agent(p):
    """A robot: square head, dark visor, antenna, tracks."""
    return [
        rod("M64 28V20", p["steel"], 4),
        solid(disc(64, 17, 7), p["yellow"], 3),
        solid(box(20, 40, 14, 20, 5), p["blue"], 3),
        solid(box(94, 40, 14, 20, 5), p["blue"], 3),
        solid(box(22, 76, 16, 24, 7), p["blue"], 3),
        solid(box(90, 76, 16, 24, 7), p["blue"], 3),
        solid(box(56, 68, 16, 12, 2), p["steel"], 3),
        solid(box(38, 75, 52, 30, 10), p["sky"]),
        solid(box(30, 100, 68, 15, 7.5), p["tyre"], 3),
        flat(disc(44, 107.5, 3), p["steel"]),
        flat(disc(64, 107.5, 3), p["steel"]),
        flat(disc(84, 107.5, 3), p["steel"]),
        flat(box(53, 83, 22, 9, 3), p["blue"]),
        solid(box(30, 28, 68, 43, 14), p["sky"]),
        solid(box(39, 37, 50, 25, 11), p["navy"], 0),
        flat(disc(53, 49.5, 6.5), p["white"]),
        flat(disc(75, 49.5, 6.5), p["white"]),
    ]


def flame_tongue(lean, rise, scale):
    """A flame's outline about the point (64, 112), shrunk towards it for the inner layers."""

    def at(x, y):
        return f"{64 + (x - 64) * scale:.2f} {110 + (y - 112) * scale:.2f}"

    tip, left, right = 64 + lean, 34 - 0.6 * lean, 95 - 0.6 * lean
    return path(
        f"M{at(64, 114)}C{at(34, 114)} {at(20, 98)} {at(22, 78)}"
        f"C{at(23, 66)} {at(30, 60)} {at(left, 46 - rise)}"
        f"C{at(42, 54)} {at(44, 58)} {at(46, 62)}"
        f"C{at(46, 44)} {at(tip - 10, 34)} {at(tip, 13 + 0.4 * abs(rise))}"
        f"C{at(tip + 14, 34)} {at(80, 44)} {at(82, 62)}"
        f"C{at(87, 58)} {at(89, 54)} {at(right, 46 + rise)}"
        f"C{at(102, 60)} {at(106, 68)} {at(106, 78)}C{at(108, 98)} {at(94, 114)} {at(64, 114)}Z"
    )


def fire(p, frame):
    """One of four frames of a flame whose tip sways as its side tongues take turns."""
    phase = math.tau * frame / 4
    lean, rise = 9 * math.sin(phase), 9 * math.cos(phase)
    return [
        solid(flame_tongue(lean, rise, 1.0), p["vermilion"], 4),
        flat(flame_tongue(-0.6 * lean, -rise, 0.7), p["orange"]),
        flat(flame_tongue(0.8 * lean, rise, 0.42), p["yellow"]),
    ]


def unknown(p):
    hook = "M49 50Q49 34 64 34Q80 34 80 48Q80 57 71 62Q64 66 64 74"
    return [
        solid(disc(64, 64, 48), p["grey"], 8),
        rod(hook, p["white"], 10),
        solid(disc(64, 92, 7.5), p["white"], 0),
    ]


def dead(figure, palette):
    """The figure on its side, drained of colour."""
    keep = ("outline", "rim")
    pale = {name: c if name in keep else faded(c) for name, c in palette.items()}
    return render(figure(pale, dead=True), palette, "rotate(90 64 64)")


def carried(figure, palette):
    """The figure small and lying, at chest height for whoever is drawn in the same cell."""
    lying = "translate(64 80) rotate(-84) scale(0.74) translate(-64 -62)"
    return render(figure(palette, cane=False), palette, lying)


def gradient(name, stops, centre=(0.5, 0.5)):
    """A radial gradient of (offset, colour, alpha) stops over the shape that uses it."""
    marks = "".join(
        f'<stop offset="{at}" stop-color="{colour}" stop-opacity="{alpha}"/>'
        for at, colour, alpha in stops
    )
    focus = f'cx="0.5" cy="0.5" r="0.5" fx="{centre[0]}" fy="{centre[1]}"'
    return f'<radialGradient id="{name}" {focus}>{marks}</radialGradient>'


def ball(p):
    stops = [(0, "#FFFFFF", 1), (0.3, "#D6D8DE", 1), (0.8, "#8B8F99", 1), (1, "#4A4D57", 1)]
    return gradient("ball", stops, (0.34, 0.3)) + flat(disc(64, 64, 64), "url(#ball)").paint


def smoke(p):
    puff = gradient("puff", [(0, "#FFFFFF", 0.6), (0.5, "#F6F6F6", 0.36), (1, "#ECECEC", 0)])
    lobes = [(64, 64, 62), (64, 44, 32), (83, 58, 34), (76, 80, 33), (52, 80, 34), (45, 58, 33)]
    return puff + "".join(flat(disc(x, y, r), "url(#puff)").paint for x, y, r in lobes)


def spark(p):
    glow = gradient("glow", [(0, p["yellow"], 0.9), (1, p["orange"], 0)])
    return glow + "".join([
        flat(disc(64, 64, 30), "url(#glow)").paint,
        flat(star(64, 64, 30, 10, 4), p["yellow"]).paint,
        flat(star(64, 64, 18, 8, 4), "#FFFFFF").paint,
    ])


def arrow(p):
    return line("M30 64H74", "#FFFFFF", 28).paint + flat(
        path("M70 26L112 64L70 102Z"), "#FFFFFF").paint
