"""Commands that answer what a plan leaves open: trade-offs, prices and why-not, alternatives, comparison."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from pilot_planner.cli.exit_codes import BAD_INPUT, NO_PLAN, explain_command, say
from pilot_planner.cli.options import (
    EngineOption,
    FromOption,
    InputsOption,
    JsonOption,
    ModelOption,
    OutOption,
    SetOption,
    SolverOption,
    console,
    design_from,
    done,
    interruptible,
    print_json,
    progress,
    settings_of,
    settings_told,
)
from pilot_planner.errors import NoPlanError, SolverError
from pilot_planner.studies.planning.from_file import origin

if TYPE_CHECKING:
    from pilot_planner.studies.explain.infeasibility import Diagnosis


def tradeoffs(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    points: Annotated[int, typer.Option("--points", metavar="N", min=1, help="Distinct plans aimed at.")] = 30,
    out: OutOption = None,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """The front between operating cost, worker income and state revenue: plans of which none is better in everything."""
    from pilot_planner.reports.answer_files import write_front
    from pilot_planner.reports.answer_text import print_front
    from pilot_planner.studies.pareto.pareto_front import trade_offs

    changed = settings_of(settings, solver, engine)
    with interruptible(out), no_plan_told(inputs, model, changed, json_output):
        result = trade_offs(model, inputs, changed, points, progress=progress(), out=out)
    done()
    made_of = origin(model, changed)
    if out is not None:
        write_front(result, out, made_of)
        say(f"front.csv and payoff.csv written to {out}")
    if json_output:
        print_json(
            {
                "axes": [axis.model_dump() for axis in result.axes],
                "points": [
                    {**row, "settings": point.settings} for row, point in zip(result.records(), result.points, strict=True)
                ],
                "payoff": list(result.payoff),
                "switches": [{name: getattr(one, name) for name in one.__slots__} for one in result.switches],
                "resolution": result.resolution,
                "complete": result.complete,
                "most_beaten": result.most_beaten,
                "merged": result.merged,
                "sentences": list(result.sentences),
                **made_of,
            }
        )
    else:
        print_front(result, console())
        settings_told(model, inputs, changed)


def explain(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    row: FromOption = None,
    cliffs: Annotated[
        str,
        typer.Option(
            "--cliffs",
            metavar="WHICH",
            help="Cliffs of limits and inputs: near (as many as can be looked at in --seconds), all (however long) or none.",
        ),
    ] = "near",
    seconds: Annotated[
        float | None,
        typer.Option(
            "--seconds",
            metavar="S",
            min=0.0,
            help="Time for --cliffs near (default: 0.25), or, where there is no plan, for conflicts (default: 10).",
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=1, max=64, help="Processes that look for cliffs.")
    ] = 1,
    out: OutOption = None,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """What each limit is worth and why other hosts are out; or, where no plan exists, what conflicts and repairs it."""
    from pilot_planner.reports.answer_files import write_explanation
    from pilot_planner.reports.answer_text import print_explanation
    from pilot_planner.studies.explain.cliffs import cliffs as find_cliffs
    from pilot_planner.studies.explain.host_exclusion import why_not
    from pilot_planner.studies.explain.infeasibility import SECONDS, diagnose
    from pilot_planner.studies.explain.shadow_prices import prices, solve_basis
    from pilot_planner.studies.planning.setup import set_up

    if cliffs not in ("near", "all", "none"):
        say(f"error: --cliffs {cliffs}: is not known; expected near, all or none")
        raise SystemExit(BAD_INPUT)
    which: Literal["near", "all"] = "all" if cliffs == "all" else "near"
    model, chosen = design_from(row, model, settings, solver, engine)
    design, ready = set_up(model, inputs, chosen)
    try:
        basis = solve_basis(design, ready)
    except NoPlanError:
        diagnosis = diagnose(design, ready, progress(), SECONDS if seconds is None else seconds)
        done()
        if diagnosis is None:
            raise
        _impossible(diagnosis, out, json_output, origin(model, chosen))
        raise SystemExit(NO_PLAN) from None
    priced = prices(progress=progress(), basis=basis)
    found = None
    if cliffs != "none":
        limit = (_SECONDS_FOR_CLIFFS if seconds is None else seconds) if cliffs == "near" else None
        found = find_cliffs(seconds=limit, which=which, workers=workers, progress=progress(), basis=basis)
    why = why_not(design, ready, progress=progress(), basis=basis)
    done()
    if out is not None:
        write_explanation(priced, why, out, found)
        say(f"prices.csv{'' if found is None else ', cliffs.csv'} and why_not.csv written to {out}")
    if json_output:
        floors = [{name: getattr(one, name) for name in one.__slots__} for one in why.floors]
        document = {"objective": priced.objective, "prices": priced.records()}
        document |= {} if found is None else found.document()
        print_json({**document, "why_not": why.records(), "floors": floors})
    else:
        print_explanation(priced, why, console(), found)


def _impossible(diagnosis: Diagnosis, out: Path | None, json_output: bool, made_of: dict[str, Any]) -> None:
    from pilot_planner.reports.answer_files import diagnosis_document, write_diagnosis
    from pilot_planner.reports.answer_text import print_diagnosis

    if out is not None:
        write_diagnosis(diagnosis, out, made_of)
        say(f"diagnosis.json written to {out}")
    if json_output:
        print_json(diagnosis_document(diagnosis) | made_of)
    else:
        print_diagnosis(diagnosis, console())


@contextmanager
def no_plan_told(inputs: Path | None, model: str | None, settings: dict[str, Any], json_output: bool) -> Iterator[None]:
    """Where a design has no plan, say the conflict and its least repair, as text or as a document."""
    try:
        yield
    except NoPlanError as error:
        without_plan(error, inputs, model, settings, json_output)


def without_plan(
    error: NoPlanError, inputs: Path | None, model: str | None, settings: dict[str, Any], json_output: bool
) -> NoReturn:
    """What a command says that found no plan: the conflict and its least repair, and the command that tells more."""
    from pilot_planner.reports.answer_files import diagnosis_document
    from pilot_planner.reports.answer_text import print_shortly
    from pilot_planner.studies.explain.infeasibility import Diagnosis, diagnose
    from pilot_planner.studies.planning.setup import set_up

    command = explain_command(sys.argv[1:])
    try:
        found = diagnose(*set_up(model, inputs, settings), progress(), seconds=_SECONDS_BESIDE)
    except SolverError:
        found = None
    done()
    if json_output:
        # Reasons of the error where nothing is known: an objective without end, a search that ran out of time.
        told = diagnosis_document(found or Diagnosis(error.reasons, complete=False))
        print_json({"status": "no_plan", **told, **origin(model, settings), "explain": command})
        raise SystemExit(NO_PLAN)
    for reason in error.reasons:
        say(f"no plan: {reason}")
    if found is not None and found.conflicts:
        print_shortly(found, console(beside=True))
    say(f"all that conflicts, and every repair: {command}")
    raise SystemExit(NO_PLAN)


_SECONDS_FOR_CLIFFS = 0.25
_SECONDS_BESIDE = 2.0
"""How long a command that was asked for a plan looks for conflicts, repairs apart: whoever waits wants to try again soon."""


def alternatives(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    within: Annotated[str, typer.Option("--within", metavar="SHARE", help="How far from the best: 3% or 0.03.")] = "3%",
    count: Annotated[int, typer.Option("--count", metavar="K", min=1, help="How many at most.")] = 5,
    out: OutOption = None,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """Plans nearly as good as the best one that differ most in hosts, sectors or levels."""
    from pilot_planner.reports.answer_files import write_alternatives
    from pilot_planner.reports.answer_text import print_alternatives
    from pilot_planner.studies.pareto.near_optimal import alternatives as find

    changed, share = settings_of(settings, solver, engine), _share(within)
    with no_plan_told(inputs, model, changed, json_output):
        result = find(model, inputs, changed, share, count, progress())
    done()
    made_of = origin(model, changed)
    if out is not None:
        write_alternatives(result, out, made_of)
        say(f"alternatives.csv written to {out}")
    if json_output:
        rows = [{**row, "settings": one.settings} for row, one in zip(result.records(), result.alternatives, strict=True)]
        print_json({"within": result.within, "alternatives": rows, **made_of})
    else:
        print_alternatives(result, console())
        settings_told(model, inputs, changed)


def _share(text: str) -> float:
    """``3%`` or ``0.03``."""
    number = text.strip().removesuffix("%").strip()
    try:
        value = float(number) / (100.0 if text.strip().endswith("%") else 1.0)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        say(f"error: --within {text}: is not a share; expected 0 to 100 %, as in 3% or 0.03")
        raise SystemExit(BAD_INPUT)
    return value


def compare(
    plans: Annotated[list[Path], typer.Argument(metavar="PLAN PLAN...", help="Plan folders, two or more.")],
    bridge: Annotated[
        str | None,
        typer.Option("--bridge", metavar="METRIC", help="Split the difference of a metric into steps that sum exactly."),
    ] = None,
    inputs: InputsOption = None,
    json_output: JsonOption = False,
) -> None:
    """What differs between plans: in the settings, in the inputs, in the choices, in the metrics."""
    from pilot_planner.reports.comparison_text import print_bridge, print_comparison, print_side_by_side
    from pilot_planner.studies.planning.bridge import bridge as split
    from pilot_planner.studies.planning.comparison import compare as two
    from pilot_planner.studies.planning.comparison import side_by_side

    if len(plans) < 2:
        say(f"error: {plans[0]}: is one plan; expected two plan folders or more")
        raise SystemExit(BAD_INPUT)
    if len(plans) == 2:
        pair = two(*plans)
        document, show = pair.document(), partial(print_comparison, pair)
    else:
        many = side_by_side(plans)
        document, show = many.document(), partial(print_side_by_side, many, [one.name for one in plans])
    way = None if bridge is None else split(plans, bridge, inputs, progress())
    done()
    if json_output:
        print_json(document if way is None else {**document, "bridge": way.document()})
        return
    show(console())
    if way is not None:
        print_bridge(way, [one.name for one in plans], console())
