"""``pilot-planner risk``: what becomes of the plan when the numbers turn out otherwise."""

from __future__ import annotations

from typing import Annotated

import typer

from pilot_planner.cli.exits import INTERRUPTED, say
from pilot_planner.cli.options import (
    EngineOption,
    InputsOption,
    JsonOption,
    ModelOption,
    OutOption,
    SetOption,
    SolverOption,
    console,
    done,
    print_json,
    progress,
    settings_of,
)


def risk(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    draws: Annotated[int, typer.Option("--draws", metavar="N", min=1, max=100_000, help="How many draws.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="The same seed gives the same draws.")] = 1,
    workers: Annotated[int, typer.Option("--workers", metavar="N", min=1, max=64, help="Processes that solve.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Send draws to a dask scheduler: tcp://HOST:PORT.")
    ] = None,
    out: OutOption = None,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """Put the plan to the test: which limits and rights floors break how often when its numbers turn out otherwise."""
    from pilot_planner.reports.risk_report import check_folder, print_risk, write_risk
    from pilot_planner.studies.risk import risk as find

    if out is not None:
        check_folder(out)
    changed = settings_of(settings, solver, engine)
    try:
        result = find(model, inputs, changed, draws, seed, workers, scheduler, progress())
    except KeyboardInterrupt:
        done()
        say("Interrupted; nothing was written.")
        raise SystemExit(INTERRUPTED) from None
    done()
    if out is not None:
        write_risk(result, out)
        say(f"runs.csv and summary.json written to {out}")
    if json_output:
        print_json(result.document())
    else:
        print_risk(result, console())
