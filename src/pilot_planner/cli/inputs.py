"""``pilot-planner inputs``: the inputs as a workbook, to be edited and named with ``--inputs``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pilot_planner.cli.exit_codes import say
from pilot_planner.cli.options import InputsOption, SetOption, settings_of


def inputs(
    found: InputsOption = None,
    settings: SetOption = None,
    to: Annotated[Literal["xlsx"], typer.Option("--to", help="xlsx: one Excel workbook, a sheet a table.")] = "xlsx",
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The workbook, a new file.")] = Path("inputs.xlsx"),
) -> None:
    """Write the inputs as a workbook: edit its numbers, then name it with --inputs in any command."""
    from pilot_planner.data.loading import load_inputs
    from pilot_planner.errors import Fault, InputError, Place
    from pilot_planner.reports.inputs_workbook import workbook_bytes
    from pilot_planner.studies.planning.setup import inputs_with
    from pilot_planner.text.names import names_of_codes
    from pilot_planner.whole_files import telling, write_file

    faults = []
    if out.suffix.lower() != f".{to}":
        faults.append(Fault(Place(str(out)), "is no workbook by its name", f"a name that ends in .{to}", "add it"))
    if out.exists():
        fix = "choose another name: what was entered is never written over"
        faults.append(Fault(Place(str(out)), "is there already", "a new file", fix))
    chosen = settings_of(settings, None, None)
    faults += [
        Fault(
            Place(name), "is no value of the inputs", "inputs.PATH", "settings of the design belong to 'pilot-planner plan'"
        )
        for name in chosen
        if not name.startswith("inputs.")
    ]
    if faults:
        raise InputError(faults)
    ready = inputs_with(load_inputs(found), {name.removeprefix("inputs."): value for name, value in chosen.items()})
    raw = workbook_bytes(ready, names_of_codes(ready))
    with telling(out):
        write_file(out, raw)
    say(f"written to {out}; change its yellow cells, then: pilot-planner plan --inputs {out}")
