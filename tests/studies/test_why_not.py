"""What the best plan leaves out, what it would lose, and what rights floors cost."""

import re
from pathlib import Path

import pytest
from random_designs import random_case

from pilot_planner.case.case import make_case
from pilot_planner.case.eligibility import of_floor
from pilot_planner.errors import InputError
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.explain.host_exclusion import why_not
from pilot_planner.studies.pareto.near_optimal import alternatives
from pilot_planner.studies.planning.comparison import compare
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up


@pytest.fixture(scope="module")
def answer(inputs):
    return why_not(None, inputs, placements=[("KAZ", "agriculture"), ("VNM", "construction")])


def test_every_host_outside_the_plan_has_an_answer(answer, inputs):
    hosts = {row.text("iso3") for row in inputs.rows("lists/hosts.csv")}

    assert {one.iso3 for one in answer.left if not one.sector} == hosts - set(answer.hosts.split("+"))


def test_what_a_host_would_lose_is_the_difference_to_the_best_plan_that_must_use_it(answer):
    tanzania = next(one for one in answer.left if one.iso3 == "TZA")

    assert tanzania.status == "worse"
    assert "TZA" in tanzania.hosts.split("+")
    assert tanzania.loss == pytest.approx(answer.objective - tanzania.objective)
    assert tanzania.loss > 0


def test_an_excluded_host_is_answered_by_the_floors_it_fails(answer):
    russia = next(one for one in answer.left if one.iso3 == "RUS")

    assert russia.status == "excluded"
    assert "trafficking-in-persons tier 3 is worse than 2" in russia.reasons


def test_a_placement_is_answered_on_request(answer):
    farm = next(one for one in answer.left if (one.iso3, one.sector) == ("KAZ", "agriculture"))
    builder = next(one for one in answer.left if (one.iso3, one.sector) == ("VNM", "construction"))

    assert farm.status == "worse"
    assert "the law of the host does not admit such workers" in builder.reasons


def test_each_rights_floor_says_what_it_protects(answer):
    assert len(answer.floors) == 8
    assert all(one.protects in one.sentence for one in answer.floors)


def test_an_unknown_placement_is_refused(inputs):
    with pytest.raises(InputError, match=r"XXX\.construction: no such placement"):
        why_not(None, inputs, placements=[("XXX", "construction")], floors=False)


def test_alternatives_are_within_the_tolerance_and_differ(inputs):
    found = alternatives(None, inputs, within=0.03, count=2)
    best, *others = found.alternatives

    assert best.differences == 0
    assert others
    for one in others:
        assert one.objective >= best.objective * (1 - 0.03) - 1
        assert one.differences >= 1
        assert one.named != "the same choices"
    assert found.plan(others[0].number).metrics["worker_income"] == pytest.approx(others[0].objective)


def test_a_comparison_lists_only_what_differs(inputs):
    a = make_plan(None, inputs)
    b = make_plan("low_budget", inputs)
    found = compare(a, b)

    assert {one["setting"] for one in found.settings} == {"limits.operating_cost.max", "funding.pledges"}
    assert next(one for one in found.choices if one["choice"] == "KAZ.oversight_level")["b"] is None
    cost = next(one for one in found.metrics if one["metric"] == "operating_cost")
    assert cost["change"] == pytest.approx(b.metrics["operating_cost"] - a.metrics["operating_cost"])
    nothing = {"settings": [], "inputs": [], "choices": [], "metrics": [], "same_inputs": True}
    same = compare(a, a).document()
    # How sure each plan is, is told whether they differ or not.
    chances = same.pop("chances")
    assert chances[0] == chances[1]
    assert same == nothing


def test_the_readme_says_what_other_hosts_would_lose(answer):
    lost = {one.iso3: one.loss / answer.objective for one in answer.left if one.status == "worse" and not one.sector}
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    said = re.search(r"plans with Tanzania or Mozambique have (\d+) and (\d+) % less worker income", " ".join(text.split()))

    assert set(lost) == {"TZA", "MOZ"}
    assert [round(100 * lost[h]) for h in ("TZA", "MOZ")] == [int(said[1]), int(said[2])]
    assert all(one.reasons for one in answer.left if one.status == "excluded")


@pytest.mark.parametrize("seed", [0, 1, 4])
def test_the_best_plan_with_a_host_is_that_of_a_programme_that_asks_for_it(seed, shipped_inputs):
    case = random_case(seed, shipped_inputs)
    programme = build(case)
    session = Session(programme)
    session.solve()
    for host in case.hosts[:3]:
        within = session.solve_with(host.iso3)
        asked = Session(programme).solve_under(programme.q.chosen(host.iso3) * -1.0, -1.0)

        assert within.has_plan == asked.has_plan, host.iso3
        if within.has_plan:
            assert within.objective == pytest.approx(asked.objective, rel=1e-6)
            assert programme.q.chosen(host.iso3).value(within.solution) == 1.0


@pytest.mark.parametrize("settings", [{}, {"waivers.MNG.foreign_worker_fee": False}, {"floors.tip_tier": 1.0}])
def test_nobody_comes_in_where_no_placement_fails_that_floor_alone(settings, shipped_inputs):
    design, ready = set_up(None, shipped_inputs, settings)
    case = make_case(design, ready)
    lifted = {
        "host_willingness": 0.0,
        "tip_tier": 4.0,
        "conventions": (),
        "agency_office": False,
        "lawful_admission": False,
        "living_wage": False,
        "gain_over_today": 0.0,
        "employer_cost_ratio": 1e9,
    }
    for floor, value in lifted.items():
        floors = design.floors.model_copy(update={floor: value})
        without = make_case(design.model_copy(update={"floors": floors}), ready)
        alone = {
            (one.iso3, one.sector)
            for one in case.verdicts
            if one.reasons and all(of_floor(reason) == floor for reason in one.reasons)
        }
        assert {one.key for one in without.placements} - {one.key for one in case.placements} <= alone, floor
