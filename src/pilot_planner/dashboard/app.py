"""The dashboard's application: made by a factory, with everything that lives in it passed along, nothing global."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dash import Dash

from pilot_planner.dashboard import banner, conversation
from pilot_planner.dashboard.delivery import LightDash, deliver
from pilot_planner.dashboard.jobs import Jobs
from pilot_planner.dashboard.pages import Page, compare, export, inputs, plan, tradeoffs, what_if, why
from pilot_planner.dashboard.planner import Planner
from pilot_planner.dashboard.services import Services
from pilot_planner.dashboard.shell import make_layout

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


def make_app(inputs: str | Path | None = None, model: str | Path | None = None) -> Dash:
    """A Dash application on a folder of inputs and the designs beside ``model``.

    Raises InputError when inputs or the design are wrong: better before the first visitor than to each of them.
    """
    services = Services(Planner(inputs, model), Jobs())
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
    for page in PAGES.values():
        page.register(app, services)
    app.server.config["pilot_services"] = services
    return app


def services_of(app: Dash) -> Any:
    """The services that an application was made with."""
    return app.server.config["pilot_services"]
