"""``pilot-planner evidence``: what to find out first, and what that is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilot_planner.cli.options import (
    DrawsOption,
    EngineOption,
    InputsOption,
    JsonOption,
    ModelOption,
    SeedOption,
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

    from pilot_planner.studies.uncertainty.value_of_information import Worth
    from pilot_planner.studies.uncertainty.what_to_find_out import Evidence, Known


def evidence(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    draws: DrawsOption = 1000,
    seed: SeedOption = 1,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """Rank what could be found out before signing by what knowing it is worth, and studies by their net worth."""
    from pilot_planner.studies.uncertainty.what_to_find_out import evidence as find

    result = find(model, inputs, settings_of(settings, solver, engine), draws, seed, progress())
    done()
    if json_output:
        print_json(result.document())
    else:
        _print(result, console())


_ROWS = 12


def _print(result: Evidence, out: Console) -> None:
    from rich import box
    from rich.table import Table

    best = max(result.chances)
    out.print(
        f"Of {result.draws:,} draws plan {result.plan.plan_id} holds, as run, in {result.chances[0]:.0%}, and the surest of "
        f"{len(result.chances)} candidates in {best:.0%}. Whoever knew everything would choose among them in each draw: "
        f"{_points(result.ceiling.points)} points more. That is the most that any study can bring by choosing among them.",
        soft_wrap=True,
    )
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Known before signing")
    table.add_column("points of confidence", justify="right")
    table.add_column(result.plan.design.objective.metric, justify="right")
    for one in [result.ceiling, *[known for known in result.known if _found(known)][:_ROWS]]:
        table.add_row(one.name, _points(one.points), "" if one.amount is None else _amount(one.amount))
    out.print(table)
    rest = sum(not _found(one) for one in result.known)
    out.print(f"{rest} of {len(result.known)} cannot be told from nothing (two standard errors).", soft_wrap=True)
    if result.studies:
        studies = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        studies.add_column("Study")
        for name in ("cost, USD", "points", "net worth, USD"):
            studies.add_column(name, justify="right")
        for study in result.studies:
            net = "" if study.net is None or study.error is None else f"{study.net:,.0f} ± {2 * study.error:,.0f}"
            studies.add_row(study.what, f"{study.cost:,.0f}", f"{100 * study.points:.1f}", net)
        out.print(studies)
        out.print(
            "What a study brings is a judged share of the value of the most valuable thing that it finds; ± two standard "
            "errors of so many draws. Where that is as wide as the figure, no order can be claimed.",
            soft_wrap=True,
        )


def _found(one: Known) -> bool:
    return one.points.found or (one.amount is not None and one.amount.found)


def _points(one: Worth) -> str:
    return f"{100 * one.value:.1f} ± {200 * one.error:.1f}"


def _amount(one: Worth) -> str:
    return f"{one.value:,.0f} ± {2 * one.error:,.0f}"
