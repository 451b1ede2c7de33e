"""USD in the currency of a donor's forms, so that parts still add up to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pilot_planner.exports.rounding import rounded_to_sum
from pilot_planner.exports.terms import Currency


def in_currency(amounts: Sequence[Decimal], currency: Currency) -> list[Decimal]:
    """Amounts of USD in a currency, to the cent, each within a cent of its own; they add up to their rounded sum."""
    if currency.per_usd == 1.0:
        return list(amounts)
    return rounded_to_sum([float(amount) * currency.per_usd for amount in amounts])


def rate_in_words(currency: Currency) -> str:
    """The rate with its day, source and grade; empty where the currency is the plan's own."""
    if currency.code == "USD":
        return ""
    return f"1 USD = {currency.per_usd:g} {currency.code} on {currency.date} ({currency.source}; grade {currency.grade})."
