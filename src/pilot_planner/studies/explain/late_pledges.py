"""Repairs of pledges: more money at the start, or a pledge that comes sooner. A balance below 0 is never one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pilot_planner.case.calendar import Period
from pilot_planner.design.schema import TO_BE_FOUND, Design, Pledge
from pilot_planner.studies.planning.limit_status import shown

Way = tuple[dict[str, Any], str]
"""Settings, and what they do in words."""

_PLEDGES = "funding.pledges"
_BOUND = "limits.funding.min"


def shortfall(bound: float, reached: float) -> float:
    """USD that are missing at the start for the running balance to keep to its bound."""
    return max(0.0, bound - reached)


def ways(design: Design, short: float, *, alone: bool) -> list[Way]:
    """How a shortfall is met: by a lower balance as far as the design asks for more than 0, else by a larger pledge.

    ``alone``: nothing else is changed, so both may be told.
    """
    found: list[Way] = []
    bound = design.bounds("funding").min or 0.0
    if bound >= short > 0.0:
        words = f"lower running balance of funds from {shown(bound, 'USD')} to {shown(bound - short, 'USD')}"
        found.append(({_BOUND: bound - short}, words))
    if not found or alone:
        found.append(_larger(design, short))
    return found


def _larger(design: Design, short: float) -> Way:
    """The earliest pledge larger by what is missing; one more where there is none before the start."""
    pledges = design.funding.pledges
    first = min(range(len(pledges)), key=lambda place: pledges[place].month, default=None)
    if first is None or pledges[first].month > 0:
        new = [one.model_dump() for one in pledges] + [{"donor": TO_BE_FOUND, "month": 0, "usd": short}]
        return {_PLEDGES: new}, f"have one more pledge of {shown(short, 'USD')} before the start"
    one = pledges[first]
    words = f"raise the pledge{_of(one)} before the start from {shown(one.usd, 'USD')} to {shown(one.usd + short, 'USD')}"
    return {f"{_PLEDGES}.{first}.usd": one.usd + short}, words


def _of(pledge: Pledge) -> str:
    """Whose pledge it is; nothing where nobody has been found yet."""
    return "" if pledge.donor == TO_BE_FOUND else f" of {pledge.donor}"


def sooner(design: Design, periods: Sequence[Period], enough: Callable[[dict[str, Any]], bool]) -> Iterator[Way]:
    """Each pledge by the latest month with which there is a plan, nothing else changed; what moves least comes first."""
    found: list[tuple[int, Way]] = []
    for place, one in enumerate(design.funding.pledges):
        path = f"{_PLEDGES}.{place}.month"
        months = sorted({period.first_month - 1 for period in periods if period.first_month - 1 < one.month})
        if not months or not enough({path: months[0]}):
            continue
        low, high = 0, len(months) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if enough({path: months[middle]}):
                low = middle
            else:
                high = middle - 1
        month = months[low]
        words = f"have the {shown(one.usd, 'USD')}{_of(one)} by month {month} instead of month {one.month}"
        found.append((one.month - month, ({path: month}, words)))
    for _, way in sorted(found, key=lambda moved: moved[0]):
        yield way


def setting(design: Design, path: str) -> Any:
    """What a design has at a path of its pledges or of ``required``."""
    value: Any = design.model_dump()
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list | tuple) else value[part]
    return [dict(one) if isinstance(one, dict) else one for one in value] if isinstance(value, list | tuple) else value
