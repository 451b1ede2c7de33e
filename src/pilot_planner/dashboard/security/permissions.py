"""The least role of every route, every callback and every kind of long work.

What has none answers nobody but whoever sits at the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pilot_planner.access.roles import LEAST_ROLE, Role

PUBLIC = frozenset(
    {
        "/health",
        "/ready",
        "/log-in",
        "/log-out",
        "/_favicon.ico",
        "/assets/<path:filename>",
        "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
        "/chart-library.js",
    }
)
"""Routes that answer anybody: they hold no plan, no input and no name."""

ROUTES: Mapping[str, Role] = {
    "/": Role.VIEW,
    "/<path:path>": Role.VIEW,
    "/_dash-layout": Role.VIEW,
    "/_dash-dependencies": Role.VIEW,
    "/_dash-update-component": Role.VIEW,  # then by its callback
    "/_reload-hash": Role.VIEW,
    "/static/<path:filename>": Role.VIEW,
    "/account": Role.VIEW,
    "/download/plan.zip": Role.VIEW,
    "/download/plan/<name>": Role.VIEW,
    "/download/scenario.toml": Role.VIEW,
    "/download/inputs.xlsx": Role.VIEW,
    "/download/terms.toml": Role.VIEW,
    "/download/actuals.zip": Role.VIEW,
    "/download/actuals/<item>.zip": Role.VIEW,
    "/download/donor/<token>.zip": Role.VIEW,
    "/download/donor/<token>/<path:path>": Role.VIEW,
}

WORK: Mapping[str, Role] = {
    # These begin by themselves for a plan that may be seen.
    "diagnosis": Role.VIEW,
    "effects": Role.VIEW,
    "why": Role.VIEW,
    "parties": Role.VIEW,
    "standing": Role.VIEW,
    "front": Role.PLAN,
    "alternatives": Role.PLAN,
    "what_if": Role.PLAN,
    "risk": Role.PLAN,
    "worth": Role.PLAN,
    "influence": Role.PLAN,
    "decide_anew": Role.PLAN,
    "donor_files": Role.PLAN,
}
"""The least role that may begin each kind of long work; looking at what others have begun needs none but VIEW."""


def role_of(function: Callable[..., Any]) -> Role | None:
    """The least role that a callback answers, as ``answers`` has noted it; None where it has not."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return getattr(function, LEAST_ROLE, None)


def roles_by_output(callback_map: Mapping[str, Mapping[str, Any]]) -> dict[str, Role | None]:
    """The least roles of the server's callbacks by what a request calls them; those that run in the browser have none."""
    return {output: role_of(one["callback"]) for output, one in callback_map.items() if one.get("callback") is not None}
