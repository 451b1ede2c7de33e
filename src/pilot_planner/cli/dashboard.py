"""``pilot-planner dashboard``: the pages, served on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from pilot_planner.cli.exits import say
from pilot_planner.cli.options import InputsOption, ModelOption


def dashboard(
    inputs: InputsOption = None,
    model: ModelOption = None,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="An address of this machine.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", help="0 takes any free one.")] = 8050,
) -> None:
    """Open the dashboard: plans, trade-offs, prices, risk and inputs in a browser. Ctrl-C ends it."""
    from pilot_planner.dashboard.serving import serve

    serve(inputs, model, host, port, lambda address: say(f"the dashboard is at {address} (Ctrl-C ends it)"))
