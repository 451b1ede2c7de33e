"""``pilot-planner gate`` and ``reserve``: what waiting is worth, and how much money more makes a plan hold."""

from __future__ import annotations

from typing import Annotated

import typer

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


def gate(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    month: Annotated[
        int | None,
        typer.Option("--month", metavar="N", min=0, help="Month after which it is; 0: before anything is signed."),
    ] = None,
    learns: Annotated[
        list[str] | None,
        typer.Option("--learns", metavar="NAME", help="What is known by then, again for each; default: every event."),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", metavar="N", min=1, help="Draws that branches are made for.")] = 400,
    fresh: Annotated[int, typer.Option("--fresh", metavar="N", min=1, help="Other draws that they are counted on.")] = 1000,
    seed: SeedOption = 1,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """Find what to sign now where it may be decided later to go on, shift or stop, and what that is worth."""
    from pilot_planner.reports.gate_text import gate_sentences
    from pilot_planner.studies.robust.gate import plan_with_gate

    asked = settings_of(settings, solver, engine)
    result = plan_with_gate(model, inputs, asked, month, learns or None, draws, fresh, seed, progress())
    done()
    if json_output:
        print_json(result.document())
        return
    out = console()
    first, worth, *branches = gate_sentences(result)
    out.print(first, soft_wrap=True, markup=False)
    for sentence in branches:
        out.print(f"- {sentence}", soft_wrap=True, markup=False)
    out.print(worth, soft_wrap=True, markup=False)


def reserve(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    draws: DrawsOption = 1000,
    seed: SeedOption = 1,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """Say how much money beyond the budget makes the best plan hold, as it is run, with each of some chances."""
    from pilot_planner.studies.planning.plan import make_plan
    from pilot_planner.studies.uncertainty.reserves import reserves

    found = reserves(make_plan(model, inputs, settings_of(settings, solver, engine)), draws=draws, seed=seed)
    if json_output:
        print_json(found.document())
        return
    for sentence in found.sentences:
        console().print(sentence, soft_wrap=True, markup=False)
