"""The plan that figures are compared with: one that was pinned under a name ("the plan the board saw"), or the last one.

The address carries it as everything else, so that a link to a comparison is a comparison:
``?limits.operating_cost.max=13000000&pin=%3Fmodel%3Dbase&pinned=the+plan+the+board+saw``.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import PIN, PINNED, page_values
from pilot_planner.dashboard.runtime.visitor_state import Asked, answer_to, plan_before
from pilot_planner.studies.planning.plan import Plan

_LONGEST_NAME = 60
_LAST = "last plan"
_UNNAMED = "pinned plan"


@dataclass(frozen=True)
class Baseline:
    """A plan to compare with, and what it is called; None where there is none yet."""

    name: str = _LAST
    plan: Plan | None = None


def baseline(planner: Planner, asked: Asked | None) -> Baseline:
    """The plan that the address pins, solved if it is not known; else the one before the last."""
    search = str((asked or {}).get("search") or "")
    pinned = page_values(search, PIN)
    if not pinned:
        return Baseline(plan=plan_before(planner, asked))
    names = page_values(search, PINNED)
    name = "".join(sign for sign in (names[-1] if names else "") if sign.isprintable()).strip()[:_LONGEST_NAME]
    # What cannot be read or has no plan is shown as no difference, under its name.
    return Baseline(name or _UNNAMED, answer_to(planner, pinned[-1]).plan)
