"""The record of a price, and the sentence that tells it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from pilot_planner.programme.limits import Limit, Side
from pilot_planner.studies.standing import shown
from pilot_planner.studies.words import with_unit

_AGREE = 1e-3
"""Relative difference up to which two one-sided prices are told as one."""

NOTHING = 1e-3
"""Change of the objective per step below which a price is nothing."""


@dataclass(frozen=True)
class Resolve:
    """The whole programme solved again with one bound changed: what a real change gives, hosts free to change."""

    bound: float
    status: str
    objective: float | None
    hosts: str


@dataclass(frozen=True)
class Price:
    """The price of one side of one limit.

    Attributes:
        value, slack, binding: how the limit stands where it is tightest.
        per: the step that prices are told in, in the limit's unit.
        price: change of the objective metric per ``per``, from the duals; 0 where the limit is slack.
        loosening, tightening: one-sided prices by solving again; they differ where the price is degenerate.
        valid_from, valid_to: bounds between which the price holds; None where it holds without end.
        then: what binds beyond the end on the loosening side.
        looser, tighter: full re-solves with the bound 10 % looser and tighter.
        cliff: whether the hosts change in one of them.
        sentence: the price in words.
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


def _step_words(per: float, unit: str) -> str:
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


def with_sentence(price: Price, unit: str, metric: str, hosts: str, limit: Limit) -> Price:
    """The price in words: what binds, what one more step is worth, how far, and what lies beyond."""
    name = metric.lower()
    says = limit.says(price.side, shown(price.bound, limit.unit))
    worthless = max(abs(price.loosening), abs(price.tightening)) <= NOTHING or math.isnan(price.loosening)
    parts = [says]
    if limit.unit == "count" or (price.binding and worthless):
        parts.append("It binds." if price.binding else _room(price))
    elif worthless:
        parts.append(f"{_room(price)} A little more is worth nothing.")
    else:
        if not price.binding:
            parts.append("There is room on average, but it binds for the workers it concerns.")
        parts.append(_worth(price, unit, name))
    parts += _beyond(price, unit, name)
    changes = [one for one in (price.looser, price.tighter) if one is not None and one.hosts not in ("", hosts)]
    if changes:
        ends = " and ".join(f"{one.hosts} at {shown(round(one.bound, 6), limit.unit)}" for one in changes)
        parts.append(f"A cliff is near: the hosts change to {ends}.")
    return replace(price, sentence=" ".join(parts))


def _room(price: Price) -> str:
    return (
        "It does not bind."
        if math.isnan(price.slack)
        else f"It does not bind: {with_unit(price.slack, price.unit)} of room."
    )


def _worth(price: Price, unit: str, name: str) -> str:
    """``100,000 USD more adds 338 k USD of worker income, up to 12,030,469 USD; beyond that ... binds.``

    Where other limits bind at the same point there is one price for each direction, and both are told.
    """
    more, less = ("more", "less") if price.side == "max" else ("less", "more")
    step = _step_words(price.per, price.unit)
    gain = price.loosening * (1.0 if price.side == "max" else -1.0)
    one_price = math.isclose(price.loosening, price.tightening, rel_tol=_AGREE, abs_tol=NOTHING)
    end = price.valid_to if price.side == "max" else price.valid_from
    upto = "" if end is None else f", {'up' if price.side == 'max' else 'down'} to {shown(round(end), price.unit)}"
    beyond = f"; beyond that {price.then} binds" if price.then and upto else ""
    worth = f"{step[0].upper()}{step[1:]} {more} {_does(gain, unit)} of {name}"
    if not one_price:
        loss = price.tightening * (-1.0 if price.side == "max" else 1.0)
        return f"{worth}{upto}{beyond}; {step} {less} {_does(loss, unit)}: other limits bind at the same point."
    return f"{worth}{upto}{beyond}."


def _does(change: float, unit: str) -> str:
    if abs(change) <= NOTHING:
        return f"adds {with_unit(0.0, unit)}"
    return f"{'adds' if change > 0 else 'takes'} {with_unit(abs(change), unit)}"


def _beyond(price: Price, unit: str, name: str) -> list[str]:
    """What the full re-solves give, hosts free to change."""
    words = []
    for one in (price.looser, price.tighter):
        if one is None:
            continue
        where = shown(round(one.bound, 6), price.unit)
        if one.objective is None:
            words.append(f"at {where} there is no plan")
        else:
            words.append(f"at {where} the best plan has {with_unit(one.objective, unit)}")
    return [f"Solved again: {', '.join(words)}."] if words and (price.binding or abs(price.loosening) > NOTHING) else []
