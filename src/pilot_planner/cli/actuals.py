"""``pilot-planner actuals``: what happened after the signature, and where the pilot stands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pilot_planner.cli.exit_codes import NO_PLAN, say
from pilot_planner.cli.options import (
    InputsOption,
    JsonOption,
    OutOption,
    SetOption,
    console,
    done,
    print_json,
    progress,
    settings_of,
)
from pilot_planner.cli.store import StoreOption
from pilot_planner.errors import Fault, InputError, Place

if TYPE_CHECKING:
    from pilot_planner.data.actuals import Actuals
    from pilot_planner.studies.planning.plan import Plan


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


@actuals_app.command()
def report(
    actuals: ActualsArgument,
    inputs: InputsOption = None,
    today: TodayOption = None,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="REPORT", help="For donors: forms, iati, hxl, logframe or all; again for more."),
    ] = None,
    terms: Annotated[
        Path | None, typer.Option("--terms", metavar="FILE", help="Who asks whom, as for 'export' (default: a draft).")
    ] = None,
    out: OutOption = None,
    json_output: JsonOption = False,
) -> None:
    """Where the pilot stands: plan, actual, difference and forecast, limits broken and going to be, money left."""
    from pilot_planner.reports.standing_text import print_standing, write_standing
    from pilot_planner.studies.after_signature.standing import standing

    if to:
        _to_donors(actuals, inputs, today, to, terms, out)
        return
    plan, found = _signed(actuals, inputs, today)
    now = standing(plan, found)
    if out is not None:
        write_standing(now, out)
        say(f"the report of plan {plan.plan_id} is in {out}")
    if json_output:
        print_json(now.document())
    else:
        print_standing(now, console())


def _to_donors(
    actuals: Path, inputs: Path | None, today: str | None, to: list[str], terms: Path | None, out: Path | None
) -> None:
    """Write reports for donors; what is beyond a tolerance is told as well."""
    from pilot_planner.exports.after_signature.making import make_reports, named_reports
    from pilot_planner.exports.formats import write_export
    from pilot_planner.studies.after_signature.standing import standing

    chosen = named_reports(to)
    plan, found = _signed(actuals, inputs, today)
    made = make_reports(standing(plan, found), chosen, terms, day(today))
    folder = out or Path(f"report_{plan.plan_id}")
    written = write_export(made, folder)
    say(f"{len(written)} files written to {folder}")
    for note in made.notes:
        say(f"note: {note}")
    say(plan.legal_gate)


@actuals_app.command()
def learned(
    actuals: ActualsArgument, inputs: InputsOption = None, today: TodayOption = None, json_output: JsonOption = False
) -> None:
    """What the pilot teaches: each input that was observed, with what was believed, what was seen and what follows."""
    from pilot_planner.reports.standing_text import print_lessons
    from pilot_planner.studies.after_signature.learning import lessons_of

    lessons = lessons_of(*_signed(actuals, inputs, today))
    if json_output:
        print_json(lessons.records())
    else:
        print_lessons(lessons, console())


def replan(
    actuals: ActualsArgument,
    inputs: InputsOption = None,
    settings: SetOption = None,
    way: Annotated[
        list[str] | None, typer.Option("--way", help="go_on, shift or stop (default: all three, side by side).")
    ] = None,
    bridge: Annotated[
        str | None,
        typer.Option("--bridge", metavar="METRIC", help="From the signed plan to the first way, in steps that sum."),
    ] = None,
    learned: Annotated[
        bool, typer.Option("--learned", help="With what the pilot has taught for what comes ('actuals learned' shows it).")
    ] = False,
    today: TodayOption = None,
    out: OutOption = None,
    save: Annotated[
        str | None, typer.Option("--save", metavar="NAME", help="Save the plan of the first way, and all that has happened.")
    ] = None,
    onto: Annotated[
        str | None, typer.Option("--onto", metavar="ITEM", help="With --save: as the next revision of this saved plan.")
    ] = None,
    store: StoreOption = None,
    json_output: JsonOption = False,
) -> None:
    """Decide the rest anew: the past is fixed, what was signed and promised binds, the rest is optimal and proven."""
    from pilot_planner.reports.comparison_text import print_bridge
    from pilot_planner.reports.plan_folder import check_target, write_plan
    from pilot_planner.reports.standing_text import print_replan
    from pilot_planner.studies.after_signature.learning import lessons_of
    from pilot_planner.studies.after_signature.replan import WAYS, named_ways
    from pilot_planner.studies.after_signature.replan import replan as decide_anew

    if out is not None:
        check_target(out)
    plan, found = _signed(actuals, inputs, today)
    ways = named_ways(way or WAYS)
    lessons = lessons_of(plan, found) if learned else None
    made = decide_anew(plan, found, settings_of(settings, None, None), ways, progress(), lessons)
    done()
    steps = made.bridge(ways[0], bridge) if bridge is not None and made.answers[0].plan is not None else None
    if out is not None and made.answers[0].plan is not None:
        write_plan(made.answers[0].plan, out)
        say(f"the plan of '{ways[0]}' is in {out}")
    if save is not None and made.answers[0].plan is not None:
        from pilot_planner.store.store import Store

        why = f"decided anew after period {made.standing.over}: {ways[0]}"
        item = Store.open(store).save_plan(made.answers[0].plan, save, onto=onto, why=why)
        say(f"the plan of '{ways[0]}' is saved as {item.id}, revision {item.revision}")
    if json_output:
        print_json(made.document() | ({} if steps is None else {"bridge": steps.document()}))
    else:
        print_replan(made, console())
        if steps is not None:
            print_bridge(steps, ("as signed", ways[0]), console())
    if all(one.plan is None for one in made.answers):
        raise SystemExit(NO_PLAN)


def _signed(actuals: Path, inputs: Path | None, today: str | None) -> tuple[Plan, Actuals]:
    """The signed plan beside the actuals, made again, and the actuals, checked against it."""
    from pilot_planner.reports.actuals_files import load_actuals, signed_plan

    plan = signed_plan(actuals, inputs)
    return plan, load_actuals(actuals, plan, today=day(today))
