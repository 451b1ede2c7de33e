"""Donors are asked for exactly what is needed, no later than the design counts on it."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from pilot_planner.design.schema import Funding, Pledge
from pilot_planner.exports.currency import in_currency, rate_in_words
from pilot_planner.exports.dates import months_after, period_days
from pilot_planner.exports.dossier import Dossier
from pilot_planner.exports.terms import Currency, Terms
from pilot_planner.exports.tranches import tranches

MADE_ON = dt.date(2026, 11, 20)


def pledged(plan, terms, *pledges):
    """A dossier of the plan with other pledges, each a donor, a month and USD."""
    funding = Funding(pledges=tuple(Pledge(donor=donor, month=month, usd=usd) for donor, month, usd in pledges))
    design = plan.design.model_copy(update={"funding": funding})
    return Dossier(dataclasses.replace(plan, design=design), terms, MADE_ON)


@pytest.mark.parametrize(
    "pledges",
    [
        (),
        (("to be found", 0, 1e6),),
        (("to be found", 12, 20e6),),
        (("Norway", 12, 4e6), ("Japan", 0, 4e6), ("Norway", 18, 9e6)),
    ],
    ids=["none", "too little", "too much", "out of order"],
)
def test_tranches_add_up_to_what_is_asked_for(plan, terms, pledges):
    dossier = pledged(plan, terms, *pledges)
    planned = tranches(dossier)

    assert sum(one.usd for one in planned) == dossier.budget.ask(terms.rules).contribution
    assert all(one.usd > 0 and one.start < one.end for one in planned)
    assert [one.start for one in planned] == sorted(one.start for one in planned)


def test_what_nobody_pledged_is_asked_for_at_the_start(plan, terms):
    first, second = tranches(pledged(plan, terms, ("Norway", 6, 1e6)))

    assert (first.donor, first.start) == ("", plan.design.programme.start_date)
    assert (second.donor, second.start, second.usd) == ("Norway", dt.date(2027, 7, 1), Decimal(1_000_000))


def test_early_tranches_come_in_full_and_late_ones_only_as_far_as_needed(plan, terms):
    dossier = pledged(plan, terms, ("Japan", 0, 4e6), ("Norway", 12, 20e6), ("Norway", 18, 9e6))
    planned = tranches(dossier)

    assert [(one.donor, one.usd) for one in planned] == [
        ("Japan", Decimal(4_000_000)),
        ("Norway", dossier.budget.ask(terms.rules).contribution - 4_000_000),
    ]


def test_the_fee_of_a_funds_agent_is_part_of_what_is_asked_for(plan, terms):
    tree = terms.model_dump()
    tree["rules"]["agent_fee"] = 0.01
    dossier = Dossier(plan, Terms.model_validate(tree), MADE_ON)

    asked = sum(one.usd for one in tranches(dossier))
    assert asked * Decimal("0.99") == pytest.approx(dossier.budget.total - dossier.budget.levy, abs=Decimal("0.01"))


def test_months_are_counted_over_years():
    assert months_after(dt.date(2027, 11, 1), 3) == dt.date(2028, 2, 1)
    assert months_after(dt.date(2027, 1, 1), -3) == dt.date(2026, 10, 1)


def test_periods_follow_one_another(plan):
    programme = plan.design.programme
    for number in range(programme.periods + 2):
        assert period_days(programme, number)[1] + dt.timedelta(days=1) == period_days(programme, number + 1)[0]


def test_a_currency_keeps_the_sum():
    currency = Currency(code="KRW", per_usd=1373.37, date=MADE_ON, source="Bank", grade="B")
    parts = [Decimal("0.01"), Decimal("10.10"), Decimal("33.33")]

    assert sum(in_currency(parts, currency)) == (sum(parts) * Decimal("1373.37")).quantize(Decimal("0.01"))
    assert rate_in_words(currency) == "1 USD = 1373.37 KRW on 2026-11-20 (Bank; grade B)."
