"""``pilot-planner whatif``: thousands of runs of a study, resumable, here or on a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pilot_planner.cli.exit_codes import INTERRUPTED, say
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

if TYPE_CHECKING:
    from rich.console import Console

    from pilot_planner.studies.sweeps.what_if import WhatIf


def whatif(
    study: Annotated[str, typer.Argument(metavar="STUDY.toml", help="A study, or the name of one in models/studies.")],
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    out: OutOption = None,
    workers: Annotated[int, typer.Option("--workers", metavar="N", min=1, max=64, help="Processes that solve.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Send runs to a dask scheduler: tcp://HOST:PORT.")
    ] = None,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """Solve a design again and again with other values of its settings or inputs, over a grid, a list or a sample."""
    from pilot_planner.studies.sweeps.what_if import what_if

    changed = settings_of(settings, solver, engine)
    try:
        result = what_if(study, model, inputs, changed, out, workers, scheduler, progress())
    except KeyboardInterrupt:
        done()
        kept = "nothing was written" if out is None else f"finished runs are kept in {out}: the same command goes on"
        say(f"Interrupted; {kept}.")
        raise SystemExit(INTERRUPTED) from None
    done()
    if out is not None:
        earlier = len(result.records) - result.solved
        say(f"{len(result.records):,} runs in {out} ({result.solved:,} solved now, {earlier:,} known or equal to others)")
    if json_output:
        print_json({"summary": result.summary, "runs": list(result.records)})
    else:
        _print(result, console())


def _print(result: WhatIf, out: Console) -> None:
    """What the runs add up to; the runs themselves are in ``runs.csv``."""
    from rich import box
    from rich.table import Table

    summary = result.summary
    statuses = ", ".join(f"{count:,} {status}" for status, count in summary["statuses"].items())
    out.print(f"[bold]{result.study.title}[/bold]", soft_wrap=True)
    out.print(f"{result.study.why}", soft_wrap=True, markup=False)
    out.print(f"\n{summary['runs']:,} runs: {statuses}; {summary['timings']['seconds']:,.1f} s", soft_wrap=True)
    if summary["inputs_without_effect"]:
        out.print(f"[bold]Note:[/bold] no figure rests on {', '.join(summary['inputs_without_effect'])}.", soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Over runs with a plan")
    for name in ("least", "median", "most"):
        table.add_column(name, justify="right")
    for name, values in summary["metrics"].items():
        if name != "objective":
            table.add_row(*_row(name, values))
    out.print(table)
    if summary["hosts"]:
        hosts = ", ".join(f"{name} {count:,}" for name, count in summary["hosts"].items())
        out.print(f"\nHosts of the best plan, and in how many runs: {hosts}", soft_wrap=True)


def _row(name: str, values: dict[str, Any]) -> tuple[str, ...]:
    from pilot_planner.programme.metrics import METRICS
    from pilot_planner.programme.ratios import RATIOS
    from pilot_planner.text.number_format import with_unit

    known = METRICS.get(name) or RATIOS[name]
    return known.label, *(with_unit(values[key], known.unit) for key in ("min", "median", "max"))
