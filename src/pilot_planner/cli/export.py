"""``pilot-planner export``: files for donors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pilot_planner.cli.exit_codes import BAD_INPUT, say
from pilot_planner.cli.options import InputsOption, done, progress
from pilot_planner.exports.registry import ALL, FORMATS

if TYPE_CHECKING:
    from pilot_planner.exports.terms import Terms


def export(
    plan: Annotated[
        str | None, typer.Argument(metavar="PLAN", help="A plan folder, or a design such as two_hosts.", show_default=False)
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help=f"{', '.join(FORMATS)} or {ALL}; again for more.",
            autocompletion=lambda incomplete: [name for name in (*FORMATS, ALL) if name.startswith(incomplete)],
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where to (default: export_PLANID here).")] = None,
    inputs: InputsOption = None,
    terms: Annotated[
        Path | None,
        typer.Option("--terms", metavar="FILE", help="Who asks whom, currency and rules (default: a draft)."),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template",
            metavar="FILE",
            help="A donor's own form, to be filled in: .docx with --to docx, .xlsx with --to forms.",
        ),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            "--check", metavar="FILE", help="Make nothing; say what IATI's schema, rules and codelists find in a file."
        ),
    ] = None,
) -> None:
    """Turn a plan into a donor proposal, a budget workbook, IATI, HXL and a logical framework."""
    if check is not None:
        _check(check, plan, to)
        return
    if plan is None or not to:
        missing = " and ".join(name for name, there in (("PLAN", plan), ("--to FORMAT", to)) if not there)
        raise typer.BadParameter(
            f"{missing} is missing; pilot-planner export two_hosts --to pdf makes the proposal of a design"
        )
    from pilot_planner.exports.formats import make_export, write_export
    from pilot_planner.studies.planning.reload import remake

    formats, read = _asked(to, terms)
    made = remake(plan, inputs)
    options = _options(template, formats)
    files = make_export(made, formats, read, progress=progress(), options=options, terms_file=str(terms or ""))
    done()
    folder = out or Path(f"export_{made.plan_id}")
    written = write_export(files, folder)
    say(f"{len(written)} files written to {folder}")
    for note in files.notes:
        say(f"note: {note}")
    say(made.legal_gate)


def _options(template: Path | None, formats: list[str]) -> dict[str, str]:
    """The option that names a donor's own form, by its kind."""
    if template is None:
        return {}
    kind = "forms" if template.suffix.lower() in (".xlsx", ".xlsm") else "docx"
    if kind not in formats:
        raise typer.BadParameter(f"--template {template.name} goes with --to {kind}, which fills it in")
    return {f"{kind}.template": str(template)}


def _check(file: Path, plan: str | None, to: list[str] | None) -> None:
    """Say what is wrong with a file, each fault with its line; exit 2 where anything makes it invalid."""
    import datetime as dt

    from pilot_planner.exports.iati.checking import check_file, checked_in_words

    if plan is not None or to:
        raise typer.BadParameter("--check FILE stands alone: it makes no files, so neither PLAN nor --to goes with it")
    found = check_file(file, dt.datetime.now(tz=dt.UTC).date())
    for one in found:
        say(f"{one.severity}: {one.fault(str(file))}")
    errors = sum(one.severity == "error" for one in found)
    say(checked_in_words(str(file), errors, len(found) - errors))
    if errors:
        raise SystemExit(BAD_INPUT)


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
