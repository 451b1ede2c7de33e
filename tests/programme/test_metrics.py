import pytest
from by_hand import solution_by_hand
from tiny import tiny_case

from pilot_planner.programme.build import build
from pilot_planner.programme.linear import Linear, Sums
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS, ratios_of

COST = {1: 46_883.5, 2: 62_709.54, 3: 74_956.425}
"""Direct cost with coordination (41,000, 54,840, 65,550) x 1.1435; see test_costs.py."""

# 40 + 50 = 90 workers through a period of 4 months. Per worker-period in AAA: gross 4,000, tax 400, host tax 200,
# own contributions 200, net 3,200; employer 800, fee 400, levy 100, contract value 5,300.
BY_HAND = {
    "operating_cost": 184_549.465,
    "levy_income": 9_000,  # 90 x 100
    "net_donor_ask": 175_549.465,
    "contract_value": 477_000,  # 90 x 5,300
    "gross_wages": 360_000,  # 90 x 4,000
    "worker_income": 288_000,  # 90 x 3,200
    "card_pay": 277_200,  # less 9,000 and 1,800
    "in_kind_pay": 9_000,
    "family_pay": 1_800,
    "diverted_income": 28_710,  # 10 % of 277,200 + 5 % of 9,000 + 30 % of 1,800
    "secured_income": 259_290,
    "income_gain": 216_000,  # 288,000 less 90 x 4 x 200
    "balance_at_return": 138_600,  # half of 277,200
    "state_revenue": 36_000,  # 90 x 400
    "released_revenue": 18_000,  # half is verified
    "held_revenue": 18_000,
    "misused_revenue": 3_600,  # a fifth of what is released
    "expected_state_take": 62_310,  # 3,600 + 28,710 + 60 arrivals x 500
    "state_loss": 198_000,  # 90 x 4 x 650 less 36,000
    "returned_tax": 0,  # what is held is kept
    "effective_state_benefit": 69_510,  # 62,310 + half of 18,000 less 3,600
    "state_receipts": 76_710,  # 18,000 + 28,710 + 60 x 500
    "state_reservation": 58_500,  # a quarter of 90 x 4 x 650
    "host_revenue": 144_000,  # 90 x (200 + 200 + 800 + 400)
    "refunded_contributions": 0,
    "vacancies_filled": 0,
    "host_gain": 136_800,  # less 360 x 20
    "worker_gain": 187_290,  # 259,290 less 90 x 4 x 200
    "state_gain": 18_210,  # 76,710 less 58,500
    "employer_gain": 387_000,  # twice the local cost of 1,200 x 360 months less 477,000
    "donor_gain": 187_290 - 0.75 * 175_549.465,
    "net_state_gain": -198_000,  # 36,000 less 90 x 4 x 650
    "funds_at_risk": 32_310,  # 28,710 + 3,600
    "system_loss": 9_540,  # 2 % of 477,000
    "procurement_loss": 648,  # 6 % of 9,000 and 1,800
    "workers": 50,
    "peak_workers": 50,
    "people_reached": 60,
    "women_worker_months": 180,  # half of 360
    "worker_months": 360,  # 90 x 4
    "inspector_months": 24,  # 2 x 12
}

RATIOS_BY_HAND = {
    "operating_cost_per_worker_month": 184_549.465 / 360,
    "operating_cost_per_worker_reached": 184_549.465 / 60,
    "operating_cost_per_usd_secured": 184_549.465 / 259_290,
    "operating_cost_share_of_contract_value": 184_549.465 / 477_000,
    "net_pay_per_worker_month": 800,
    "secured_income_per_worker_month": 259_290 / 360,
    "balance_at_return_per_person": 2_310,  # 138,600 over 60 people
    "tax_per_worker_month": 100,
    "worker_share_of_contract_value": 3_200 / 5_300,
    "state_share_of_contract_value": 400 / 5_300,
    "state_take_share_of_gross_wage": 0.1,
    "state_participation": 76_710 / 58_500,
    "funds_at_risk_share": 32_310 / 477_000,
    "system_loss_share": 0.02,
    "levy_share_of_contract_value": 100 / 5_300,
    "women_share": 0.5,
    "card_share": 277_200 / 288_000,
    "in_kind_share": 9_000 / 288_000,
    "family_share": 1_800 / 288_000,
    "in_kind_usd_month": 25,
}


