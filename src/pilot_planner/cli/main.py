"""``pilot-planner``: the commands and their options."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pilot_planner.cli import explore
from pilot_planner.cli.accounts import accounts_app
from pilot_planner.cli.actuals import actuals_app, replan
from pilot_planner.cli.add import add_app
from pilot_planner.cli.dashboard import dashboard
from pilot_planner.cli.evidence import evidence
from pilot_planner.cli.exit_codes import BAD_INPUT, INTERRUPTED, TIME_LIMIT, messages, say
from pilot_planner.cli.export import export
from pilot_planner.cli.gate import gate, reserve
from pilot_planner.cli.inputs import inputs as inputs_out
from pilot_planner.cli.options import (
    ChanceOption,
    ConfidenceOption,
    EngineOption,
    EventOption,
    FromOption,
    InputsOption,
    JsonOption,
    ModelOption,
    OutOption,
    SetOption,
    SolverOption,
    console,
    design_from,
    interruptible,
    print_json,
    with_events,
)
from pilot_planner.cli.parties import parties
from pilot_planner.cli.risk import risk
from pilot_planner.cli.scale_up import participation, scale
from pilot_planner.cli.store import backup, restore, store_app
from pilot_planner.cli.verify import verify
from pilot_planner.cli.what_if import whatif
from pilot_planner.whole_files import sweep_at_start


def _new_app() -> typer.Typer:
    return typer.Typer(
        name="pilot-planner",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


app = _new_app()


def _tell_version(wanted: bool) -> None:
    if wanted:
        from pilot_planner.studies.planning.plan import package_version

        typer.echo(f"pilot-planner {package_version()}")
        raise typer.Exit


@app.callback()
def whole(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """Plan and budget a UN-supervised pilot that pays workers themselves."""


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
        bool, typer.Option("--values", help="List every weak value and warning, not only the first of each kind.")
    ] = False,
    json_output: JsonOption = False,
    write: Annotated[
        bool, typer.Option("--write", help="First write stored values that formulas do not give any more, and list them.")
    ] = False,
) -> None:
    """Check inputs and a design in one pass, and say what is solid and what is thin."""
    from pilot_planner.cli.check import run_check, write_derived

    if write:
        write_derived(inputs)
    if run_check(inputs, model, everything, json_output):
        raise SystemExit(BAD_INPUT)


@app.command()
def plan(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    event: EventOption = None,
    found: FromOption = None,
    out: OutOption = None,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
    chance: ChanceOption = "signed",
    confidence: ConfidenceOption = None,
) -> None:
    """Solve a design: hosts, placements, worker caps, budget, and what they rely on."""
    from pilot_planner.studies.planning.plan import make_plan

    if out is not None:
        from pilot_planner.reports.plan_folder import check_target, write_plan

        check_target(out)
    model, chosen = design_from(found, model, settings, solver, engine)
    chosen = with_events(chosen, event, model, inputs)
    if confidence is not None:
        chosen["confidence"] = confidence
    with interruptible(out), explore.no_plan_told(inputs, model, chosen, json_output):
        result = make_plan(model, inputs, chosen, out=out)
    if chance == "run" and result.placements and result.confident is None:
        from pilot_planner.studies.uncertainty.chance import chance_of

        result = result.with_chance(chance_of(result))
    if out is not None:
        write_plan(result, out)
        say(f"plan {result.plan_id} written to {out}")
    if json_output:
        from pilot_planner.studies.planning.plan_json import plan_document

        print_json(plan_document(result))
    else:
        from pilot_planner.reports.plan_text import print_plan

        print_plan(result, console())
    if result.status == "time_limit":
        raise SystemExit(TIME_LIMIT)


app.command()(inputs_out)
app.command()(explore.tradeoffs)
app.command()(explore.explain)
app.command()(explore.alternatives)
app.command()(explore.compare)
app.command()(whatif)
app.command()(replan)
app.command()(scale)
app.command()(participation)
app.command()(parties)
app.command()(risk)
app.command()(evidence)
app.command()(gate)
app.command()(reserve)
app.command()(verify)
app.command()(export)
app.add_typer(actuals_app, name="actuals")
app.add_typer(add_app, name="add")
app.add_typer(store_app, name="store")
app.command()(backup)
app.command()(restore)
app.command()(dashboard)
app.add_typer(accounts_app, name="accounts")


def _app_for(arguments: list[str]) -> typer.Typer:
    """The command that is asked for, alone: to make ready the options of all takes longer than to read the inputs."""
    asked = arguments[0] if arguments else ""
    commands = [one for one in app.registered_commands if (one.name or getattr(one.callback, "__name__", "")) == asked]
    groups = [one for one in app.registered_groups if one.name == asked]
    if not commands and not groups:
        return app
    found = _new_app()
    found.registered_commands, found.registered_groups = commands, groups
    # Without a callback, a single command would take the place of the whole.
    found.callback()(lambda: None)
    return found


def main() -> None:
    """Run the command line. Every exit goes through ``messages``."""
    with messages():
        sweep_at_start()
        try:
            # Typer catches Ctrl-C and, outside of its own mode, returns the status instead of ending with it.
            if _app_for(sys.argv[1:])(standalone_mode=False, prog_name="pilot-planner") == INTERRUPTED:
                raise KeyboardInterrupt
        except typer.Exit as end:
            raise SystemExit(end.exit_code) from None
        except typer.Abort:
            raise KeyboardInterrupt from None
        except SystemExit as end:
            if end.code == 1:
                # Ours are others: so end typer and rich when the reader of our output has gone.
                raise BrokenPipeError from None
            raise
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
