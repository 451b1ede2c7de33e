"""The front in figures: every point where its record says, hosts told apart by shape, for any axes and number of points."""

import pytest
from looking import AXES, point, sound, texts_of

from pilot_planner.design.schema import Axis
from pilot_planner.figures.core.theme import THEMES, palette
from pilot_planner.figures.tradeoffs import front_3d, front_parallel, front_scatter
from pilot_planner.studies.pareto.pareto_front import Switch

NAMES = {"KAZ": "Kazakhstan", "MNG": "Mongolia", "TZA": "Tanzania"}
POINTS = (
    point(1, "MNG", 5e6, 6e6, 2e5),
    point(2, "MNG", 9e6, 8e6, 5e5),
    point(3, "KAZ+MNG", 19.6e6, 12e6, 1.3e6),
    point(4, "KAZ+MNG", 15e6, 11e6, 9e5),
)
SWITCH = Switch("operating_cost", 10.2e6, "MNG", "KAZ+MNG", "Above ...", "the most worker income")


def marks(figure):
    """Coordinates of every plan by its number."""
    found = {}
    for trace in figure.data:
        if trace.customdata is not None:
            found |= {number: (x, y) for number, x, y in zip(trace.customdata, trace.x, trace.y, strict=True)}
    return found


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [328, 700])
def test_each_plan_is_where_its_cost_and_income_are(theme, width):
    figure = sound(front_scatter.figure(POINTS, AXES, theme, names=NAMES, width=width))
    assert marks(figure) == {
        one.number: (one.axes["operating_cost"] / 1e6, one.axes["worker_income"] / 1e6) for one in POINTS
    }
    assert [step[1] for step in figure.layout.coloraxis.colorscale] == list(palette(theme).sequential)


def test_points_are_not_joined():
    figure = sound(front_scatter.figure(POINTS, AXES))
    assert {trace.mode for trace in figure.data} == {"markers"}


def test_a_set_of_hosts_has_its_own_shape_and_label():
    figure = sound(front_scatter.figure(POINTS, AXES, names=NAMES))
    shapes = {trace.name: trace.marker.symbol for trace in figure.data if trace.customdata is not None}
    assert set(shapes) == {"Mongolia", "Kazakhstan, Mongolia"}
    assert len(set(shapes.values())) == 2
    assert set(shapes) <= set(texts_of(figure))


def test_shapes_stay_while_points_are_found():
    before = {trace.name: trace.marker.symbol for trace in sound(front_scatter.figure(POINTS[2:], AXES, names=NAMES)).data}
    after = {
        trace.name: trace.marker.symbol
        for trace in sound(front_scatter.figure(POINTS[2:] + POINTS[2:], AXES, names=NAMES)).data
    }
    assert before == after


def test_forty_sets_of_hosts_have_shapes():
    many = [point(n, f"H{n:02}", 1e6 * n, 1e6 * n) for n in range(40)]
    sound(front_scatter.figure(many, AXES))
    sound(front_3d.figure(many, AXES))


def test_rings_mark_the_open_and_the_selected_plan():
    figure = sound(front_scatter.figure(POINTS, AXES, "light", open_plan=3, selected=1))
    rings = {trace.marker.color: (list(trace.x), list(trace.y)) for trace in figure.data if trace.name == "ring"}
    colours = palette("light")
    assert rings[colours.ink] == ([12.0], [19.6])
    assert rings[colours.accent] == ([6.0], [5.0])
    assert "Open plan" in texts_of(figure)


def test_a_switch_of_hosts_is_a_dotted_line_with_its_sentence():
    figure = sound(front_scatter.figure(POINTS, AXES, names=NAMES, switches=[SWITCH]))
    (line,) = figure.layout.shapes
    assert (line.x0, line.x1, line.line.dash) == (10.2, 10.2, "dot")
    said = [one.hovertext for one in figure.layout.annotations if one.hovertext]
    words = "the plan with the most worker income uses Kazakhstan and Mongolia instead of Mongolia."
    assert any(words in one for one in said)
    assert words in front_scatter.summary(POINTS, AXES, NAMES, [SWITCH])


