"""The dashboard's application: made by a factory, with everything that lives in it passed along, nothing global."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from dash import Dash

from pilot_planner.access.roles import Role
from pilot_planner.dashboard import banner, chips, conversation, saving, studies_told, typed_settings
from pilot_planner.dashboard.delivery import LightDash, deliver
from pilot_planner.dashboard.guard import probes
from pilot_planner.dashboard.guard.doors import open_doors
from pilot_planner.dashboard.guard.gate import Guarded, guard
from pilot_planner.dashboard.guard.rules import WORK
from pilot_planner.dashboard.guard.settings import load_settings
from pilot_planner.dashboard.jobs import Jobs, Limits
from pilot_planner.dashboard.log import no_log
from pilot_planner.dashboard.looks import Looks
from pilot_planner.dashboard.pages import Page, compare, export, inputs, plan, tradeoffs, what_if, why
from pilot_planner.dashboard.permission import by_role
from pilot_planner.dashboard.planner import Planner
from pilot_planner.dashboard.services import Services
from pilot_planner.dashboard.shell import make_layout
from pilot_planner.dashboard.visitors import need, visitor
from pilot_planner.store.store import Store

PAGES: dict[str, Page] = {
    "/": plan,
    "/trade-offs": tradeoffs,
    "/why": why,
    "/what-if": what_if,
    "/compare": compare,
    "/inputs": inputs,
    "/export": export,
}

_PAGE = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{%title%}</title>
    <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <footer>{%config%}{%scripts%}{%renderer%}</footer>
  </body>
</html>"""


def make_app(
    inputs: str | Path | None = None,
    model: str | Path | None = None,
    guarded: Guarded | None = None,
    store: Store | None = None,
) -> Dash:
    """A Dash application on a folder of inputs and the designs beside ``model``.

    ``guarded`` says who is let in and what the server allows; None is a server for this machine alone, without accounts.
    ``store`` is where plans are saved for everybody; None leaves saving to each visitor's own browser.
    Raises InputError when inputs or the design are wrong: better before the first visitor than to each of them.
    """
    guarded = guarded or Guarded(load_settings(), no_log)
    services = replace(_services(inputs, model, guarded), store=store)
    app = LightDash(
        __name__,
        title="Pilot planner",
        update_title="",
        index_string=_PAGE,
        health_endpoint="health",
        suppress_callback_exceptions=True,
        prevent_initial_callbacks=False,
    )
    deliver(app.server)
    app.layout = lambda: make_layout(services, PAGES)
    conversation.register(app, services, PAGES)
    banner.register(app, services)
    chips.register(app, services)
    saving.register(app, services)
    studies_told.register(app, services)
    typed_settings.register(app, services)
    for page in PAGES.values():
        page.register(app, services)
    probes.register(app, services.planner, guarded)
    open_doors(app, guarded)
    # Last, when every route and every callback is there.
    guard(app, guarded)
    app.server.config["pilot_services"] = services
    return app


def _services(inputs: str | Path | None, model: str | Path | None, guarded: Guarded) -> Services:
    access, settings, log = guarded.access, guarded.settings, guarded.log
    if access is None:
        # On a machine of one's own, everything is one's own: work is only done in turn.
        planner = Planner(inputs, model, log=log)
        return Services(planner, Jobs(Limits(settings.jobs.at_once), log=log), Looks(planner))
    own, jobs = access, settings.jobs
    permission, seconds = by_role(access), settings.requests.solve_seconds
    planner = Planner(inputs, model, permission=permission, log=log, solve_seconds=seconds)
    return Services(
        planner,
        Jobs(
            Limits(jobs.at_once, jobs.per_visitor, jobs.waiting, jobs.minutes * 60, jobs.megabytes),
            who=lambda: visitor().name,
            may_start=lambda kind: need(WORK.get(kind, Role.ADMINISTER)),
            log=log,
        ),
        Looks(planner),
        note=lambda action, subject, detail: own.note(visitor().name, action, subject, detail),
    )


def services_of(app: Dash) -> Any:
    """The services that an application was made with."""
    return app.server.config["pilot_services"]
