"""``pilot-planner verify``: a plan put to other solvers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pilot_planner.cli.exit_codes import DISAGREES, TIME_LIMIT
from pilot_planner.cli.options import InputsOption, JsonOption, SetOption, console, done, print_json, progress, settings_of


def verify(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="A plan folder, or a design such as two_hosts.")] = "base",
    inputs: InputsOption = None,
    settings: SetOption = None,
    solver: Annotated[
        str | None, typer.Option("--solver", metavar="NAME", help="The second solver: scip or cbc (default: what is there).")
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(
            "--certificate",
            metavar="FILE",
            help="Check what proves the plan in exact fractions; written to FILE first where there is none.",
        ),
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Solve a plan again by the other engine and by a second solver, and say how they agree."""
    from pilot_planner.reports.verify_text import print_verification
    from pilot_planner.studies.verification.verify import verify as find

    found = find(plan, inputs, settings_of(settings, None, None), solver, progress(), certificate)
    done()
    if json_output:
        print_json(found.document())
    else:
        print_verification(found, console())
    if found.verdict == "disagrees":
        raise SystemExit(DISAGREES)
    if found.verdict == "undecided":
        raise SystemExit(TIME_LIMIT)
