import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_planner.case.tax import Bracket, TaxSchedule, schedule_ids, tax_schedule
from pilot_planner.data.loading import load_inputs
from pilot_planner.errors import InputError

EXAMPLES = Path(__file__).parent / "tax_examples.csv"
INPUTS = load_inputs(Path(__file__).parents[2] / "inputs")
SCHEDULES = {name: tax_schedule(INPUTS, name) for name in schedule_ids(INPUTS)}


def _examples():
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_ninety_eight_examples_for_every_usable_schedule():
    rows = _examples()
    assert len(rows) == 98
    assert set(SCHEDULES) <= {row["schedule_id"] for row in rows}


@pytest.mark.parametrize("name", SCHEDULES)
def test_tax_and_net_of_the_worked_examples_agree_to_the_cent(name):
    rows = [row for row in _examples() if row["schedule_id"] == name]
    assert rows
    for row in rows:
        gross = float(row["gross_usd_month"])
        tax = SCHEDULES[name].tax(gross)
        assert tax == pytest.approx(float(row["tax_usd_month"]), abs=0.0051), row
        assert gross - tax == pytest.approx(float(row["net_usd_month"]), abs=0.0051), row


names = st.sampled_from(sorted(SCHEDULES))
wages = st.floats(0, 20_000)


@given(names, wages, st.floats(0, 5_000))
def test_tax_never_falls_and_net_pay_never_falls_when_the_wage_rises(name, wage, rise):
    schedule = SCHEDULES[name]
    more = schedule.tax(wage + rise) - schedule.tax(wage)
    assert -1e-6 <= more <= schedule.top_rate * rise + 1e-6


@given(names, wages)
def test_tax_is_never_negative_and_never_above_the_top_rate(name, wage):
    tax = SCHEDULES[name].tax(wage)
    assert -1e-9 <= tax <= SCHEDULES[name].top_rate * wage + 1e-6


@given(names, st.floats(0.01, 1))
def test_nothing_is_taxed_below_the_deduction(name, share):
    schedule = SCHEDULES[name]
    assert schedule.tax(share * schedule.deduction) == 0.0


def test_a_bracket_taxes_only_what_lies_inside_it():
    steps = (Bracket(0, 100, 0.0), Bracket(100, 300, 0.1), Bracket(300, None, 0.5))
    schedule = TaxSchedule("s", "S", 50.0, steps, "", "C")
    assert [schedule.tax(gross) for gross in (0, 50, 150, 250, 350, 450)] == pytest.approx([0, 0, 0, 10, 20, 70])


def test_a_lump_sum_is_not_a_schedule_that_a_design_may_name():
    with pytest.raises(InputError) as caught:
        tax_schedule(INPUTS, "LOYALTY_BASE")
    (fault,) = caught.value.faults
    assert fault.what == "'LOYALTY_BASE' cannot be used as a schedule"


def test_an_incomplete_schedule_is_not_one_that_a_design_may_name():
    assert "DPRK_EDZ_2015" not in SCHEDULES
    assert {"SIMPLE_0_5_10_15", "SIMPLE_0_10_20", "RU_NDFL_2025"} <= set(SCHEDULES)
