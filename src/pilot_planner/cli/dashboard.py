"""``pilot-planner dashboard``: the pages, served to this machine, or to others behind accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pilot_planner.cli.exit_codes import say
from pilot_planner.cli.options import InputsOption, ModelOption


def dashboard(
    inputs: InputsOption = None,
    model: ModelOption = None,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where to listen; anything but this machine needs --accounts.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", help="0 takes any free one.")] = 8050,
    accounts: Annotated[
        str | None,
        typer.Option(
            "--accounts",
            metavar="ADDRESS",
            help="Let in who logs in: a file of accounts, or postgresql://USER@HOST/DATABASE.",
        ),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option("--settings", metavar="FILE", help="What the server allows; see docs/deployment.md."),
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option("--trusted-proxy", metavar="ADDRESS", help="A proxy in front whose word about visitors is believed."),
    ] = None,
    user_header: Annotated[
        str | None,
        typer.Option("--user-header", metavar="NAME", help="The header in which that proxy names who is signed on."),
    ] = None,
    base_path: Annotated[
        str,
        typer.Option("--base-path", metavar="PATH", help="Where a proxy in front has the pages, such as /pilot."),
    ] = "",
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="ADDRESS",
            help="Where plans are saved for everybody: a file, or postgresql://USER@HOST/DATABASE.",
        ),
    ] = None,
    log: Annotated[
        str | None,
        typer.Option("--log", metavar="FILE", help="Lines of JSON; - is standard output (default with --accounts)."),
    ] = None,
) -> None:
    """Open the dashboard: plans, trade-offs, prices, risk and inputs in a browser. Ctrl-C ends it."""
    from pilot_planner.dashboard.server import Served, serve

    proxy: dict[str, Any] = {"addresses": trusted_proxy} if trusted_proxy else {}
    if user_header is not None:
        proxy["user_header"] = user_header
    served = Served(host, port, accounts, settings, proxy, store, log, base_path)
    serve(inputs, model, served, lambda address: say(f"the dashboard is at {address} (Ctrl-C ends it)"))
