"""Demand by steps of what an hour costs, rules on local staff, and whether a firm would still hire."""

import random

import numpy as np
import pytest

from pilot_planner import make_plan
from pilot_planner.case.case import make_case
from pilot_planner.case.eligibility import MonthlyOffer
from pilot_planner.case.employers import demand_steps, hiring_share, hourly_cost_ratio, local_staff_room
from pilot_planner.case.evidence import Evidence
from pilot_planner.case.pay import Pay
from pilot_planner.data.loading import load_inputs
from pilot_planner.data.locations import shipped
from pilot_planner.design.loading import load_design
from pilot_planner.studies.parties.employer_side import employer_sides, sentence
from pilot_planner.studies.planning.plan_json import plan_document

DEMAND = {"responses.demand": True}
DESIGNS = sorted(path.stem for path in shipped("models").glob("*.toml"))
ONE_STEP = {f"programme.demand_step_{n}_ratio": 10.0 for n in (1, 2, 3)} | {
    f"programme.demand_step_{n}_share": 1.0 for n in (1, 2, 3)
}


@pytest.fixture(scope="module")
def base():
    return make_plan()


def test_there_are_nine_designs():
    assert len(DESIGNS) == 9


@pytest.mark.parametrize("name", DESIGNS)
def test_one_step_without_end_is_demand_as_it_stands_in_the_inputs(name):
    inputs = load_inputs()
    today = make_case(load_design(shipped("models") / f"{name}.toml"), inputs)
    stepped = make_case(load_design(shipped("models") / f"{name}.toml", DEMAND), inputs.with_values(ONE_STEP))

    assert stepped.placements == today.placements
    assert stepped.hosts == today.hosts and stepped.rates == today.rates and stepped.cost_lines == today.cost_lines
    assert [one.reasons for one in stepped.verdicts] == [one.reasons for one in today.verdicts]


def test_off_by_default_and_not_written_where_it_is_off(base):
    assert base.metrics["worker_income"] == pytest.approx(19_619_932.47, abs=0.01)
    assert "responses" not in load_design(None).model_dump(mode="json")
    assert load_design(None, DEMAND).model_dump(mode="json")["responses"] == {"demand": True}
    assert load_design(None, {"responses.willingness": True}).model_dump(mode="json")["responses"] == {"willingness": True}


def test_an_hour_of_overtime_is_an_hour_that_a_local_worker_would_have_to_work_too():
    # Local: 1,000 USD a month and a fifth on top. Twelve hours on 48 at 1.25: 1,312.5 USD, a quarter more hours.
    month = Pay(gross_wage=1312.5, employer_contributions=262.5)
    offer = MonthlyOffer(month, month, 1000.0, 0.2)

    assert hourly_cost_ratio(load_design(None), offer) == pytest.approx(1575 / 1200)
    longer = load_design(None, {"pay.overtime_hours": 12})
    assert hourly_cost_ratio(longer, offer) == pytest.approx(1575 / 1.25 / 1200)
    assert hourly_cost_ratio(longer, MonthlyOffer(month, month, 0.0, 0.2)) == 0.0


def test_demand_never_rises_with_cost_and_no_step_has_more_than_a_cheaper_one():
    draw = random.Random(4)
    inputs = load_inputs()
    for _ in range(60):
        values = {
            f"programme.demand_step_{n}_{what}": draw.uniform(*ends)
            for n in (1, 2, 3)
            for what, ends in (("ratio", (1, 2)), ("share", (0, 1)))
        }
        steps = demand_steps(Evidence(inputs.with_values(values)), "here")
        ratios = np.sort(np.array([draw.uniform(0.9, 2.2) for _ in range(30)]))
        shares = hiring_share(ratios, steps)

        assert list(shares) == [hiring_share(float(one), steps) for one in ratios]
        assert (np.diff(shares) <= 0).all()
        assert set(np.round(shares, 12)) <= {0.0, *(round(share, 12) for _, share in steps)}


def test_demand_of_a_placement_is_what_is_left_at_its_cost(base):
    case = make_case(load_design(None, DEMAND), load_inputs())
    left = {one.key: one.demand for one in case.placements}

    # Builders: 1.135 times local pay in Kazakhstan (a fee and the levy), 1.027 in Mongolia (the levy, the fee waived).
    assert left["KAZ", "construction"] == pytest.approx(0.7 * 3000)
    assert left["KAZ", "agriculture"] == pytest.approx(0.35 * 2930)
    assert left["MNG", "construction"] == 3000
    for one in base.case.placements:
        if one.key in left:
            assert left[one.key] <= one.demand


