"""``pilot-planner actuals``: what happened after the signature, and where the pilot stands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from pilot_planner.cli.exit_codes import say
from pilot_planner.cli.options import InputsOption, JsonOption, print_json
from pilot_planner.errors import Fault, InputError, Place

actuals_app = typer.Typer(
    name="actuals",
    help="What happened after the signature: a template, a check, and where the pilot stands.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
PlanArgument = Annotated[Path, typer.Argument(metavar="PLAN", help="Folder of the signed plan, as 'plan --out' wrote it.")]
ActualsArgument = Annotated[
    Path, typer.Argument(metavar="ACTUALS", help="Folder of actuals, or the workbook in it (actuals.xlsx).")
]
TodayOption = Annotated[
    str | None,
    typer.Option("--today", metavar="DATE", help="Nothing is known of days after it (default: the computer's day)."),
]


def day(text: str | None) -> dt.date | None:
    """The day of ``--today``. Raises InputError for what is none."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fault = Fault(Place("--today"), f"{text!r} is no day", "a date as 2027-09-30", "write year, month and day")
        raise InputError([fault]) from None


@actuals_app.command()
def new(
    plan: PlanArgument,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to put the template; a new folder.")],
    inputs: InputsOption = None,
    as_planned: Annotated[
        int, typer.Option("--as-planned", metavar="N", min=0, help="For practice: N periods in which all went as planned.")
    ] = 0,
) -> None:
    """Make the template of a signed plan: CSV files and one workbook of the same tables."""
    from pilot_planner.reports.actuals_files import write_template
    from pilot_planner.studies.planning.reload import remake

    signed = remake(plan, inputs)
    write_template(signed, folder, as_planned)
    say(f"the template of plan {signed.plan_id} is in {folder}: fill in the CSV files or actuals.xlsx, one of both")
    say(f"then: pilot-planner actuals check {folder}")


@actuals_app.command()
def check(
    actuals: ActualsArgument,
    inputs: InputsOption = None,
    today: TodayOption = None,
    json_output: JsonOption = False,
) -> None:
    """Check actuals in one pass: every fault with its file, row and column."""
    from pilot_planner.reports.actuals_files import load_actuals

    found = load_actuals(actuals, inputs=inputs, today=day(today))
    corrections = len(found.corrections())
    if json_output:
        print_json({"reported": found.reported, "closed": found.over, "corrections": corrections})
        return
    say(f"no fault: reported up to period {found.reported}, whole up to period {found.over}, {corrections} corrections")
