"""The record of a price, and the sentence that tells it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from pilot_planner.programme.limits import Limit, Side
from pilot_planner.studies.planning.limit_status import shown
from pilot_planner.text.number_format import with_unit

NOTHING = 1e-3
"""Change of the objective per step below which a price is nothing."""


@dataclass(frozen=True)
class Resolve:
    """The whole programme solved again with one bound changed: what a real change gives, hosts free to change.

    Attributes:
        change: of the objective against the plan as it is; None where no plan was found.
        same_choice: whether the hosts and levels of the plan as it is are still the best ones.
        choice: hosts with their levels, in words.
    """

    bound: float
    status: str
    objective: float | None
    hosts: str
    change: float | None = None
    same_choice: bool = True
    choice: str = ""


@dataclass(frozen=True)
class Price:
    """The price of one side of one limit.

    Attributes:
        value, slack, binding: how the limit stands where it is tightest.
        per: the step that prices are told in, in the limit's unit.
        price: change of the objective metric per ``per``, from the duals; 0 where the limit is slack.
        loosening, tightening: one-sided derivatives by solving again; they differ where the price is degenerate.
        valid_from, valid_to: bounds between which the price holds with hosts, levels and sectors as they are (to a
            hundredth where the bound is multiplied, so that the price changes with it); None where it holds as far as was
            looked: ten times the bound, or the end of what the bound can be.
        then: what binds beyond the end on the loosening side.
        looser, tighter: full re-solves with the bound 10 % looser and tighter.
        cliff: whether the hosts or levels change in one of them.
        sentence: the price in words.
        step_looser, step_tighter: full re-solves with the bound one step looser and tighter; None for a limit with room.
        exact: whether the bound is a right side, so that the price is the same all along its range.
    """

    key: str
    label: str
    side: Side
    kind: str
    unit: str
    bound: float
    value: float
    slack: float
    binding: bool
    per: float
    price: float
    loosening: float
    tightening: float
    valid_from: float | None
    valid_to: float | None
    then: str
    looser: Resolve | None
    tighter: Resolve | None
    cliff: bool
    sentence: str
    step_looser: Resolve | None = None
    step_tighter: Resolve | None = None
    exact: bool = True


def step_words(per: float, unit: str) -> str:
    """``100,000 USD``, ``one percentage point``, ``one worker``."""
    match unit:
        case "USD":
            return f"{per:,.0f} USD"
        case "share":
            return "one percentage point"
        case "score":
            return "a hundredth"
        case "persons":
            return "one worker"
        case "posts":
            return "one post"
        case "months":
            return "one worker-month"
        case _:
            return "one"


def with_sentence(price: Price, unit: str, metric: str, limit: Limit) -> Price:
    """The price in words: what binds, what one step gives in each direction, where its price holds, what a tenth gives."""
    name = metric.lower()
    parts = [limit.says(price.side, shown(price.bound, limit.unit))]
    steps = [one for one in (price.step_looser, price.step_tighter) if one is not None]
    if not steps:
        parts.append("It binds." if price.binding else f"{_room(price)} A little more is worth nothing.")
    elif not price.binding:
        parts.append("There is room on average, but it binds for the workers it concerns.")
    elif all(_is_nothing(one) for one in steps):
        parts.append("It binds, and a step either way changes nothing.")
        steps = []
    if steps:
        parts.append(_steps(price, unit, name))
        parts.append(_holds(price, unit))
    parts += _beyond(price, unit, name)
    return replace(price, sentence=" ".join(part for part in parts if part))


def _is_nothing(one: Resolve) -> bool:
    return one.change is not None and abs(one.change) <= NOTHING and one.same_choice


def _room(price: Price) -> str:
    return (
        "It does not bind."
        if math.isnan(price.slack)
        else f"It does not bind: {with_unit(price.slack, price.unit)} of room."
    )


def _steps(price: Price, unit: str, name: str) -> str:
    """``100,000 USD more adds 333,154 USD of worker income, 100,000 USD less takes 337,624 USD (both solved).``"""
    told: list[str] = []
    for one in (price.step_looser, price.step_tighter):
        if one is None:
            continue
        words = _gives(one, unit, name if not told else "")
        told.append(f"{_step(price, one)} {words}")
    text = "; ".join(told)
    return f"{text[0].upper()}{text[1:]}."


def _step(price: Price, one: Resolve) -> str:
    """``one percentage point less``; where the bound cannot move by a whole step, ``at 0 %``."""
    if not math.isclose(abs(one.bound - price.bound), price.per, rel_tol=1e-9):
        return f"at {shown(one.bound, price.unit)} instead the plan"
    return f"{step_words(price.per, price.unit)} {'more' if one.bound > price.bound else 'less'}"


def _gives(one: Resolve, unit: str, name: str) -> str:
    """``adds 333,154 USD of worker income``, with the hosts where they change."""
    if one.status == "infeasible":
        return "leaves no plan"
    if one.change is None:
        return _unknown(one)
    text = changed_by(one.change, unit)
    if name:
        text += f" of {name}"
    if not one.same_choice:
        text += f" and changes hosts or levels to {one.choice}"
    return text


def _unknown(one: Resolve) -> str:
    return "is not allowed" if one.status == "refused" else f"could not be solved ({one.status.replace('_', ' ')})"


def changed_by(change: float, unit: str) -> str:
    """``adds 333,154 USD``, ``takes 15,354,497 USD``, ``changes nothing``: to the dollar, whatever its size."""
    if abs(change) <= NOTHING:
        return f"adds {with_unit(0.0, unit)}"
    return f"{'adds' if change > 0 else 'takes'} {exactly(abs(change), unit)}"


def exactly(amount: float, unit: str) -> str:
    """A change in full: a difference of plans is not rounded to millions."""
    return f"{amount:,.0f} USD" if unit == "USD" and amount >= _CENTS_BELOW else with_unit(amount, unit)


_CENTS_BELOW = 10.0


def _holds(price: Price, unit: str) -> str:
    """Near the plan: the derivative, and between which bounds it holds."""
    if math.isnan(price.loosening) or math.isnan(price.tightening):
        return ""
    if price.valid_from is None and price.valid_to is None:
        return ""
    step = step_words(price.per, price.unit).removeprefix("one ").removeprefix("a ")
    near = abs(price.loosening) if abs(price.loosening) > NOTHING else abs(price.tightening)
    beyond = f", where {price.then} {'begin' if ',' in price.then else 'begins'} to bind," if price.then else ""
    after_low, after_high = (beyond, "") if price.side == "min" else ("", beyond)
    low = "" if price.valid_from is None else f" from {_bound(price.valid_from, price)}{after_low}"
    high = "" if price.valid_to is None else f" up to {_bound(price.valid_to, price)}{after_high}"
    about = "" if price.exact else " (to a hundredth)"
    return f"Near the plan it is {exactly(near, unit)} for each {step}{low}{high}".removesuffix(",") + f"{about}."


def _bound(bound: float, price: Price) -> str:
    """A bound at the end of a range, with a digit or two more than its step."""
    match price.unit:
        case "USD":
            return shown(bound, "USD") if abs(bound) >= _LARGE or bound == 0.0 else f"{bound:,.2f} USD"
        case "share":
            return f"{100.0 * bound:.4g} %"
        case "score":
            return f"{bound:.4g}"
        case _:
            return shown(round(bound, 2), price.unit)


_LARGE = 10_000.0


def _beyond(price: Price, unit: str, name: str) -> list[str]:
    """What the re-solves a tenth away give, hosts free to change."""
    steps = {one.bound for one in (price.step_looser, price.step_tighter) if one is not None}
    words = [
        f"at {shown(round(one.bound, 6), price.unit)} {_plan_there(one, unit, name)}"
        for one in (price.looser, price.tighter)
        if one is not None and one.bound not in steps
    ]
    moved = any(one is not None and not _is_nothing(one) for one in (price.looser, price.tighter))
    if not words or not (price.binding or price.step_looser is not None or moved):
        return []
    return [f"Solved again: {', '.join(words)}."]


def _plan_there(one: Resolve, unit: str, name: str) -> str:
    if one.status == "infeasible":
        return "there is no plan"
    if one.change is None:
        return _unknown(one)
    if abs(one.change) <= NOTHING:
        text = f"{name} is the same"
    else:
        text = f"{name} is {exactly(abs(one.change), unit)} {'more' if one.change > 0 else 'less'}"
    return text if one.same_choice else f"{text} and hosts or levels change to {one.choice}"