def test_a_dearer_hour_costs_placements_and_the_reason_says_what_would_let_them_in():
    inputs = load_inputs()
    dear = {"programme.demand_step_3_share": 0.05}
    case = make_case(load_design(None, DEMAND), inputs.with_values(dear))
    verdict = next(one for one in case.verdicts if (one.iso3, one.sector) == ("KAZ", "textiles_garments"))

    # 205.7 workers wanted, a twentieth of them at 1.16 times local pay: ten, and twenty are the fewest.
    assert not verdict.eligible
    path, wanted, _ = verdict.reasons["demand"].lever
    assert (path, wanted) == ("placements.KAZ.textiles_garments.demand", 400.0)
    again = make_case(load_design(None, DEMAND), inputs.with_values({**dear, path: wanted}))
    assert next(one for one in again.placements if one.key == ("KAZ", "textiles_garments")).demand == pytest.approx(20)


def test_caps_of_a_plan_fit_in_what_is_left():
    steps = {"inputs.programme.demand_step_1_share": 0.06, "inputs.programme.demand_step_2_share": 0.06}
    plan = make_plan(None, None, DEMAND | steps | {"inputs.programme.demand_step_3_share": 0.06})

    for one in plan.placements:
        demand = plan.inputs.number("placements", one.iso3, one.sector, "demand")
        assert one.worker_cap <= 0.06 * demand + 1e-9
    assert plan.metrics["worker_income"] < 19_000_000
    assert [one for one in plan.limits if one.key == "demand" and one.binding]
    assert "The plan asks for no more than that." in sentence(plan)


def test_uncertain_steps_are_one_family_and_drawn_only_where_demand_answers_to_them(base):
    from pilot_planner.studies.uncertainty.uncertain_inputs import family_of, uncertain_values

    def families(settings):
        case = make_case(load_design(None, settings), load_inputs())
        drawn, _ = uncertain_values(case.evidence.estimates_behind(*case.evidence.topics), case.inputs)
        return {one.family for one in drawn}

    assert families(DEMAND) - families({}) == {"demand_steps"}
    assert family_of(("programme", "demand_step_2_share")) == "demand_steps"


def test_room_beside_local_staff_by_hand():
    evidence = Evidence(load_inputs())

    # 5 % of staff may be foreign, 45,300 are employed, 1,600 foreigners are there: 45,300 x 5 / 95 - 1,600.
    assert local_staff_room(evidence, "x", "MNG", "construction") == pytest.approx(45_300 * 5 / 95 - 1_600)
    assert local_staff_room(evidence, "x", "KAZ", "construction") is None
    assert local_staff_room(evidence, "x", "VNM", "construction") is None


def test_a_rule_on_local_staff_holds_caps_and_has_a_price(base):
    plan = make_plan(None, None, {"limits.local_staff_quota.max": 0.3, "limits.permits": "none"})
    room = 45_300 * 5 / 95 - 1_600
    cap = next(one.worker_cap for one in plan.placements if (one.iso3, one.sector) == ("MNG", "construction"))
    standing = next(one for one in plan.limits if (one.key, one.scope) == ("local_staff_quota", "MNG.construction"))

    assert next(one.worker_cap for one in base.placements if (one.iso3, one.sector) == ("MNG", "construction")) > 0.3 * room
    assert cap <= 0.3 * room
    assert standing.value == pytest.approx(cap / room)
    assert standing.binding


def test_every_placement_says_whether_a_firm_would_still_hire(base):
    sides = {(one.iso3, one.sector): one for one in employer_sides(base)}

    assert list(sides) == [(one.iso3, one.sector) for one in base.placements]
    builders = sides["KAZ", "construction"]
    assert builders.hourly_cost_ratio == pytest.approx(1.135, abs=0.001)
    assert builders.still_hire == 0.7
    # Nine local colleagues for each foreigner; nobody has told how many builders Kazakhstan employs.
    assert builders.local_staff_needed == pytest.approx(9 * builders.worker_cap)
    assert builders.local_staff_room is None
    offers = {one.key: one.offer.full.contract_value for one in base.case.placements}
    paid = [row for row in base.accounts.flows if row.channel == "contract_value"]
    of_usd = {key: one.margin_usd_month / offers[key] for key, one in sides.items()}
    assert sum(of_usd[row.iso3, row.sector] * float(row.amount_usd) for row in paid) == pytest.approx(
        base.metrics["employer_gain"], abs=1
    )
    assert plan_document(base)["employer_sides"][0]["still_hire"] == 0.7
    assert list(base.table("employer_sides")["worker_cap"]) == [one.worker_cap for one in base.placements]
    words = sentence(base)
    assert "35 % of the demand" in words.replace("\u00a0", " ")
    assert "local colleagues" in words and "not known for 5 of six placements" in words.replace("\u00a0", " ")
    # Beside a plan, not behind it: no figure rests on the steps.
    assert not [one for one in base.weak_inputs if "demand_step" in one.path]
