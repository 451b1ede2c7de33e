"""What can take part in a conflict: bounds of limits, hosts that are required, and what workers are expected to choose.

Each has a path: ``limits.KEY.SIDE`` or ``required.NAME`` as the design has them, ``inputs.programme.RATE`` for a rate
of take-up. The first two can be left out of a programme one by one; what they say can be told in a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pilot_planner.case.case import Case, make_case
from pilot_planner.design.schema import LimitBounds
from pilot_planner.programme.build import Programme, Row, build, cannot_be_chosen
from pilot_planner.programme.limits import Kind, Side, find_limit
from pilot_planner.solving.arithmetic import TOLERANCE
from pilot_planner.solving.sparse_rows import Array, Rows
from pilot_planner.studies.planning.limit_status import shown
from pilot_planner.text.names import host_names, place_in_words, sector_names

ORDER: tuple[Kind, ...] = ("money", "capacity", "safeguard", "legal")
"""In which members are told and repairs offered; legal ones never are."""
FUNDING = "limits.funding.min"
_LIMIT, _REQUIRED, _RATE = "limits.", "required.", "inputs.programme."
_CHANNELS = ("card_share", "in_kind_share", "in_kind_usd_month", "family_share")
TAKE_UP = {
    f"{_RATE}in_kind_uptake": "goods and services",
    f"{_RATE}family_uptake": "family parcels",
}
"""Rates of take-up, by path."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a conflict.

    Attributes:
        path: where it stands, as ``--set`` takes it; ``required.NAME`` for an entry of ``required``.
        kind: of the limit; ``required`` for what the design insists on, ``evidence`` for what workers choose.
        changeable: whether a change of it may be offered: never for law and evidence.
        bound, unit: of a limit or rate; None and empty for what is required.
        label: what it is called in a sentence.
    """

    path: str
    kind: str
    changeable: bool
    sentence: str
    bound: float | None = None
    unit: str = ""
    label: str = ""

    @property
    def name(self) -> str:
        """A short name for a sentence."""
        return self.label or self.path


def bound_of(path: str) -> tuple[str, Side]:
    """Key and side of a limit's path."""
    _, key, side = path.split(".")
    return key, "min" if side == "min" else "max"


def is_limit(path: str) -> bool:
    """Whether a path is that of a bound."""
    return path.startswith(_LIMIT)


def required_name(path: str) -> str:
    """The entry of ``required`` that a path stands for; empty for every other path."""
    return path.removeprefix(_REQUIRED) if path.startswith(_REQUIRED) else ""


def limit_path(key: str, side: Side) -> str:
    """The path of a bound."""
    return f"{_LIMIT}{key}.{side}"


def of_channel(path: str) -> bool:
    """Whether a path is the bound of a channel of pay: what workers take at each placement depends on it."""
    return is_limit(path) and bound_of(path)[0] in _CHANNELS