def _at_hand(settings=None, host="AAA", **options):
    programme = build(tiny_case(settings, **options))
    return programme, programme.metric_values(solution_by_hand(programme, host, COST))


@pytest.mark.parametrize("name", BY_HAND)
def test_a_metric_is_what_a_person_works_out(name):
    _, values = _at_hand()
    assert values[name] == pytest.approx(BY_HAND[name], rel=1e-12)


def test_only_those_who_would_be_abroad_anyway_count_as_taken_from_today():
    _, values = _at_hand(displaced=0.25, at_home=40.0)

    # A quarter of 90 x 4 worker-months abroad: the state takes 90 x 650 of them; 90 x 200 is kept there, 270 x 40 at home.
    assert values["net_state_gain"] == pytest.approx(36_000 - 90 * 650)
    assert values["state_loss"] == pytest.approx(90 * 650 - 36_000)
    assert values["income_gain"] == pytest.approx(288_000 - 90 * 200 - 270 * 40)


def test_what_a_host_refunds_workers_gain_to_the_cent():
    _, kept = _at_hand()
    _, values = _at_hand(rates={"contribution_refund": 0.6})

    assert values["refunded_contributions"] == pytest.approx(0.6 * 90 * (200 + 800))
    for name, sign in (("host_revenue", -1), ("host_gain", -1), ("income_gain", 1), ("worker_gain", 1)):
        assert values[name] - kept[name] == pytest.approx(sign * 54_000)
    for name in ("state_gain", "employer_gain", "worker_income", "contract_value"):
        assert values[name] == kept[name]


def test_work_that_a_host_lacks_people_for_fills_vacancies_and_is_worth_more_to_it():
    _, values = _at_hand(lacking={"work": 500.0})

    assert values["vacancies_filled"] == 50
    # 144,000 less 360 x 20 of services, and a tenth of 360,000 of wages.
    assert values["host_gain"] == pytest.approx(144_000 - 7_200 + 36_000)


@pytest.mark.parametrize("name", RATIOS_BY_HAND)
def test_a_ratio_is_what_a_person_works_out(name):
    _, values = _at_hand()
    assert ratios_of(values)[name] == pytest.approx(RATIOS_BY_HAND[name], rel=1e-12)


def test_every_metric_and_ratio_is_worked_out_by_hand():
    assert set(METRICS) == set(BY_HAND)
    assert set(RATIOS) == set(RATIOS_BY_HAND)


def test_the_plan_made_by_hand_keeps_every_row_of_the_programme():
    """So the numbers above are those of a plan that may be: rows and hand agree on ramp, stay, caps, pay and cost."""
    pledges = [{"donor": "one", "month": 0, "usd": 200_000}]
    programme, _ = _at_hand({"funding.pledges": pledges, "limits.funding.min": 0})
    x = solution_by_hand(programme, cost=COST)
    x[programme.d.balance[1]] = 200_000 - 46_883.5
    x[programme.d.balance[2]] = 200_000 - 46_883.5 - 62_709.54 + 4_000
    x[programme.d.balance[3]] = 200_000 - 184_549.465 + 9_000
    for row in programme.rows:
        left = row.expression.value(x)
        match row.sense:
            case "<=":
                assert left <= row.right_side + 1e-6, row.name
            case ">=":
                assert left >= row.right_side - 1e-6, row.name
            case "=":
                assert left == pytest.approx(row.right_side, abs=1e-6), row.name


@pytest.mark.parametrize(
    ("release", "released", "held", "misused"),
    [("verified", 18_000, 18_000, 3_600), ("all", 18_000, 18_000, 3_600 + 16_200), ("none", 0, 36_000, 0)],
)
def test_tax_is_misused_only_where_it_is_released(release, released, held, misused):
    """What is not verified but released all the same is misused at the rate of unverified money: 90 % of 18,000."""
    _, values = _at_hand({"tax.release": release})
    got = (values["released_revenue"], values["held_revenue"], values["misused_revenue"])
    assert got == pytest.approx((released, held, misused))


def test_a_riskier_host_multiplies_the_loss_from_cards_and_goods_but_not_from_parcels():
    """BBB: net 2,800 a worker-period, 252,000 in all, of which 9,000 in kind and 1,800 parcels; multiplier 2."""
    _, values = _at_hand(host="BBB")
    assert values["diverted_income"] == pytest.approx(0.2 * 241_200 + 0.1 * 9_000 + 0.3 * 1_800)


