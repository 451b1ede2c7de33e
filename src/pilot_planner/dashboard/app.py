"""The dashboard's application: made by a factory, with everything that lives in it passed along, nothing global."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from dash import Dash

from pilot_planner.access.roles import Role
from pilot_planner.dashboard.layout import infeasible_banner, running_studies, settings_chips, typed_settings
from pilot_planner.dashboard.layout.frame import make_layout
from pilot_planner.dashboard.layout.page_protocol import Page
from pilot_planner.dashboard.pages.briefing import page as briefing
from pilot_planner.dashboard.pages.compare import page as compare
from pilot_planner.dashboard.pages.compare import save_in_browser
from pilot_planner.dashboard.pages.export import page as export
from pilot_planner.dashboard.pages.inputs import page as inputs
from pilot_planner.dashboard.pages.parties import page as parties
from pilot_planner.dashboard.pages.plan import page as plan
from pilot_planner.dashboard.pages.plan import solve_callbacks
from pilot_planner.dashboard.pages.progress import page as progress
from pilot_planner.dashboard.pages.tradeoffs import page as tradeoffs
from pilot_planner.dashboard.pages.what_if import page as what_if
from pilot_planner.dashboard.pages.why import page as why
from pilot_planner.dashboard.runtime.base_path import live_below
from pilot_planner.dashboard.runtime.compression import LightDash, deliver
from pilot_planner.dashboard.runtime.current_user import need, visitor
from pilot_planner.dashboard.runtime.front_preview import Looks
from pilot_planner.dashboard.runtime.job_queue import Jobs, Limits
from pilot_planner.dashboard.runtime.log import no_log
from pilot_planner.dashboard.runtime.permission import by_role
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.services import Services
from pilot_planner.dashboard.security import health
from pilot_planner.dashboard.security.login_pages import open_doors
from pilot_planner.dashboard.security.permissions import WORK
from pilot_planner.dashboard.security.request_guard import Guarded, guard
from pilot_planner.dashboard.security.settings import load_settings
from pilot_planner.store.store import Store

PAGES: dict[str, Page] = {
    "/": plan,
    "/trade-offs": tradeoffs,
    "/parties": parties,
    "/why": why,
    "/what-if": what_if,
    "/compare": compare,
    "/inputs": inputs,
    "/progress": progress,
    "/export": export,
    "/briefing": briefing,
}

_PAGE = """<!DOCTYPE html>
<html lang="en" data-base="{base}">
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
    base_path: str = "",
) -> Dash:
    """A Dash application on a folder of inputs and the designs beside ``model``.

    ``guarded`` says who is let in and what the server allows; None is a server for this machine alone, without accounts.
    ``store`` is where plans are saved for everybody; None leaves saving to each visitor's own browser.
    ``base_path`` is where the pages stand below the name of the host: ``/pilot``, or nothing.
    Raises InputError when inputs or the design are wrong: better before the first visitor than to each of them.
    """
    guarded = guarded or Guarded(load_settings(), no_log)
    services = replace(_services(inputs, model, guarded), store=store)
    app = LightDash(
        __name__,
        title="Pilot planner",
        update_title="",
        index_string=_PAGE.replace("{base}", base_path),
        routes_pathname_prefix="/",
        requests_pathname_prefix=f"{base_path}/",
        health_endpoint="health",
        suppress_callback_exceptions=True,
        prevent_initial_callbacks=False,
    )
    deliver(app.server)
    live_below(app.server, base_path)
    app.layout = lambda: make_layout(services, PAGES)
    solve_callbacks.register(app, services, PAGES)
    infeasible_banner.register(app, services)
    settings_chips.register(app, services)
    save_in_browser.register(app, services)
    running_studies.register(app, services)
    typed_settings.register(app, services)
    for page in PAGES.values():
        page.register(app, services)
    health.register(app, services.planner, guarded)
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
