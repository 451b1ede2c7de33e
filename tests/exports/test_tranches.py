"""Donors are asked for exactly what is needed, no later than the design counts on it."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from pilot_planner import make_plan
from pilot_planner.case.calendar import months_after, period_days
from pilot_planner.design.schema import Funding, Pledge
from pilot_planner.exports.currency import in_currency, one_in_currency, rate_in_words, written
from pilot_planner.exports.proposal.blocks import plain
from pilot_planner.exports.proposal.section_builder import Draft
from pilot_planner.exports.proposal.sections import budget, work_plan
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.terms import Currency, Terms
from pilot_planner.exports.tranches import tranches
from pilot_planner.text.number_format import money

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

    made = in_currency(parts, currency)
    assert sum(made) == one_in_currency(sum(parts), currency) == Decimal(59659)  # 43.44 USD; the won has no smaller unit
    assert all(one == one.to_integral_value() for one in made)
    assert rate_in_words(currency) == "1 USD = 1373.37 KRW on 2026-11-20 (Bank; grade B)."


@pytest.mark.parametrize(
    ("code", "rate", "amount"), [("JPY", 151.237, "1,867"), ("EUR", 0.8637, "10.66"), ("KWD", 0.30651, "3.784")]
)
def test_amounts_have_the_minor_units_of_their_currency(code, rate, amount):
    currency = Currency(code=code, per_usd=rate, date=MADE_ON, source="Bank", grade="B")
    assert written(one_in_currency(Decimal("12.345"), currency), currency) == amount


def test_the_proposal_asks_for_the_tranches_that_every_file_has(shipped_inputs, terms):
    """One host needs less than its pledges; those stood in the text once."""
    dossier = Dossier(make_plan("one_host", shipped_inputs), terms, MADE_ON)
    draft = Draft(dossier)
    asked = dossier.budget.ask(terms.rules).contribution
    assert asked < sum(pledge.usd for pledge in dossier.plan.design.funding.pledges)
    told = plain(budget._tranches(draft)).replace("\N{NO-BREAK SPACE}", " ")
    assert f"together {asked:,.2f} USD" in told
    assert all(f"{one.usd:,.2f} USD" in told for one in tranches(dossier))
    needed = [words for period in dossier.plan.case.periods for words in work_plan._money(draft, period)]
    assert needed == [f"donors’ tranche of {money(float(one.usd))} USD is needed" for one in tranches(dossier)]
