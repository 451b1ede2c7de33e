"""``pilot-planner export``: files for donors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pilot_planner.cli.exit_codes import say
from pilot_planner.cli.options import InputsOption, done, progress
from pilot_planner.exports.registry import ALL, FORMATS

if TYPE_CHECKING:
    from pilot_planner.exports.terms import Terms


def export(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="A plan folder, or a design such as two_hosts.")],
    to: Annotated[
        list[str],
        typer.Option(
            "--to",
            metavar="FORMAT",
            help=f"{', '.join(FORMATS)} or {ALL}; again for more.",
            autocompletion=lambda incomplete: [name for name in (*FORMATS, ALL) if name.startswith(incomplete)],
        ),
    ],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where to (default: export_PLANID here).")] = None,
    inputs: InputsOption = None,
    terms: Annotated[
        Path | None,
        typer.Option("--terms", metavar="FILE", help="Who asks whom, currency and rules (default: a draft)."),
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="FILE", help="A donor's own Word form, to be filled in (docx).")
    ] = None,
) -> None:
    """Turn a plan into a donor proposal, a budget workbook, IATI, HXL and a logical framework."""
    from pilot_planner.exports.formats import make_export, write_export
    from pilot_planner.studies.planning.reload import remake

    formats, read = _asked(to, terms)
    made = remake(plan, inputs)
    options = {} if template is None else {"docx.template": str(template)}
    files = make_export(made, formats, read, progress=progress(), options=options, terms_file=str(terms or ""))
    done()
    folder = out or Path(f"export_{made.plan_id}")
    written = write_export(files, folder)
    say(f"{len(written)} files written to {folder}")
    for note in files.notes:
        say(f"note: {note}")
    say(made.legal_gate)


def _asked(to: list[str], terms: Path | None) -> tuple[list[str], Terms]:
    """Formats and terms, with the faults of both in one pass, before anything that takes long."""
    from pilot_planner.errors import Fault, InputError
    from pilot_planner.exports.formats import chosen_formats
    from pilot_planner.exports.terms import load_terms

    faults: list[Fault] = []
    for read in (lambda: chosen_formats(to), lambda: load_terms(terms)):
        try:
            read()
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return chosen_formats(to), load_terms(terms)
