"""Drawings without a browser look as plotly draws the same figure in one, and refuse what they do not know."""

from __future__ import annotations

import io
from importlib.resources import files

import pytest
from looking import AXES, point
from lxml import etree
from PIL import Image, ImageChops, ImageFilter

from pilot_planner.figures.core.base_layout import base_axis, frame, nothing, value_axis, write
from pilot_planner.figures.core.chart import trace
from pilot_planner.figures.core.svg_renderer import NotDrawnError, to_svg
from pilot_planner.figures.core.theme import palette
from pilot_planner.figures.plan import budget_bars, contract_value_sankey, host_map, workforce_over_time
from pilot_planner.figures.tradeoffs import front_scatter
from pilot_planner.figures.tradeoffs.front_labels import SHAPES

SVG = "{http://www.w3.org/2000/svg}"
NEAR = 1.6
"""Px between the middles of a word in both, at most."""

PAGE = """<!DOCTYPE html><body style="margin:0"><div id="theirs"></div><div id="ours" style="line-height:0"></div></body>"""
DRAW = """([figure, width]) => Plotly.newPlot("theirs", figure.data, {...figure.layout, width},
    {staticPlot: true, displayModeBar: false})"""
WORDS = """(box) => {
    const around = document.querySelector(box).getBoundingClientRect(), found = [];
    for (const one of document.querySelectorAll(box + " text")) {
        const rows = one.querySelectorAll("tspan.line");
        for (const row of rows.length ? rows : [one]) {
            const at = row.getBoundingClientRect();
            if (row.textContent.trim() && at.width) {
                found.push([row.textContent, at.left + at.width / 2 - around.left, at.top + at.height / 2 - around.top]);
            }
        }
    }
    return found;
}"""


