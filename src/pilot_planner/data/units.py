"""Units that close a number in by their own meaning (``lists/units.csv``): a share is never below 0 or above 1."""

from __future__ import annotations

_RANGES: dict[str, tuple[float, float]] = {
    "share": (0.0, 1.0),
    "score": (0.0, 1.0),
    "score_0_1": (0.0, 1.0),
    "boolean": (0.0, 1.0),
    "index_0_100": (0.0, 100.0),
    "month_of_year": (1.0, 12.0),
}
"""Units of inputs and of limits. What says of what it is a share, as ``share of contract value``, is one."""

_OPEN: tuple[None, None] = (None, None)
_PER_CENT = 100.0


def range_of(unit: str) -> tuple[float, float] | tuple[None, None]:
    """Least and most that a number in this unit can be; None and None where the unit does not say."""
    return _RANGES.get("share" if unit.startswith("share ") else unit, _OPEN)


def how_to_write(value: float, most: float | None, share: bool = False) -> str:
    """How to mend a number above ``most``: a share that was typed as a percentage is given as a share.

    What ends at 1 is one; ``share`` says so of what ends elsewhere.
    """
    if most is not None and (share or most == 1.0) and most < value <= _PER_CENT * most:
        return f"write {value / _PER_CENT:.6g} for {value:g} %"
    return "correct the value"
