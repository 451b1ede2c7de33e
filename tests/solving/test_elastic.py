"""How little a limit has to give way: by sets of hosts the same as by branching on the whole programme."""

import pytest

from pilot_planner.case.case import make_case
from pilot_planner.errors import NoTimeError
from pilot_planner.programme.build import build
from pilot_planner.programme.limits import find_limit
from pilot_planner.solving import elastic_programme as module
from pilot_planner.solving.decomposition.set_search import NoSetsError
from pilot_planner.solving.elastic_programme import ElasticProgramme
from pilot_planner.studies.explain.infeasibility import diagnose
from pilot_planner.studies.planning.setup import set_up

WITHOUT_A_PLAN = {
    "budget": {"limits.operating_cost.max": 3e6},
    "hosts": {"limits.hosts.min": 2, "limits.operating_cost.max": 6e6},
    "revenue": {"limits.released_revenue.min": 4034312.5832933243},
    "risk": {"limits.funds_at_risk_share.max": 0.02},
    "people": {"limits.workers_total.min": 2000, "limits.inspectors_total.max": 4},
}


def elastic_of(inputs, settings):
    design, ready = set_up(None, inputs, settings)
    programme = build(make_case(design, ready))
    bounds = {(row.key, row.side) for row in programme.limit_rows}
    return ElasticProgramme(programme, dict.fromkeys(bounds, 1.0), 60.0)


def movable(elastic):
    return [one for one in elastic.bounds if find_limit(one[0], None).kind_of(one[1]) != "legal"]


def no_sets(*_):
    raise NoSetsError


@pytest.mark.parametrize("name", WITHOUT_A_PLAN)
def test_the_least_change_is_the_same_by_sets_and_by_branching(inputs, monkeypatch, name):
    settings = WITHOUT_A_PLAN[name]
    elastic = elastic_of(inputs, settings)
    questions = [[one] for one in elastic.bounds if f"limits.{one[0]}.{one[1]}" in settings] + [movable(elastic)]
    by_sets = [elastic.least(free) for free in questions]
    monkeypatch.setattr(module, "SetSearch", no_sets)
    for free, found in zip(questions, by_sets, strict=True):
        referee = elastic.least(free)
        assert (found is None) == (referee is None), free
        if found is not None:
            least = sum(referee.stretch[one] for one in free)
            # Dollars count where a bound is millions of them.
            assert sum(found.stretch.values()) == pytest.approx(least, rel=1e-6, abs=1e-9)
            assert sum(found.stretch.values()) > module.TOLERANCE


def test_the_plan_of_a_least_change_holds_every_row_and_the_bound_that_was_let_go_as_far_as_told(inputs):
    elastic = elastic_of(inputs, WITHOUT_A_PLAN["revenue"])
    bound = ("released_revenue", "min")
    found = elastic.least([bound])
    for row in elastic.programme.rows:
        value, side = row.expression.value(found.solution), row.right_side
        if row.limit is not None and (row.limit.key, row.limit.side) == bound:
            assert value == pytest.approx(side * (1.0 - found.stretch[bound]), rel=1e-6)
            continue
        over = {"<=": value - side, ">=": side - value, "=": abs(value - side)}[row.sense]
        assert over <= 1e-6 * max(1.0, abs(side)), row.name
    for column, value in zip(elastic.programme.d.columns, found.solution, strict=True):
        assert not column.integer or value == pytest.approx(round(value), abs=1e-6), column.name


def test_what_over_fulfils_a_bound_counts_where_it_is_asked_for(inputs):
    elastic = elastic_of(inputs, None)
    bound = ("operating_cost", "max")
    assert elastic.least([bound]).stretch[bound] == pytest.approx(0.0, abs=1e-9)
    assert elastic.least([bound], to_spare=True).stretch[bound] < -0.3


@pytest.mark.parametrize("by_sets", [True, False])
def test_a_search_without_time_does_not_say_that_nothing_helps(inputs, monkeypatch, by_sets):
    elastic = elastic_of(inputs, WITHOUT_A_PLAN["budget"])
    elastic.seconds = 0.0
    if not by_sets:
        monkeypatch.setattr(module, "SetSearch", no_sets)
    with pytest.raises(NoTimeError, match="stopped after 0 s before any repair was found; allow more time"):
        elastic.least([("operating_cost", "max")])


def test_a_design_that_is_not_searched_by_sets_has_the_same_repairs(inputs, monkeypatch):
    design, ready = set_up(None, inputs, WITHOUT_A_PLAN["budget"])
    by_sets = diagnose(design, ready)
    monkeypatch.setattr(module, "SetSearch", no_sets)
    by_branching = diagnose(design, ready)
    assert by_sets.repairs
    assert [one.changes for one in by_branching.repairs] == [one.changes for one in by_sets.repairs]
    assert (by_branching.joint is None) == (by_sets.joint is None)
