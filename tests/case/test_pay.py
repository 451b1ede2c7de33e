import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_planner.case.pay import Pay, PayRates, gross_wage, local_worker_cost, monthly_pay
from pilot_planner.case.tax import Bracket, TaxSchedule

STEPS = TaxSchedule("s", "S", 0.0, (Bracket(0, 200, 0.0), Bracket(200, None, 0.1)), "", "C")
shares = st.floats(0, 0.4)
rates = st.builds(PayRates, shares, shares, shares, st.floats(0, 1000), shares)


@given(st.floats(0, 10_000), rates)
def test_both_identities_hold_at_any_wage_and_rates(gross, charged):
    pay = monthly_pay(gross, STEPS, charged)
    parts = pay.income_tax + pay.host_tax + pay.employee_contributions + pay.net_pay
    assert parts == pytest.approx(gross, rel=1e-12, abs=1e-9)
    on_top = pay.employer_contributions + pay.foreign_worker_fee + pay.programme_levy
    assert pay.contract_value == pytest.approx(gross + on_top, rel=1e-12, abs=1e-9)


@given(rates, st.floats(0, 5000), st.floats(0, 12), st.floats(0, 12))
def test_pay_of_two_times_together_is_the_sum(charged, gross, first, second):
    pay = monthly_pay(gross, STEPS, charged)
    together, apart = pay * (first + second), pay * first + pay * second
    for name in ("gross_wage", "net_pay", "contract_value", "income_tax", "foreign_worker_fee"):
        assert getattr(together, name) == pytest.approx(getattr(apart, name), rel=1e-9, abs=1e-6)


def test_a_month_worked_out_by_hand():
    """600 gross: 40 tax, 30 host tax, 60 own contributions, 470 net; 90 + 18 + 25 on top make 733."""
    pay = monthly_pay(600.0, STEPS, PayRates(0.15, 0.10, 0.05, 25.0, 0.03))
    assert pay == Pay(600.0, 40.0, 30.0, 60.0, 90.0, 25.0, 18.0)
    assert (pay.net_pay, pay.contract_value) == (470.0, 733.0)


@pytest.mark.parametrize(
    ("market", "parity", "minimum", "overtime", "premium", "expected"),
    [
        (500, 1.0, None, 0.0, 1.25, 500),
        (500, 1.2, None, 0.0, 1.25, 600),
        (500, 1.0, 550, 0.0, 1.25, 550),
        (500, 1.0, 450, 0.25, 1.25, 656.25),
        (500, 1.2, 550, 0.25, 2.0, 900),
    ],
)
def test_the_gross_wage_is_parity_or_the_minimum_with_overtime_on_top(market, parity, minimum, overtime, premium, expected):
    assert gross_wage(market, parity, minimum, overtime, premium) == pytest.approx(expected)


def test_a_local_worker_costs_the_wage_and_the_same_contributions():
    assert local_worker_cost(400.0, 0.15) == pytest.approx(460.0)
