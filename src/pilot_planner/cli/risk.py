"""``pilot-planner risk``: what becomes of the plan when the numbers turn out otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pilot_planner.cli.exit_codes import TIME_LIMIT, say
from pilot_planner.cli.explore import no_plan_told
from pilot_planner.cli.options import (
    EngineOption,
    InputsOption,
    JsonOption,
    ModelOption,
    OutOption,
    SeedOption,
    SetOption,
    SolverOption,
    console,
    done,
    interruptible,
    print_json,
    progress,
    settings_of,
    settings_told,
)


def risk(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    hedge: Annotated[
        bool, typer.Option("--hedge", help="Make a plan that is good across draws, and put it to the test beside the plan.")
    ] = False,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws",
            metavar="N",
            min=1,
            max=100_000,
            help="How many draws (default: 1,000; --hedge: fresh ones, as the design says).",
        ),
    ] = None,
    seed: SeedOption = 1,
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
    from pilot_planner.reports.risk_report import check_folder

    if out is not None:
        check_folder(out)
    changed = settings_of(settings, solver, engine)
    with interruptible(out), no_plan_told(inputs, model, changed, json_output):
        if hedge:
            _hedge(model, inputs, changed, draws, seed, workers, scheduler, out, json_output)
        else:
            count = _DRAWS if draws is None else draws
            _risk(model, inputs, changed, count, seed, workers, scheduler, out, json_output)


_DRAWS = 1000


def _risk(
    model: str | None,
    inputs: Path | None,
    settings: dict[str, Any],
    draws: int,
    seed: int,
    workers: int,
    scheduler: str | None,
    out: Path | None,
    json_output: bool,
) -> None:
    from pilot_planner.reports.risk_report import print_risk, write_risk
    from pilot_planner.studies.uncertainty.risk import risk as find

    result = find(model, inputs, settings, draws, seed, workers, scheduler, progress(), out=out)
    done()
    if out is not None:
        write_risk(result, out)
        say(f"runs.csv and summary.json written to {out}")
    if json_output:
        print_json(result.document())
    else:
        print_risk(result, console())
        settings_told(model, inputs, settings)


def _hedge(
    model: str | None,
    inputs: Path | None,
    settings: dict[str, Any],
    draws: int | None,
    seed: int,
    workers: int,
    scheduler: str | None,
    out: Path | None,
    json_output: bool,
) -> None:
    from pilot_planner.reports.hedge_report import check_plan_folder, print_hedge, write_hedge
    from pilot_planner.studies.robust.robust_plan import hedge as find

    if out is not None:
        check_plan_folder(out)
    result = find(model, inputs, settings, draws, seed, workers, scheduler, progress(), out=out)
    done()
    if out is not None:
        write_hedge(result, out)
        say(f"hedge.json, hedge_runs.csv and the folder hedged_plan written to {out}")
    if json_output:
        print_json(result.document())
    else:
        print_hedge(result, console())
        settings_told(model, inputs, settings)
    if result.outcome.status == "time_limit":
        raise SystemExit(TIME_LIMIT)
