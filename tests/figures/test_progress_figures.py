"""Charts of a pilot that runs: what is drawn is what was found, in figures that plotly takes; words say what is drawn."""

import json

import plotly.graph_objects as go
import pytest
from plotly.utils import PlotlyJSONEncoder
from simulated_pilot import SimulatedPilot, draw, left_alone

from pilot_planner import replan, standing
from pilot_planner.dashboard.pages.progress import anew
from pilot_planner.data.actuals import Actuals
from pilot_planner.figures.after_signature import income_steps, questions
from pilot_planner.figures.core.svg_renderer import to_svg
from pilot_planner.figures.core.theme import THEMES
from pilot_planner.studies.after_signature import course as courses
from pilot_planner.studies.after_signature.template import as_planned


@pytest.fixture(scope="module")
def happened(plan):
    return SimulatedPilot(plan, draw(plan, 3)).run(left_alone, 4).actuals


@pytest.fixture(scope="module", params=["nothing", "running", "over"])
def course(request, plan, happened):
    told = {"nothing": Actuals("nothing", {}), "running": happened, "over": as_planned(plan, 8)}[request.param]
    return courses.course_of(standing(plan, told), 40)


@pytest.fixture(scope="module")
def steps(plan, happened):
    found = replan(plan, happened, ways=("go_on",))
    return courses.income_steps(found.standing, found.answers[0])


@pytest.mark.parametrize("question", questions.QUESTIONS)
@pytest.mark.parametrize("width", [330, 520])
def test_plotly_and_the_own_drawing_take_every_question(course, question, width):
    for theme in THEMES:
        figure = questions.figure(course, question, theme, width)
        go.Figure(figure.to_plotly_json())
        assert to_svg(figure, width).startswith("<svg")


def test_bars_are_what_is_there_and_the_plan_stands_across_each(course):
    for question in ("people", "visits"):
        series = getattr(course, question)
        figure = questions.figure(course, question)
        assert list(figure.data[-1]["y"]) == pytest.approx([value or 0.0 for value in series.now])
        marks = [one["y0"] for one in figure.layout["shapes"]]
        assert marks == pytest.approx([value for value in series.plan if value is not None])
        colours = figure.data[-1]["marker"]["color"]
        assert len(set(colours[: course.over])) <= 1
        assert set(colours[: course.over]).isdisjoint(colours[course.over :])


def test_lines_are_what_happened_and_what_comes(course):
    figure = questions.figure(course, "balance")
    drawn = {one["name"]: one for one in figure.data}
    assert [y * 1e6 for y in drawn["plan"]["y"]] == pytest.approx(list(course.balance.plan))
    if course.over:
        assert [y * 1e6 for y in drawn["what happened"]["y"]] == pytest.approx(list(course.balance.now[: course.over]))
    assert ("band" in drawn) == (course.over < 8)


def test_words_say_what_is_found(course):
    for question in questions.QUESTIONS:
        assert questions.headline(course, question)
        assert questions.caption(course, question)
        assert "quarter 8" in questions.summary(course, question)
    title = questions.title(course)
    if not course.over:
        assert "Nothing is reported yet" in title
    else:
        assert f"{questions.of_hundred(course)} of 100" in title
        short = questions.missing(course)
        assert (f"{short:,} people are missing" in title) == (short > 0)


def test_the_steps_are_drawn_from_one_total_to_the_next(steps):
    figure = income_steps.figure(steps, width=600)
    go.Figure(figure.to_plotly_json())
    texts = [one["text"] for one in figure.layout["annotations"]]
    for words in ("<b>Signed plan</b>", "<b>If nothing is decided</b>", "<b>New plan</b>"):
        assert words in texts
    bars = list(zip(figure.data[0]["base"], figure.data[0]["x"], strict=True))
    wide = [(base, x) for base, x in bars if abs(x) > 0.0]
    drawn = sum(x for base, x in wide) - sum(x for x in (wide[0][1], wide[0][1], wide[0][1]))
    assert drawn == pytest.approx(float(steps.anew - steps.signed) / 1e6, abs=1e-6)
    assert "Events took" in income_steps.headline(steps)
    assert all(one.label in income_steps.summary(steps) for one in steps.steps)


def test_a_pilot_that_goes_as_planned_has_no_steps_to_draw(plan):
    """What rounding leaves in its totals is no finding: enlarged to a chart, it looked like one."""
    found = replan(plan, as_planned(plan, 3), ways=("go_on",))
    told = courses.income_steps(found.standing, found.answers[0])
    assert not told.moves
    assert told.anew == told.signed + sum(one.usd for one in told.steps)
    assert "moves what workers are paid by a dollar" in income_steps.headline(told)
    drawn = json.dumps(anew._steps(told, "Go on", "light", 600), cls=PlotlyJSONEncoder)
    assert "progress-steps" not in drawn


def test_steps_that_move_are_drawn_on_the_page(steps):
    assert steps.moves
    assert "progress-steps" in json.dumps(anew._steps(steps, "Go on", "light", 600), cls=PlotlyJSONEncoder)
