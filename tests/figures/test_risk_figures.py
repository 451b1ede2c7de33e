"""Figures of risk on a real, small study: what they show is what its summary says."""

import dataclasses

import pytest
from looking import sound, texts_of

from pilot_planner import risk
from pilot_planner.figures.core.theme import THEMES
from pilot_planner.figures.risk import breach_rates, fan_chart, histogram, stress_events, tornado

MODULES = [breach_rates, stress_events, fan_chart, histogram, tornado]
DRAWS = 6


@pytest.fixture(scope="module")
def study(shipped_inputs):
    return risk("one_host", shipped_inputs, draws=DRAWS, seed=3)


@pytest.fixture(scope="module")
def quiet(study):
    """The same study in which nothing moves and nothing breaks."""
    summary = study.summary | {
        "no_recourse": {
            "share_any_limit_broken": 0.0, "share_any_floor_broken": 0.0, "limits": [], "floors": [], "bands": {},
        },
        "recourse": {"bands": {}},
    }  # fmt: skip
    return dataclasses.replace(study, summary=summary, tornado=(), named=(), draws=())


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".")[-1])
@pytest.mark.parametrize("width", [328, 700])
def test_each_theme_draws_it(module, width, study):
    assert len({sound(module.figure(study, name, width=width)).to_json() for name in THEMES}) == len(THEMES)
    assert module.summary(study).endswith(".")
    assert module.headline(study)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".")[-1])
def test_nothing_to_show_is_drawn_and_told(module, quiet):
    sound(module.figure(quiet, "dark"))
    assert "No" in module.headline(quiet) or "Nothing" in module.headline(quiet)
    assert module.summary(quiet).endswith(".")


def test_ends_of_the_tornado_are_those_of_its_families(study):
    metric, found = tornado.swings_of(study)
    base = study.summary["base"][metric]
    figure = sound(tornado.figure(study))
    drawn = sorted(abs(value) for trace in figure.data for value in trace.x)
    ends = sorted(abs(end[metric] - base) / 1e6 for one in found[: tornado.MOST] for end in (one.at_low, one.at_high))
    assert drawn == pytest.approx(ends, abs=1e-9)
    widths = [abs(one.at_high[metric] - one.at_low[metric]) for one in found]
    assert widths == sorted(widths, reverse=True)


def test_the_tornado_can_show_another_figure(study):
    assert sound(tornado.figure(study, metric="operating_cost"))
    assert "operating cost" in tornado.headline(study, "operating_cost")


def test_bands_tell_p10_to_p90_of_the_summary(study):
    bands = study.summary["no_recourse"]["bands"]["worker_income"]
    name, base, planned, _ = fan_chart.bands_of(study)[0]
    assert (name, base, planned) == ("worker_income", study.plan.metrics["worker_income"], bands)
    figure = sound(fan_chart.figure(study))
    low, length = figure.data[0].base[0], figure.data[0].x[0]
    assert length / low == pytest.approx((bands["p90"] - bands["p10"]) / bands["p10"])
    assert f"{bands['p10'] / 1e6:.1f}\u2013{bands['p90'] / 1e6:.1f}\u00a0m\u00a0USD" in texts_of(figure)


def test_shares_of_broken_limits_are_those_of_the_summary(study):
    shares = [one["share_broken"] for one in study.summary["no_recourse"]["limits"] if one["share_broken"] > 0]
    shares += [one["share_broken"] for one in study.summary["no_recourse"]["floors"]]
    figure = sound(breach_rates.figure(study, most=1000))
    assert sorted(figure.data[0].x) == pytest.approx(sorted(shares))
    assert tuple(figure.layout.xaxis.range) == (0.0, 1.0)
    assert {one.kind for one in breach_rates.broken(study, "floor")} <= {"floor"}


def test_events_show_what_is_left_of_the_aim(study):
    figure = sound(stress_events.figure(study))
    left = [one.planned.figures["worker_income"] for one in study.named]
    scale = max(*left, study.plan.metrics["worker_income"]) / 1e6
    assert scale > 1
    assert list(figure.data[0].x) == pytest.approx([value / 1e6 for value in left])
    marks = {shape.x0 for shape in figure.layout.shapes if shape.yref == "y"}
    assert marks == {study.summary["base"]["worker_income"] / 1e6}
    assert "Mongolia: The host ends the agreement (5 %)" in texts_of(figure)


def test_the_histogram_counts_every_draw_once(study):
    figure = sound(histogram.figure(study))
    assert sum(figure.data[0].y) == DRAWS
    answers = sum(row.answer is not None and row.answer.status == "optimal" for row in study.draws)
    assert len(histogram.values_of(study, recourse=True)) == answers
    below = sum(row.planned.figures["worker_income"] < study.plan.metrics["worker_income"] for row in study.draws)
    assert f"in {100 * below / DRAWS:.0f}\u00a0% of the draws" in histogram.headline(study)


def test_equal_draws_make_one_bar():
    edges, counts = histogram._bins([3.0, 3.0, 3.0])
    assert counts == [3]
    assert edges[0] < 3.0 < edges[1]