def test_a_switch_along_another_axis_is_not_drawn():
    other = Switch("state_revenue", 5e5, "MNG", "KAZ+MNG", "", "the most worker income")
    assert not sound(front_scatter.figure(POINTS, AXES, switches=[other])).layout.shapes


def test_axes_say_their_good_direction():
    written = texts_of(sound(front_scatter.figure(POINTS, AXES)))
    assert "Worker income, m\u00a0USD (more is better)" in written
    assert "Operating cost, m\u00a0USD (less is better)" in written


@pytest.mark.parametrize("chosen", [("state_revenue", "operating_cost"), ("worker_income", "state_revenue")])
def test_any_two_axes_can_be_chosen(chosen):
    x, y = chosen
    figure = sound(front_scatter.figure(POINTS, AXES, x=x, y=y))
    assert marks(figure)[3] == pytest.approx((POINTS[2].axes[x] / 1e6, POINTS[2].axes[y] / 1e6))


@pytest.mark.parametrize("count", [2, 3, 4])
def test_two_to_four_axes_are_drawn(count):
    axes = (*AXES, Axis(metric="people_reached", sense="max"))[:count]
    points = [one if count < 4 else point_of_four(one) for one in POINTS]
    for module in (front_scatter, front_parallel, front_3d):
        sound(module.figure(points, axes))
    assert len(sound(front_parallel.figure(points, axes, more=(), width=900)).data[0].dimensions) == count


def point_of_four(one):
    one.axes["people_reached"] = 500.0 + one.number
    return one


@pytest.mark.parametrize("module", [front_scatter, front_parallel, front_3d])
@pytest.mark.parametrize("points", [(), POINTS[:1]])
def test_no_plan_or_one_is_drawn_and_told(module, points):
    for theme in THEMES:
        sound(module.figure(points, AXES, theme))
    assert module.headline(points, AXES, NAMES).startswith("No plan" if not points else "One plan, all in Mongolia")
    assert module.summary(points, AXES, NAMES).endswith(".")


def test_lines_of_the_parallel_coordinates_are_the_points():
    figure = sound(front_parallel.figure(POINTS, AXES, width=900))
    by_label = {one.label.split(",")[0]: list(one["values"]) for one in figure.data[0].dimensions}
    assert by_label["Cost"] == [one.axes["operating_cost"] / 1e6 for one in POINTS]
    assert next(values for label, values in by_label.items() if label.startswith("Workers")) == [500.0] * 4
    assert by_label["At risk"] == [5.0] * 4
    assert all(one.range[0] < one.range[1] for one in figure.data[0].dimensions)


def test_a_phone_keeps_the_axes_of_the_front_and_leaves_the_rest():
    labels = [one.label for one in sound(front_parallel.figure(POINTS, AXES, width=328)).data[0].dimensions]
    assert [label.split(",")[0] for label in labels][:2] == ["Income", "Cost"]
    assert len(labels) <= 3


def test_chosen_plans_stand_out_in_the_parallel_coordinates():
    figure = sound(front_parallel.figure(POINTS, AXES, "light", chosen=[3]))
    assert list(figure.data[0].line.color) == [0.0, 0.0, 1.0, 0.0]


def test_three_dimensions_hold_every_point():
    figure = sound(front_3d.figure(POINTS, AXES, names=NAMES, open_plan=3))
    found = {}
    for trace in figure.data:
        if trace.customdata is not None:
            found |= dict(zip(trace.customdata, zip(trace.x, trace.y, trace.z, strict=True), strict=True))
    assert found[3] == (12.0, 1.3, 19.6)
    assert len(found) == 4


def test_the_headline_tells_the_range_of_the_aim():
    words = "Four plans, with two sets of hosts, range from 5.0\u00a0m\u00a0USD to 19.6\u00a0m\u00a0USD of worker income"
    assert front_scatter.headline(POINTS, AXES, NAMES) == words
