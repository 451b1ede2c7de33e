"""The programme of what is left after some periods are over: what has happened is fixed, what was signed binds.

Rows that only what is over could break are left out: nobody can keep them any more. Limits of the whole programme stay,
and count what has happened with what is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pilot_planner.case.case import Case
from pilot_planner.programme.limits.registry import LimitRow, Side
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, Row

NO_NEWCOMERS = "no_newcomers_"
"""Before a host's code in lower case: the rule of a design by which nobody starts work there any more."""


def is_over(case: Case, row: LimitRow) -> bool:
    """Whether a row of a limit is about a period that is over."""
    return row.period is not None and row.period <= case.history.over


def not_staffed(case: Case) -> list[str]:
    """Placements in which somebody has worked, and which the programme does not have any more."""
    known = {one.key for one in case.placements}
    worked = dict.fromkeys((h, s) for (h, s, _), (_, workers) in case.history.people.items() if workers > 0.0)
    return [f"{h}.{s}" for h, s in worked if (h, s) not in known]


def after_signature(p: Programme, structure: Iterable[Row]) -> Iterator[Row]:
    """The rows of the structure that are about what is left, and those that fix what is over."""
    d, over = p.d, p.q.over
    past = {j for people in (d.arrivals, d.workers) for (_, _, _, t), j in people.items() if t <= over}
    past |= {j for channel in (d.in_kind, d.family) for (_, _, t), j in channel.items() if t <= over}
    past |= {j for (_, t), j in d.inspectors.items() if t <= over}
    signed = {d.programme, *d.level.values(), *d.open.values(), *d.cap.values()}
    ending = {h for h in p.case.history.levels if f"{NO_NEWCOMERS}{h}".lower() in p.case.design.rules}
    for row in structure:
        kind, _, place = row.name.partition(".")
        if kind == "staffed" and place.split(".")[0] in ending:
            # How many an open placement must come to employ says nothing of one that is being ended.
            continue
        columns = row.expression.terms.keys()
        if columns.isdisjoint(past) or not columns <= past | signed:
            yield row
    yield from _signed_rows(p)
    there = p.happened
    for column in sorted(past):
        host = p.column_keys[column].host or ""
        gone = Linear.of(column) - p.q.happened(host, there.get(column, 0.0))
        yield Row(f"over.{d.columns[column].name}", gone, "=", 0.0)


_BOOKED = 1e-7
"""Relative: what is booked, in cents and in persons with six decimals, is no more exact than that."""


def room_for_rounding(p: Programme, expression: Linear, side: Side) -> float:
    """How far the rounding of what is over may push a row over its bound, so that a limit just kept is not broken by it."""
    if not p.q.over:
        return 0.0
    there = p.happened
    booked = sum(abs(value * there.get(column, 0.0)) for column, value in expression.terms.items())
    return _BOOKED * booked if side == "max" else -_BOOKED * booked


def _signed_rows(p: Programme) -> Iterator[Row]:
    """Hosts stay at their level, and placements in which somebody works stay open."""
    history = p.case.history
    for h, level in history.levels.items():
        if (h, level) in p.d.level:
            yield Row(f"signed.{h}", Linear.of(p.d.level[h, level]), ">=", 1.0)
    worked = {(h, s) for (h, s, _), (_, workers) in history.people.items() if workers > 0.0}
    for h, s in history.caps:
        column = p.d.open.get((h, s, history.levels[h]))
        if column is not None and (h, s) in worked:
            yield Row(f"signed.{h}.{s}", Linear.of(column), ">=", 1.0)
