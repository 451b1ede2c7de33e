"""The least role of every route and every callback. What is not listed answers nobody but whoever sits at the machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pilot_planner.access.roles import Role

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
    "/download/donor/<token>.zip": Role.VIEW,
    "/download/donor/<token>/<path:path>": Role.VIEW,
}

CALLBACKS: Mapping[str, Role] = {
    # A question has a role of its own, by what it sets: see permission.py.
    "conversation.register.ask": Role.VIEW,
    "conversation.register.wait": Role.VIEW,  # a number, for whoever knows the question
    "conversation.register.turn_to": Role.VIEW,
    "conversation.register.explain": Role.VIEW,
    "conversation.register.tell": Role.VIEW,
    "conversation.register.notes": Role.VIEW,
    "saving.register.save": Role.VIEW,  # in the visitor's own browser
    "saving.register.name_it": Role.VIEW,
    "studies_told.register.tell": Role.VIEW,
    "chips.register.draw": Role.VIEW,
    "banner.register.begin": Role.VIEW,
    "banner.register.show": Role.VIEW,
    "banner.register.hint": Role.VIEW,
    "pages.plan.register.draw_rest": Role.VIEW,
    "pages.plan._register_part.draw": Role.VIEW,
    # A first look is a question like that of a plan, with the same roles: see permission.py.
    "front_follow._look.look": Role.VIEW,
    "front_follow._look.finer": Role.VIEW,
    "front_follow._follow.follow": Role.VIEW,  # beginning a front needs PLAN: see WORK
    "pages.tradeoffs._draw.draw": Role.VIEW,
    "pages.tradeoffs._select.tell": Role.VIEW,
    "front_filter._ranges.read": Role.VIEW,
    "front_filter._lines.lines": Role.VIEW,
    "front_filter._kept.keep": Role.VIEW,
    "pages.tradeoffs._choose_axes.show": Role.VIEW,
    "pages.tradeoffs._choose_axes.ask": Role.VIEW,
    "nearly_equal.register.follow": Role.VIEW,  # likewise
    "pages.why.register.begin": Role.VIEW,
    "pages.why.register.draw": Role.VIEW,
    "pages.why.register.tell": Role.VIEW,
    "typed_settings._beside_controls.take": Role.PLAN,
    "typed_settings._any_limit.add": Role.PLAN,
    "typed_settings._any_limit.unit": Role.VIEW,
    "number_box.tell_what_is_wrong.check": Role.VIEW,
    "pages.what_if._choose.offer": Role.VIEW,
    "pages.what_if._choose.fill": Role.VIEW,
    "pages.what_if._vary.begin": Role.PLAN,
    "pages.what_if._vary.draw": Role.VIEW,
    "pages.what_if._follow.stop": Role.VIEW,
    "pages.what_if._follow.tell": Role.VIEW,
    "pages.what_if._draw_many.begin": Role.PLAN,
    "pages.what_if._draw_many.draw": Role.VIEW,
    "pages.compare._compare.draw": Role.VIEW,
    "pages.compare._compare.choose": Role.VIEW,
    "pages.compare._add.paste": Role.VIEW,
    "pages.compare._manage.manage": Role.VIEW,  # of a list in the visitor's own browser
    "pages.compare._manage.download": Role.VIEW,
    "team_plans._show.fill": Role.VIEW,
    "team_plans._show.follow": Role.VIEW,
    "team_plans._save.save": Role.PLAN,
    "team_plans._manage.change": Role.PLAN,
    "pages.inputs._grid_follows.fill": Role.VIEW,
    "pages.inputs._scenario_follows.around": Role.VIEW,
    "pages.inputs._choice_follows.choose": Role.VIEW,
    "input_edits._in_the_grid.take": Role.EDIT,
    "input_edits._in_the_form.take": Role.EDIT,
    "input_edits._from_a_file.uploaded": Role.EDIT,
    "input_edits._from_a_file.pasted": Role.EDIT,
    "input_ranking._begin.begin": Role.PLAN,
    "input_ranking._tell.tell": Role.VIEW,
    "input_ranking.register.cancel": Role.VIEW,
    "donor_files._register_terms.read": Role.PLAN,
    "donor_files._register_making.begin": Role.PLAN,
    "donor_files._register_making.follow": Role.VIEW,
    "pages.export.register.draw": Role.VIEW,
}
"""By module and function, as ``name_of`` gives them."""

WORK: Mapping[str, Role] = {
    # These begin by themselves for a plan that may be seen.
    "diagnosis": Role.VIEW,
    "effects": Role.VIEW,
    "why": Role.VIEW,
    "front": Role.PLAN,
    "alternatives": Role.PLAN,
    "what_if": Role.PLAN,
    "risk": Role.PLAN,
    "influence": Role.PLAN,
    "donor_files": Role.PLAN,
}
"""The least role that may begin each kind of long work; looking at what others have begun needs none but VIEW."""

_PACKAGE = "pilot_planner.dashboard."


def name_of(function: Callable[..., Any]) -> str:
    """A callback by module and function: ``pages.why.register.draw``."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return f"{function.__module__.removeprefix(_PACKAGE)}.{function.__qualname__.replace('.<locals>', '')}"


def names_by_output(callback_map: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The server's callbacks by what a request calls them; those that run in the browser have none."""
    return {output: name_of(one["callback"]) for output, one in callback_map.items() if one.get("callback") is not None}
