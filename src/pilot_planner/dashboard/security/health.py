"""``/health``: the process answers. ``/ready``: it could answer a visitor, and if not, why."""

from __future__ import annotations

import json
import threading
import time

from dash import Dash
from flask import Response

from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.security.request_guard import Guarded
from pilot_planner.design.schema import Solver
from pilot_planner.errors import PilotPlannerError
from pilot_planner.solving.lexicographic_lp import SmallRow, least_in_turn

READY = "/ready"
_SECONDS_KEPT = 5.0
"""What was found is told again for so long: anybody may ask, and asking must cost nothing."""


class Readiness:
    """What must be there before a visitor can be answered."""

    def __init__(self, planner: Planner, guarded: Guarded) -> None:
        self._planner, self._guarded = planner, guarded
        self._lock = threading.Lock()
        self._found: tuple[float, dict[str, str]] | None = None

    def found(self) -> dict[str, str]:
        """``ok`` or what is wrong, for each part."""
        with self._lock:
            if self._found is None or time.monotonic() - self._found[0] > _SECONDS_KEPT:
                self._found = time.monotonic(), {"inputs": self._inputs(), "solver": self._solver(), **self._accounts()}
            return self._found[1]

    def _inputs(self) -> str:
        return "ok" if self._planner.inputs.estimates and self._planner.first in self._planner.designs else "not loaded"

    def _solver(self) -> str:
        """Two columns, whose answer is known: the least of x + 2y with x + y >= 3 and x <= 2 is at (2, 1)."""
        options: Solver = self._planner.designs[self._planner.first].solver
        try:
            found = least_in_turn([(0.0, 2.0), (0.0, 5.0)], [SmallRow((1.0, 1.0), lower=3.0)], [(1.0, 2.0)], options)
        except (PilotPlannerError, OSError, ImportError) as error:
            self._guarded.log("fault", what="solver", reason=type(error).__name__)
            return "does not solve"
        right = found is not None and max(abs(one - wanted) for one, wanted in zip(found, (2.0, 1.0), strict=True)) < _NEAR
        return "ok" if right else "gives a wrong answer"

    def _accounts(self) -> dict[str, str]:
        if self._guarded.access is None:
            return {}
        try:
            self._guarded.access.answers()
        except PilotPlannerError:
            return {"accounts": "cannot be reached"}
        return {"accounts": "ok"}


_NEAR = 1e-6


def register(app: Dash, planner: Planner, guarded: Guarded) -> None:
    """The route of ``/ready``; ``/health`` is Dash's own."""
    readiness = Readiness(planner, guarded)

    def ready() -> Response:
        found = readiness.found()
        fine = all(one == "ok" for one in found.values())
        body = json.dumps({"ready": fine, **found})
        return Response(f"{body}\n", status=200 if fine else 503, mimetype="application/json")

    app.server.add_url_rule(READY, READY, ready, methods=["GET"])
