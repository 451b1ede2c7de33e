"""The shipped results framework is whole: everything promised is measured, by sex where it is about people."""

import math
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pilot_planner.exports.results import Indicator, women_reached


def test_impact_weights_of_outputs_add_up_to_one_and_there_are_at_most_six(dossier):
    outputs = [result for result in dossier.results if result.level == "output"]

    assert math.isclose(math.fsum(result.weight for result in outputs), 1.0)
    assert len(outputs) <= 6
    assert all(result.weight is None for result in dossier.results if result.level != "output")


def test_every_outcome_has_an_indicator_by_sex(dossier):
    for result in dossier.results:
        if result.level == "outcome":
            assert any("sex" in part for one in result.indicators for part in one.disaggregation), result.ref


def test_every_safeguard_against_forced_labour_is_measured(dossier, shipped_inputs):
    promised = {int(row.text("indicator_no")) for row in shipped_inputs.rows("facts/ilo_indicators.csv")}
    measured = {number for result in dossier.results for one in result.indicators for number in one.safeguards}

    assert measured == promised


def test_every_result_serves_another_but_the_impact(dossier):
    refs = {result.ref: result for result in dossier.results}
    for result in dossier.results:
        if result.level == "impact":
            assert not result.parent
        else:
            assert refs[result.parent].level == ("impact" if result.level == "outcome" else "outcome")


def test_every_target_is_a_figure_of_the_plan_or_has_a_source(dossier):
    for result in dossier.results:
        for one in result.indicators:
            assert bool(one.from_plan) != bool(one.target_source_id), one.name
            assert (one.baseline is None) == (not one.baseline_source_id), one.name


def test_women_reached_agree_with_the_women_among_worker_months_on_one_sector(plan):
    shares = {placement.key: placement.women_share for placement in plan.case.placements}
    by_hand = sum(row.arrivals * shares[row.iso3, row.sector] for row in plan.accounts.workforce)

    assert math.isclose(women_reached(plan), by_hand)
    assert women_reached(plan, until=plan.design.programme.lead_periods) == 0.0
    assert 0.2 < women_reached(plan) / plan.metrics["people_reached"] < 0.4


def test_milestones_grow_to_the_target(dossier):
    women = next(one for result in dossier.results for one in result.indicators if one.from_plan == "women_reached")

    assert [target.start.year for target in women.targets] == [2027, 2028]
    assert women.targets[0].value < women.targets[1].value


@given(st.floats(0.0, 1.0))
def test_shares_are_published_in_per_cent_to_two_decimals(share):
    one = Indicator("", "share", True, (), None, None, "", (), "", "", "", "", "")

    assert abs(one.published(share) - Decimal(share) * 100) <= Decimal("0.005000001")


def test_people_are_published_whole():
    one = Indicator("", "persons", True, (), None, None, "", (), "", "", "", "", "")

    assert str(one.published(1801.877)) == "1802"