class Members:
    """The members of one case, and the programmes that hold some of them."""

    def __init__(self, case: Case) -> None:
        design = case.design
        self.case = case
        sides: tuple[Side, ...] = ("min", "max")
        paths = [
            limit_path(key, side)
            for key, bounds in design.limits.items()
            for side in sides
            if getattr(bounds, side) is not None and find_limit(key, design) is not None
        ]
        self.impossible_alone = {
            f"{_REQUIRED}{name}": reason for name in design.required if (reason := cannot_be_chosen(case, name))
        }
        """Required entries that no programme can have, with the reason."""
        paths += [f"{_REQUIRED}{name}" for name in dict.fromkeys(design.required)]
        self.paths = tuple(sorted(paths, key=self.weight))
        self._built: dict[tuple[frozenset[str], frozenset[str]], Programme] = {}
        self.whole = self._variant(frozenset(), frozenset())
        """The programme that holds all of them, but for what is impossible alone."""
        self._rows = Rows.of(self.whole.rows)
        places: dict[str, list[int]] = {}
        for place, row in enumerate(self.whole.rows):
            path = _path_of(row)
            if path:
                places.setdefault(path, []).append(place)
        self._places = {path: np.array(rows) for path, rows in places.items()}
        self._shaping = frozenset(path for path in self.paths if self._shapes(path))
        """Those that more rows than their own depend on."""

    def weight(self, path: str) -> int:
        """Place in the order in which members are told: money first, law last."""
        limit = find_limit(bound_of(path)[0], self.case.design) if is_limit(path) else None
        return ORDER.index("capacity") if limit is None else ORDER.index(limit.kind_of(bound_of(path)[1]))

    def changeable(self, path: str) -> bool:
        """Whether a change of it may be offered."""
        return path not in TAKE_UP and self.weight(path) < ORDER.index("legal")

    def _shapes(self, path: str) -> bool:
        # The most workers that there can be lift the row of a host that stands alone.
        lifts = path == "limits.workers_total.max" and any(row.lifted_by is not None for row in self.whole.limit_rows)
        return lifts or of_channel(path)

    def programme(self, held: frozenset[str], free_choice: frozenset[str] = frozenset()) -> Programme:
        """The programme that holds some members and no other; ``free_choice``: rates of take-up that count as 1."""
        whole = self._variant(self._shaping - held, free_choice)
        rows = [row for row in whole.rows if not (path := _path_of(row)) or path in held]
        return replace(whole, rows=rows)

    def broken(self, programme: Programme, solution: Sequence[float], held: frozenset[str]) -> frozenset[str]:
        """Members that a solution of a programme with ``held`` may break; what it does not name surely holds."""
        left = frozenset(self.paths) - held
        if [one.name for one in programme.d.columns] != [one.name for one in self.whole.d.columns]:
            return left
        rows = _missed(self._rows, np.asarray(solution))
        found = {path for path in left & self._places.keys() if rows[self._places[path]].any()}
        found |= left & self.impossible_alone.keys()
        if self._shaping - held:
            of_members = np.zeros(len(rows), dtype=bool)
            for places in self._places.values():
                of_members[places] = True
            if (rows & ~of_members).any():
                found |= self._shaping - held
        return frozenset(found)

    def _variant(self, without: frozenset[str], free_choice: frozenset[str]) -> Programme:
        """The programme without some members that shape other rows than their own."""
        key = (without, free_choice)
        if key not in self._built:
            design = self.case.design

            def kept(key: str, side: Side, bound: float | None) -> float | None:
                return None if limit_path(key, side) in without else bound

            limits = {
                key: LimitBounds.model_construct(min=kept(key, "min", old.min), max=kept(key, "max", old.max))
                for key, old in design.limits.items()
            }
            required = tuple(name for name in design.required if f"{_REQUIRED}{name}" not in self.impossible_alone)
            case = make_case(design.model_copy(update={"limits": limits, "required": required}), self.case.inputs)
            if free_choice:
                rates: Any = dict.fromkeys((path.removeprefix(_RATE) for path in free_choice), 1.0)
                case = replace(case, rates=replace(case.rates, **rates))
            self._built[key] = build(case)
        return self._built[key]

    def told(self, path: str) -> Member:
        """A member in words."""
        if name := required_name(path):
            reason = self.impossible_alone.get(path, "")
            inputs = self.case.inputs
            place = place_in_words(name, host_names(inputs) | sector_names(inputs))
            return Member(
                path, "required", True, f"{reason or f'The design requires {place}'}.", label=f"that {place} takes part"
            )
        if path in TAKE_UP:
            rate = getattr(self.case.rates, path.removeprefix(_RATE))
            words = (
                f"Workers are expected to choose at most {shown(rate, 'share')} of the {TAKE_UP[path]} that they may have."
            )
            return Member(path, "evidence", False, words, rate, "share", f"the share who choose {TAKE_UP[path]}")
        key, side = bound_of(path)
        limit = find_limit(key, self.case.design)
        if limit is None:
            raise KeyError(path)
        bounds = self.case.design.bounds(key)
        bound = (bounds.min if side == "min" else bounds.max) or 0.0
        sentence = limit.says(side, shown(bound, limit.unit))
        if path == FUNDING:
            sentence += f" Pledged: {pledged(self.case)}."
        return Member(path, limit.kind_of(side), self.changeable(path), sentence, bound, limit.unit, limit.label.lower())


def pledged(case: Case) -> str:
    """The pledges in words."""
    pledges = case.design.funding.pledges
    words = [f"{shown(one.usd, 'USD')} by month {one.month}" for one in pledges]
    return ", ".join(words) or "nothing"


def _path_of(row: Row) -> str:
    """The member that a row belongs to; empty for structure."""
    if row.limit is not None:
        return limit_path(row.limit.key, row.limit.side)
    return row.name if row.name.startswith(_REQUIRED) else ""


def _missed(rows: Rows, x: Array) -> Array:
    """For each row whether it is missed at ``x``."""
    value = rows.times(x)
    size = np.maximum(1.0, np.abs(np.where(np.isfinite(rows.lower), rows.lower, rows.upper)))
    return (value < rows.lower - TOLERANCE * size) | (value > rows.upper + TOLERANCE * size)