def test_a_channel_never_loses_more_than_all_of_it():
    """A multiplier of 2 on a rate of 60 % is a loss of everything, not of 120 %."""
    from dataclasses import replace

    case = tiny_case()
    case = replace(case, levels=(replace(case.levels[0], card_diversion=0.6, in_kind_diversion=0.7),))
    programme = build(case)
    values = programme.metric_values(solution_by_hand(programme, "BBB", COST))
    assert values["diverted_income"] == pytest.approx(252_000 - 1_800 + 0.3 * 1_800)


def test_ratios_are_undefined_without_workers():
    programme = build(tiny_case())
    x = [0.0] * len(programme.d.columns)
    x[programme.d.programme] = 1.0
    values = programme.metric_values(x)
    assert dict.fromkeys(RATIOS) == ratios_of(values)


def test_the_peak_is_what_really_happens_even_where_the_column_is_larger():
    programme = build(tiny_case())
    x = solution_by_hand(programme)
    x[programme.d.peak] = 99.0
    assert programme.metric_values(x)["peak_workers"] == 50.0


def test_metrics_that_are_parts_of_each_other_add_up():
    programme, _ = _at_hand()
    metric = programme.metric
    sums = {
        "net_donor_ask": [("operating_cost", 1), ("levy_income", -1)],
        "worker_income": [("card_pay", 1), ("in_kind_pay", 1), ("family_pay", 1)],
        "secured_income": [("worker_income", 1), ("diverted_income", -1)],
        "state_revenue": [("released_revenue", 1), ("held_revenue", 1)],
        "funds_at_risk": [("diverted_income", 1), ("misused_revenue", 1)],
    }
    for whole, parts in sums.items():
        rest = metric(whole) * 1.0
        for part, sign in parts:
            rest.add(metric(part), -float(sign))
        assert all(abs(value) < 1e-9 for value in rest.terms.values()), whole


def test_values_of_many_sums_are_those_of_each_and_an_empty_one_is_nothing():
    expressions = {"a": Linear({0: 2.0, 3: -1.5}), "none": Linear(), "b": Linear({1: 0.25}), "last": Linear()}
    solution = (1.0, 8.0, 100.0, 4.0)
    assert Sums(expressions).values(solution) == {"a": -4.0, "none": 0.0, "b": 2.0, "last": 0.0}
    assert Sums({"none": Linear()}).values(solution) == {"none": 0.0}
    assert Sums({}).values(solution) == {}


# Of 36,000 of tax half is verified and released, half is held; a fifth of what is released misses its purpose.
@pytest.mark.parametrize(
    ("release", "at_end", "returned", "misused", "receipts"),
    [
        ("verified", "kept", 0, 3_600, 18_000),
        ("verified", "returned", 18_000, 3_600, 18_000),
        ("verified", "released", 0, 7_200, 36_000),
        ("none", "kept", 0, 0, 0),
        ("none", "returned", 36_000, 0, 0),
        ("none", "released", 0, 7_200, 36_000),
        ("all", "returned", 0, 3_600 + 16_200, 36_000),
    ],
)
def test_the_end_of_held_tax_is_a_rule_of_the_design(release, at_end, returned, misused, receipts):
    _, values = _at_hand({"tax.release": release, "tax.held_at_end": at_end})

    assert values["returned_tax"] == pytest.approx(returned)
    assert values["misused_revenue"] == pytest.approx(misused)
    assert values["state_receipts"] == pytest.approx(receipts + 28_710 + 30_000)
    assert values["income_gain"] == pytest.approx(216_000 + returned)
    assert values["worker_gain"] == pytest.approx(187_290 + returned)
    assert values["state_loss"] == pytest.approx(198_000 + returned)
    assert values["effective_state_benefit"] == pytest.approx(misused + 28_710 + 30_000 + 0.5 * (receipts - misused))
    # Whatever the rule, a dollar of tax is the state's, the workers' or still held.
    held = 36_000 - receipts - returned
    assert held == pytest.approx(values["held_revenue"] if at_end == "kept" and release != "all" else 0.0)


def test_what_else_the_state_is_granted_counts_as_it_values_it():
    _, values = _at_hand({"participation.relief": 12_345})

    assert values["state_receipts"] == pytest.approx(76_710 + 12_345)
    assert values["effective_state_benefit"] == pytest.approx(69_510)  # it is no money
