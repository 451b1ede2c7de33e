"""What is taken after payday, where it rises with what is at stake and falls with visits."""

import random
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from brute_force import by_trying_everything
from tiny import LEVELS, tiny_case

from pilot_planner import make_plan
from pilot_planner.case.case import make_case, with_diversion
from pilot_planner.case.diversion import Stake, rate_at_visits, stake_of
from pilot_planner.case.evidence import Evidence
from pilot_planner.data.loading import load_inputs
from pilot_planner.data.locations import shipped
from pilot_planner.design.loading import load_design
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.diversion_beside import diversion_beside, sentence
from pilot_planner.studies.planning.plan_json import plan_document

RESPOND = {"responses.diversion": True}
DESIGNS = sorted(path.stem for path in shipped("models").glob("*.toml"))


@pytest.fixture(scope="module")
def base():
    return make_plan()


@pytest.fixture(scope="module")
def responding():
    return make_plan(None, None, RESPOND)


@pytest.mark.parametrize("name", DESIGNS)
def test_the_constant_is_the_special_case_to_the_last_digit(name):
    inputs = load_inputs()
    file = shipped("models") / f"{name}.toml"
    today = make_case(load_design(file), inputs)
    flat = make_case(load_design(file, RESPOND), inputs.with_values({"programme.diversion_stake_factor": 1.0}))

    assert flat.levels == today.levels
    assert flat.placements == today.placements
    constant, answering = build(today), build(flat)
    assert [one.expression.terms for one in constant.rows] == [one.expression.terms for one in answering.rows]
    assert constant.metric("diverted_income").terms == answering.metric("diverted_income").terms


def test_at_the_visits_that_they_assume_rates_are_those_of_the_levels():
    evidence = Evidence(load_inputs())
    for level, visits, card, goods in (
        ("standard", 1, 0.2, 0.12),
        ("enhanced", 2, 0.12, 0.06),
        ("intensive", 4, 0.06, 0.02),
    ):
        assert rate_at_visits(evidence, level, "card", visits) == card
        assert rate_at_visits(evidence, level, "in_kind", visits) == goods
        assert rate_at_visits(evidence, level, "card", 0.0) == pytest.approx(card + 0.5 - card)
    # Between 2 and 4 visits: half of 0.12 and 0.06; beyond 4 the line is flat.
    assert rate_at_visits(evidence, "enhanced", "card", 3.0) == pytest.approx(0.09)
    assert rate_at_visits(evidence, "intensive", "card", 9.0) == pytest.approx(0.06)


def test_more_visits_never_let_more_be_taken_in_no_draw():
    draw = random.Random(7)
    for _ in range(40):
        values = {
            f"oversight.{level}.{channel}_diversion": draw.uniform(0, 0.6)
            for level, channel in product(("standard", "enhanced", "intensive"), ("card", "in_kind"))
        }
        values |= {f"programme.{channel}_diversion_unseen": draw.uniform(0, 0.6) for channel in ("card", "in_kind")}
        evidence = Evidence(load_inputs().with_values(values))
        for level, channel in product(("standard", "intensive"), ("card", "in_kind")):
            visits = np.linspace(0, 8, 33)
            rates = rate_at_visits(evidence, level, channel, visits)
            assert (np.diff(rates) <= 1e-15).all() and rates.min() >= 0 and rates.max() <= 1
            assert np.allclose(rates, [rate_at_visits(evidence, level, channel, float(one)) for one in visits], atol=1e-15)


def test_the_stake_raises_by_pieces_and_then_no_more():
    stake = stake_of(Evidence(load_inputs()))

    assert stake == Stake(1.0, 4.0, 1.5)
    assert [stake.times(net, 200.0) for net in (0, 400, 700, 1000, 5000)] == pytest.approx([1, 1, 1.25, 1.5, 1.5])
    assert stake.times(500.0, 0.0) == 1.5  # whoever keeps nothing today has everything at stake
    pay = np.linspace(0, 3000, 61)
    assert (np.diff(stake.times(pay, 200.0)) >= 0).all()


def test_what_is_taken_by_hand():
    """Two hosts, one sector each; a factor of 1.5 in one of them."""
    case = tiny_case({"programme.period_months": 6})
    raised = replace(
        case,
        placements=tuple(replace(one, stake_factor=1.5 if one.iso3 == "AAA" else 1.0) for one in case.placements),
    )
    before, after = build(case), build(raised)
    columns = {column.name: j for j, column in enumerate(after.d.columns)}
    x = [0.0] * len(columns)
    x[columns["workers.AAA.work.basic.2"]] = 10.0
    x[columns["in_kind.AAA.basic.2"]] = 3000.0
    x[columns["workers.BBB.work.basic.2"]] = 10.0

    # Net pay 800 a month, 48,000 for ten in six months: a tenth of 45,000 on cards, a twentieth of goods; 5 % of all more.
    # In the other host 42,000, a tenth times 2, and nothing more.
    assert before.metric("diverted_income").value(x) == pytest.approx(4_500 + 150 + 8_400)
    assert after.metric("diverted_income").value(x) == pytest.approx(4_500 + 150 + 8_400 + 0.05 * 48_000)


