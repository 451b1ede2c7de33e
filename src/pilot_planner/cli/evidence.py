"""``pilot-planner evidence``: what to find out first, and what that is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilot_planner.cli.exit_codes import say
from pilot_planner.cli.options import (
    DrawsOption,
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
)

if TYPE_CHECKING:
    from rich.console import Console

    from pilot_planner.studies.uncertainty.what_to_find_out import Evidence


def evidence(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    draws: DrawsOption = 1000,
    seed: SeedOption = 1,
    out: OutOption = None,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """Rank what could be found out before signing by what knowing it is worth, and studies by their net worth."""
    from pilot_planner.reports.answer_files import write_evidence
    from pilot_planner.studies.uncertainty.what_to_find_out import evidence as find

    with interruptible(out):
        result = find(model, inputs, settings_of(settings, solver, engine), draws, seed, progress(), out)
    done()
    if out is not None:
        write_evidence(result, out)
        say(f"known.csv, studies.csv and summary.json written to {out}")
    if json_output:
        print_json(result.document())
    else:
        _print(result, console())


_ROWS = 12


def _print(result: Evidence, out: Console) -> None:
    from rich import box
    from rich.table import Table

    from pilot_planner.reports import evidence_text as words

    def shown(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for place, head in enumerate(heads):
            table.add_column(head, justify="right" if place else "left")
        for row in rows:
            table.add_row(*row)
        out.print(table)

    out.print(words.first_to_find_out(result), soft_wrap=True, markup=False)
    out.print(words.ceiling(result), soft_wrap=True, markup=False)
    shown(words.known_heads(result), words.known_rows(result, _ROWS))
    out.print(words.rest(result), soft_wrap=True)
    if result.studies:
        shown(words.STUDY_HEADS, words.study_rows(result))
    out.print(f"{words.JUDGED} {words.ERRORS}", soft_wrap=True)