@pytest.fixture(scope="module")
def page(browser):
    made = browser.new_page(viewport={"width": 1200, "height": 1600})
    made.set_content(PAGE)
    made.add_script_tag(content=(files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8"))
    yield made
    made.close()


def in_both(page, figure, width):
    """Plotly's drawing and ours on one page, one after the other; pictures of both."""
    page.evaluate(DRAW, [figure.to_plotly_json(), width])
    page.evaluate("(svg) => { document.querySelector('#ours').innerHTML = svg; }", to_svg(figure, width))
    return [
        Image.open(io.BytesIO(page.locator(f"#{box} svg").first.screenshot())).convert("L") for box in ("theirs", "ours")
    ]


FRONT = [point(1, "MNG", 5e6, 6e6), point(2, "MNG", 9e6, 8e6), point(3, "KAZ+MNG", 1.9e7, 1.2e7)]


def marks_of_every_shape():
    colours = palette("print")
    figure = frame("print", 200, left=40, bottom=30, top=10, right=10)
    for place, shape in enumerate((*SHAPES, *(f"{one}-open" for one in SHAPES))):
        marker = {"symbol": shape, "size": 14, "color": colours.accent, "line": {"width": 1, "color": colours.accent}}
        figure.add_trace(trace("scatter", x=[place], y=[place % 3], mode="markers", marker=marker))
    figure.update_xaxes(base_axis(colours, range=[-1, 2 * len(SHAPES)], nticks=9, tickformat=",~g"))
    figure.update_yaxes(value_axis(colours, range=[-0.5, 2.5]))
    return figure


def figures(plan, name, theme="light"):
    return {
        "map": lambda: (host_map.figure(plan, theme, 480), 480),
        "workforce": lambda: (workforce_over_time.figure(plan, theme, 480), 480),
        "flow": lambda: (contract_value_sankey.figure(plan, theme, 1000), 1000),
        "flow on a phone": lambda: (contract_value_sankey.figure(plan, theme, 340), 340),
        "budget": lambda: (budget_bars.figure(plan, theme, 480), 480),
        "front": lambda: (front_scatter.figure(FRONT, AXES[:2], theme, open_plan=3, width=660), 660),
        "marks": lambda: (marks_of_every_shape(), 600),
        "nothing": lambda: (nothing(theme, "No work is planned, so no contract value flows."), 500),
    }[name]()


NAMES = ["map", "workforce", "flow", "flow on a phone", "budget", "front", "marks", "nothing"]


@pytest.mark.parametrize("name", NAMES)
def test_words_stand_where_plotly_puts_them(page, plan, name):
    figure, width = figures(plan, name)
    in_both(page, figure, width)
    theirs, ours = (page.evaluate(WORDS, f"#{box}") for box in ("theirs", "ours"))
    # Where a text has several lines, ours are texts of their own.
    theirs = {(text, round(x / 8), round(y / 8)): (x, y) for text, x, y in theirs}
    ours = {(text, round(x / 8), round(y / 8)): (x, y) for text, x, y in ours}
    assert sorted(text for text, *_ in theirs) == sorted(text for text, *_ in ours)
    left = list(ours.items())
    for (text, *_), (x, y) in theirs.items():
        near = [one for one in left if one[0][0] == text and abs(one[1][0] - x) < NEAR and abs(one[1][1] - y) < NEAR]
        assert near, (text, x, y, [one[1] for one in left if one[0][0] == text])
        left.remove(near[0])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_drawings_look_as_in_the_browser(page, plan, name, theme):
    figure, width = figures(plan, name, theme)
    theirs, ours = in_both(page, figure, width)
    assert abs(theirs.size[1] - ours.size[1]) <= 1
    # Edges differ by a part of a px, which softening hides; a shape or a word at a wrong place stays.
    soft = [one.crop((0, 0, *theirs.size)).filter(ImageFilter.GaussianBlur(2)) for one in (theirs, ours)]
    differing = share(ImageChops.difference(*soft), 50)
    page_alone = Image.new("L", theirs.size, theirs.getpixel((0, 0)))
    assert differing < 0.02 * share(ImageChops.difference(soft[0], page_alone), 20)


def share(picture, least):
    """The share of points that are brighter than ``least``."""
    return sum(picture.histogram()[least + 1 :]) / (picture.size[0] * picture.size[1])


def test_a_drawing_is_xml_whatever_a_text_holds():
    figure = frame("light", 100)
    write(figure, "<b>A & B</b> <script>alert(1)</script> ]]> &lt;b&gt;", 0.5, 0.5)
    drawn = etree.fromstring(to_svg(figure, 300).encode())
    (text,) = drawn.iter(f"{SVG}text")
    assert "".join(text.itertext()) == "A & B <script>alert(1)</script> ]]> <b>"
    assert [one.text for one in text] == ["A & B"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda figure: figure.add_trace(trace("pie", values=[1])), "a trace of type pie"),
        (lambda figure: figure.update_layout(showlegend=True), "a legend"),
        (
            lambda figure: figure.add_trace(
                trace("scatter", x=[1], y=[1], mode="markers+text", text=["a"], marker={"color": "#000"})
            ),
            "text",
        ),
        (
            lambda figure: figure.add_trace(
                trace("scatter", x=[1], y=[1], mode="markers", marker={"color": "#000", "symbol": "bowtie"})
            ),
            "bowtie",
        ),
        (lambda figure: figure.add_shape(type="circle", x0=0, x1=1, y0=0, y1=1), "a shape circle"),
        (lambda figure: figure.add_annotation(text="here", x=0, y=0), "a label with an arrow"),
        (lambda figure: figure.update_xaxes(tickformat=".3s"), "numbers in the form .3s"),
        (lambda figure: figure.update_layout(xaxis3={"visible": True}), "xaxis3 has no range"),
    ],
)
def test_what_is_not_drawn_is_refused_and_named(change, told):
    figure = frame("light", 100)
    figure.update_layout(xaxis={"range": [0, 1], "showgrid": False}, yaxis={"range": [0, 1], "showgrid": False})
    change(figure)
    with pytest.raises(NotDrawnError, match=told):
        to_svg(figure, 300)