def test_never_more_than_everything_is_taken():
    draw = random.Random(11)
    for _ in range(60):
        level = replace(LEVELS["basic"], card_diversion=draw.uniform(0, 1), in_kind_diversion=draw.uniform(0, 1))
        case = tiny_case({"programme.period_months": 6}, hosts=("BBB",), rates={"family_diversion": draw.uniform(0, 1)})
        case = replace(
            case,
            levels=(level,),
            placements=tuple(replace(one, stake_factor=draw.uniform(1, 9)) for one in case.placements),
        )
        programme = build(case)
        columns = {column.name: j for j, column in enumerate(programme.d.columns)}
        for goods, parcels in ((0.0, 0.0), (42_000.0, 0.0), (0.0, 42_000.0), (21_000.0, 21_000.0), (10_000.0, 5_000.0)):
            x = [0.0] * len(columns)
            x[columns["workers.BBB.work.basic.2"]] = 10.0
            x[columns["in_kind.BBB.basic.2"]], x[columns["family.BBB.basic.2"]] = goods, parcels
            assert -1e-6 <= programme.metric("diverted_income").value(x) <= 42_000 + 1e-6


def test_the_best_level_on_small_cases_is_the_one_that_brute_force_finds():
    """Every level tried alone, with rates worked out here; the programme must choose as well."""
    draw = random.Random(3)
    for _ in range(4):
        settings = {
            "programme.period_months": 6,
            "oversight.levels": ["basic", "close"],
            "objective": {"metric": "secured_income", "sense": "max"},
            "limits.operating_cost.max": draw.uniform(250_000, 500_000),
        }
        case = tiny_case(settings, hosts=("AAA",), money=1.0)
        factor = draw.uniform(1, 4)
        case = replace(case, placements=tuple(replace(one, stake_factor=factor) for one in case.placements))
        whole = Session(build(case)).solve()
        alone = []
        for level in case.levels:
            programme = build(replace(case, levels=(level,)))
            outcome = Session(programme).solve()
            paid = programme.metric("worker_income").value(outcome.solution)
            goods = programme.metric("in_kind_pay").value(outcome.solution)
            parcels = programme.metric("family_pay").value(outcome.solution)
            card = level.card_diversion
            more = min((factor - 1) * card, 1 - max(card, level.in_kind_diversion, 0.3)) * paid
            taken = card * (paid - goods - parcels) + level.in_kind_diversion * goods + 0.3 * parcels + more
            alone.append(paid - taken)
        assert whole.objective == pytest.approx(max(alone), rel=1e-6)
        assert whole.objective == pytest.approx(by_trying_everything(build(case)), rel=1e-6)


def test_base_promises_less_where_more_is_at_stake(base, responding):
    assert base.metrics["diverted_income"] == pytest.approx(1_280_467.66, abs=0.01)
    assert responding.metrics["worker_income"] < base.metrics["worker_income"] - 1_000_000
    assert responding.ratios["funds_at_risk_share"] == pytest.approx(0.06, abs=1e-6)


def test_what_it_answers_to_adds_up_for_the_plan_as_it_stands(responding):
    case, x, programme = responding.case, responding.solution, responding.programme
    constant = by_hand = 0.0
    kept = {one.key: one for one in case.placements}
    for placement in kept.values():
        h, s = placement.key
        level = responding.accounts.levels.get(h)
        if level is None:
            continue
        rate = min(1.0, responding.inputs.number("oversight", level, "card_diversion") * case.host(h).diversion_multiplier)
        z = placement.offer.full.net_pay / placement.today.worker_keeps - 1
        times = 1 + 0.5 * min(1, max(0, (z - 1) / 3))
        for t in programme.q.numbers[case.lead :]:
            people = x[programme.d.workers[h, s, level, t]]
            by_hand += (times - 1) * rate * placement.pay[t - 1].net_pay * people
    constant = diversion_beside(responding).constant

    assert by_hand > 100_000
    assert responding.metrics["diverted_income"] == pytest.approx(constant + by_hand, abs=0.5)


def test_both_are_told_beside_each_other(base, responding):
    off, on = diversion_beside(base), diversion_beside(responding)

    assert off.constant == base.metrics["diverted_income"] and off.reckoned_with == "constant"
    assert on.responding == responding.metrics["diverted_income"] and on.reckoned_with == "responding"
    assert off.responding > off.constant and on.responding > on.constant
    # The plan of constant rates would break its own limit.
    assert "above 6.0 %" in sentence(base).replace("\u00a0", " ")
    assert "by constant rates it would be" in sentence(responding)
    assert plan_document(base)["diversion"] == {
        "constant": off.constant,
        "responding": off.responding,
        "reckoned_with": "constant",
    }


def test_nothing_rests_on_the_response_where_it_is_off(base, responding):
    names = ("diversion_stake_factor", "visits_assumed", "card_diversion_unseen")

    def read(plan):
        return {one.path for one in plan.case.evidence.estimates_behind(*plan.case.evidence.topics)}

    assert not [path for path in read(base) for name in names if path.endswith(name)]
    assert {name for path in read(responding) for name in names if path.endswith(name)} == set(names)
    assert with_diversion(base.case, True).levels == base.case.levels
    assert with_diversion(responding.case, False).placements == base.case.placements


def test_visits_that_are_drawn_move_what_is_taken():
    inputs = load_inputs()
    case = make_case(load_design(None, RESPOND), inputs)
    fewer = make_case(load_design(None, RESPOND), inputs.with_values({"oversight.intensive.visits_per_site_month": 2.0}))
    drawn = make_case(
        load_design(None, RESPOND), inputs.with_draws({"oversight.intensive.visits_per_site_month": np.array([4.0, 2.0])})
    )

    assert [one.card_diversion for one in case.levels][-1] == 0.06
    assert [one.card_diversion for one in fewer.levels][-1] == pytest.approx(0.12)
    assert list(drawn.levels[-1].card_diversion) == pytest.approx([0.06, 0.12])
