"""What one step of a control is worth, told below it: in the direction of the control itself, from plans solved again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from pilot_planner.dashboard.layout.controls import Control, controls, values_of
from pilot_planner.data.wording import listed
from pilot_planner.design.schema import Design
from pilot_planner.text.labels import exact, inline
from pilot_planner.text.names import metric_label, metric_unit

_EQUAL = 1e-6
"""Share of the aim below which a change is told as none: two proven plans agree to about so much."""
_DIGITS = 12
_ENDS = ("At least", "At most")
"""How the two settings of a range are told apart."""


@dataclass(frozen=True)
class Move:
    """One step of one setting of a control: from ``before`` to ``after``, in the setting's own unit."""

    control: str
    path: str
    before: float
    after: float

    @property
    def up(self) -> bool:
        return self.after > self.before


_PARTS_OF_MOVE = tuple(one.name for one in fields(Move))


@dataclass(frozen=True)
class Effect:
    """What a move gives.

    Attributes:
        aim: of the plan with the move, in the unit of the objective; None where no plan meets all limits then.
        change: ``aim`` less that of the plan without the move; None likewise.
        hosts: codes of the hosts that the plan changes to; empty where they stay.
    """

    move: Move
    aim: float | None
    change: float | None
    hosts: tuple[str, ...] = ()


def effects_told(hints: Mapping[str, Any]) -> list[Effect]:
    """Effects as the browser holds them."""
    return [
        Effect(Move(*(one["move"][name] for name in _PARTS_OF_MOVE)), one.get("aim"), one.get("change"), tuple(one["hosts"]))
        for one in hints.get("effects") or ()
    ]


def moves(design: Design, first: Collection[str] = ()) -> tuple[Move, ...]:
    """One step up and one down of every setting that a control moves by steps; controls named ``first`` lead.

    A setting without a value, such as a limit that is not set, has no step.
    """
    own = values_of(design)
    found = list(_moves(own))
    return tuple(sorted(found, key=lambda one: one.control not in first))


def _moves(own: dict[str, object]) -> Iterator[Move]:
    for control in controls():
        if control.kind not in ("slider", "range", "choice"):
            continue
        for path in control.paths:
            value = own[path]
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            for sign in (1.0, -1.0):
                after = float(f"{value + sign * control.step * control.scale:.{_DIGITS}g}")
                yield Move(control.name, path, float(value), after)


def hint(control: Control, effects: Sequence[Effect], metric: str, binds: bool) -> str:
    """The note below a control from the effects of its steps; empty where nothing holds the plan there."""
    told = []
    for place, path in enumerate(control.paths):
        mine = [one for one in effects if one.move.path == path]
        text = _of_path(control, mine, metric)
        if text:
            told.append(f"{_ENDS[place]}: {text[0].lower()}{text[1:]}" if len(control.paths) > 1 else text)
    # Effects come one by one, and a step that no design may take has none.
    if not told and binds and {one.move.up for one in effects} == {True, False}:
        told.append("A step either way changes nothing.")
    return " ".join(["Binds."] * binds + told)


def _of_path(control: Control, effects: Sequence[Effect], metric: str) -> str:
    if all(one.change is not None and nothing(one) for one in effects):
        return ""
    step = step_words(control)
    parts = [f"{step} {'more' if one.move.up else 'less'} {_does(one, metric)}" for one in effects]
    of = f" of {inline(metric_label(metric))}"
    text = "; ".join(parts)
    # Said once, it holds for the rest.
    head, named, rest = text.partition(of)
    text = head + named + rest.replace(of, "")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _does(one: Effect, metric: str) -> str:
    if one.change is None:
        return "leaves no plan"
    if nothing(one):
        return "changes nothing"
    amount = exact(abs(one.change), metric_unit(metric))
    hosts = f", with {listed(one.hosts)} as hosts" if one.hosts else ""
    return f"{'adds' if one.change > 0 else 'takes'} {amount} of {inline(metric_label(metric))}{hosts}"


def nothing(one: Effect) -> bool:
    """Whether a change is no more than what two proven plans may differ by."""
    return one.change is not None and one.aim is not None and abs(one.change) <= _EQUAL * max(1.0, abs(one.aim))


def step_words(control: Control) -> str:
    """``100,000 USD``, ``0.1 points``, ``50``: one step in words."""
    if "USD" in control.unit:
        return f"{control.step * control.scale:,.10g} USD"
    step = f"{control.step:,.10g}"
    if control.unit == "%":
        return f"{step} point{'' if control.step == 1 else 's'}"
    return step if control.decimals else {"1": "one"}.get(step, step)
