"""``pilot-planner``: the commands and their options."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pilot_planner.cli.exits import BAD_INPUT, TIME_LIMIT, messages, say

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    name="pilot-planner",
    help="Plan and budget a UN-supervised pilot that pays workers themselves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

InputsOption = Annotated[
    Path | None,
    typer.Option("--inputs", metavar="DIR", help="Folder of inputs (default: inputs here, else the shipped ones)."),
]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", metavar="FILE", help="Design (default: models/base.toml here, else the shipped one)."),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Set a value of the design, or of the inputs with 'inputs.' in front."),
]
SolverOption = Annotated[
    str | None, typer.Option("--solver", metavar="NAME", help="highs, cbc or scip (default: as the design says).")
]
EngineOption = Annotated[
    str | None, typer.Option("--engine", metavar="NAME", help="structure or whole (default: as the design says).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]


@app.command()
def new(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to put them.")]) -> None:
    """Copy the shipped inputs and models into FOLDER, for editing."""
    from pilot_planner.data.locations import copy_shipped

    copy_shipped(folder)
    say(f"inputs and models are in {folder}; edit them and run 'pilot-planner plan' there")


@app.command()
def check(
    inputs: InputsOption = None,
    model: ModelOption = None,
    everything: Annotated[
        bool, typer.Option("--values", help="List every weak value, not only the first of each kind.")
    ] = False,
    json_output: JsonOption = False,
) -> None:
    """Check inputs and a design in one pass, and say what is solid and what is thin."""
    from pilot_planner.cli.checking import run_check

    if run_check(inputs, model, everything, json_output):
        raise SystemExit(BAD_INPUT)


@app.command()
def plan(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write the plan folder here (default: write nothing).")
    ] = None,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """Solve a design: hosts, placements, worker caps, budget, and what they rely on."""
    from pilot_planner.reports.plan_folder import plan_document, write_plan
    from pilot_planner.studies.plan import make_plan

    result = make_plan(model, inputs, _settings(settings, solver, engine))
    if out is not None:
        write_plan(result, out)
        say(f"plan {result.plan_id} written to {out}")
    if json_output:
        _print_json(plan_document(result))
    else:
        from pilot_planner.reports.plan_text import print_plan

        print_plan(result, console())
    if result.status == "time_limit":
        raise SystemExit(TIME_LIMIT)


def _settings(settings: list[str] | None, solver: str | None, engine: str | None) -> dict[str, Any]:
    """All settings of a command, those of ``--solver`` and ``--engine`` included; faults of all in one pass."""
    from pilot_planner.design.loading import parse_setting
    from pilot_planner.errors import Fault, InputError

    faults: list[Fault] = []
    found: dict[str, Any] = {}
    for text in settings or []:
        try:
            path, value = parse_setting(text)
            found[path] = value
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    if solver is not None:
        found["solver.name"] = solver
    if engine is not None:
        found["solver.engine"] = engine
    return found


def console() -> Console:
    """Where reports for people go: standard output, wide enough for the tables when it is not a terminal."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
    return Console(file=sys.stdout, width=width, highlight=False)


_WIDTH_OF_FILES = 120
_COLLECT_RARELY = 100_000


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def main() -> None:
    """Run the command line. Every exit goes through ``messages``."""
    # A command makes many small records and ends soon: fewer collections save a tenth of its time.
    gc.set_threshold(_COLLECT_RARELY)
    with messages():
        try:
            app(standalone_mode=False, prog_name="pilot-planner")
        except typer.Exit as end:
            raise SystemExit(end.exit_code) from None
        except typer.Abort:
            raise KeyboardInterrupt from None
        except Exception as error:
            # Usage errors of the parser know how to print themselves; everything else goes on to 'messages'.
            if hasattr(error, "format_message") and hasattr(error, "exit_code"):
                if len(sys.argv) == 1:
                    say(error.format_message())
                    raise SystemExit(BAD_INPUT) from None
                say(f"error: {error.format_message()}; see 'pilot-planner --help'")
                raise SystemExit(BAD_INPUT) from None
            raise
        finally:
            # Here and not at the end of Python, so that a reader who has gone is noticed in time.
            sys.stdout.flush()


if __name__ == "__main__":
    main()
