"""USD in the currency of a donor's forms, so that parts still add up to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from pilot_planner.exports.codelists import minor_unit
from pilot_planner.exports.rounding import rounded_to_sum
from pilot_planner.exports.terms import Currency


def in_currency(amounts: Sequence[Decimal], currency: Currency) -> list[Decimal]:
    """Amounts of USD in a currency, in its minor units, each within one of its own; they add up to their rounded sum."""
    if currency.code == "USD":
        return list(amounts)
    rate = Decimal(str(currency.per_usd))
    total = one_in_currency(sum(amounts, Decimal(0)), currency)
    return rounded_to_sum([float(amount * rate) for amount in amounts], step(currency), total)


def one_in_currency(amount: Decimal, currency: Currency) -> Decimal:
    """One amount of USD in a currency, rounded to its minor unit, halves up as spreadsheets do."""
    exact = amount * Decimal(str(currency.per_usd))
    return amount if currency.code == "USD" else exact.quantize(step(currency), ROUND_HALF_UP)


def step(currency: Currency) -> Decimal:
    """The smallest amount of a currency by ISO 4217: 0.01 for EUR, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-minor_unit(currency.code))


def written(amount: Decimal, currency: Currency) -> str:
    """An amount in a currency with the decimal places that it has."""
    return f"{amount:,.{minor_unit(currency.code)}f}"


def rate_in_words(currency: Currency) -> str:
    """The rate with its day, source and grade; empty where the currency is the plan's own."""
    if currency.code == "USD":
        return ""
    return f"1 USD = {currency.per_usd:g} {currency.code} on {currency.date} ({currency.source}; grade {currency.grade})."
