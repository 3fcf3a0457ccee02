"""Growth as lines in one SVG: a panel for each axis, logarithmic both ways, so that what grows in
proportion is straight."""

import math

WIDE, HIGH, LEFT, TOP, GAP = 300, 220, 60, 40, 90
NAMES = {"workers": "workers", "rows": "rows", "width": "bytes a row"}


def short(value):
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"


def figure(axis, point):
    """What is shown: seconds by rows, else how much is moved in a second."""
    x, rows, peer = point
    if axis == "rows":
        return peer["seconds"], "seconds"
    if axis == "width":
        return rows * x / 1e6 / peer["seconds"], "MB/s"
    return rows / peer["seconds"], "rows/s"


def decades(values):
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 1e-9)


def scale(low, high, start, length):
    return lambda value: start + (math.log10(value) - low) / max(high - low, 1e-9) * length


def text(x, y, said, anchor="middle", size=11):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">'
            f"{said}</text>")


def panel(left, axis, points):
    xs = [p[0] for p in points]
    ys = [figure(axis, p)[0] for p in points]
    low, high = decades(ys)
    across = scale(math.log10(min(xs)), math.log10(max(xs)), left, WIDE)
    up = scale(low, high, TOP + HIGH, -HIGH)
    marks = [text(left + WIDE / 2, TOP - 14, f"{figure(axis, points[0])[1]} by {NAMES[axis]}",
                  size=13)]
    for decade in range(low, high + 1):
        y = up(10 ** decade)
        marks.append(f'<line x1="{left}" x2="{left + WIDE}" y1="{y:.1f}" y2="{y:.1f}"'
                     ' stroke="#ddd"/>')
        marks.append(text(left - 6, y + 4, short(10.0 ** decade), "end"))
    marks += [text(across(x), TOP + HIGH + 18, short(x)) for x in xs]
    spots = [(across(x), up(y)) for x, y in zip(xs, ys)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    marks.append(f'<polyline points="{line}" fill="none" stroke="#06c" stroke-width="2"/>')
    for (x, y), value in zip(spots, ys):
        marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#06c"/>')
        said = f"{value:,.3g}" if value < 1000 else short(round(value, -2))
        marks.append(text(x, y - 8, said, "start" if x == left else "middle"))
    return marks


def growth(axes):
    width = LEFT + len(axes) * (WIDE + GAP)
    marks = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{TOP + HIGH + 40}"'
             ' font-family="sans-serif" fill="#333">', '<rect width="100%" height="100%"'
             ' fill="#fff"/>']
    for place, (axis, points) in enumerate(axes.items()):
        marks += panel(LEFT + place * (WIDE + GAP), axis, points)
    return "\n".join(marks + ["</svg>"]) + "\n"
