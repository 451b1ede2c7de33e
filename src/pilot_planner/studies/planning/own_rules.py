"""What a design's own limits say and how they stand, for print, pages and documents alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pilot_planner.design.schema import Design
from pilot_planner.programme.limits import Side, find_limit
from pilot_planner.studies.planning.limit_status import LimitStanding, first_tightest, shown

OWN_RULES = "Rules of this design's own"


@dataclass(frozen=True, slots=True)
class OwnRule:
    """One side of a limit that the design wrote itself.

    Attributes:
        says: its sentence with the bound.
        tightest: where it is tightest in the plan; None where it has nothing to hold on.
    """

    key: str
    side: Side
    kind: str
    owner: str
    protects: str
    says: str
    tightest: LimitStanding | None

    @property
    def sentence(self) -> str:
        """What it says, who set it, and how the plan stands to it."""
        one = self.tightest
        if one is None:
            stands = "nothing in this plan falls under it"
        else:
            where = "" if one.scope == "programme" else f" in {one.scope}"
            when = "" if one.period is None else f" in period {one.period}"
            value = shown(float(f"{one.value:.6g}"), one.unit)
            stands = f"it holds the plan back{where}{when}" if one.binding else f"tightest{where}{when}: {value}"
        return f"{self.says} ({self.kind}, set by {self.owner}; {stands}.)"


def own_rules(design: Design, limits: Sequence[LimitStanding]) -> Iterator[OwnRule]:
    """Every bound of the design's own limits, in the order of the design."""
    sides: tuple[Side, ...] = ("min", "max")
    for key in design.rules:
        limit = find_limit(key, design)
        for side in sides:
            bound = getattr(design.bounds(key), side)
            if limit is None or bound is None:
                continue
            standing = [one for one in limits if one.key == key and one.sense == side]
            tightest = first_tightest(standing) if standing else None
            says = limit.says(side, shown(bound, limit.unit))
            yield OwnRule(key, side, limit.kind, limit.owner, limit.protects, says, tightest)
