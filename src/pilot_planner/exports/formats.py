"""From a plan to files for donors, complete or absent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from pilot_planner.errors import CancelledError, Fault, InputError, PilotPlannerError, Place
from pilot_planner.exports.proposal_data import Dossier, Files, Maker
from pilot_planner.exports.registry import ALL, FORMATS
from pilot_planner.exports.terms import Terms, load_terms
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.whole_files import telling, write_folder


@dataclass(frozen=True)
class Export:
    """The files of an export in memory, by path, and what could not be done as it should, in sentences."""

    plan_id: str
    files: Files
    notes: tuple[str, ...]


def make_export(
    plan: Plan,
    formats: Iterable[str] = (ALL,),
    terms: Terms | str | Path | None = None,
    made_on: dt.date | None = None,
    progress: Progress | None = None,
    options: Mapping[str, str] | None = None,
    terms_file: str = "",
) -> Export:
    """Make some formats of a plan; nothing is written.

    Args:
        plan: a solved plan.
        formats: names of ``registry.FORMATS``; ``all`` stands for each of them.
        terms: who asks whom (see ``exports.terms``); a file, or None for ``models/proposals/draft.toml``.
        made_on: the day that the files bear; today's if None.
        progress: called before each format; returning False stops.
        options: what only one format reads, such as ``docx.template``.
        terms_file: where terms that were read before stand, for messages.

    Raises:
        InputError: an unknown format, terms at fault, or a plan that breaks a rule of the donor.
        PilotPlannerError: a format could not be made.
    """
    chosen = sorted(chosen_formats(formats), key=lambda name: FORMATS[name].turn)
    read = terms if isinstance(terms, Terms) else load_terms(terms)
    where = terms_file or ("terms" if isinstance(terms, Terms) or terms is None else str(terms))
    day = made_on or dt.datetime.now(tz=dt.UTC).date()
    if read.currency.date > day:
        what = f"the rate of {read.currency.code} is dated {read.currency.date}"
        fix = "give the day on which the rate was read"
        raise InputError([Fault(Place(where, column="currency.date"), what, f"{day} or before", fix)])
    dossier = Dossier(plan, read, day, where, progress, options=dict(options or {}), formats=tuple(chosen))
    files: Files = {}
    try:
        for name in (one for one in chosen if FORMATS[one].begins_early):
            begin(name, dossier)
        for done, name in enumerate(chosen):
            if progress is not None and not progress(f"making {name}", done / len(chosen)):
                raise CancelledError(f"stopped before {name}")
            for path, raw in maker(name)(dossier).items():
                if path in files and files[path] != raw:
                    raise PilotPlannerError(f"two formats make different files of the name {path}")
                files[path] = raw
    finally:
        dossier.close()
    return Export(plan.plan_id, files, tuple(dossier.notes))


def maker(name: str) -> Maker:
    """What makes a format."""
    made: Maker = import_module(f"pilot_planner.exports.{FORMATS[name].module}").make
    return made


def begin(name: str, dossier: Dossier) -> None:
    """Start what a format needs long before its turn."""
    import_module(f"pilot_planner.exports.{FORMATS[name].module}").begin(dossier)


def write_export(export: Export, folder: str | Path) -> list[Path]:
    """Write the files of an export into ``folder``, over older ones of the same names; other files there stay.

    All at once: a killed process leaves what was there before. Raises InputError when the folder cannot be used.
    """
    target = Path(folder)
    with telling(target):
        write_folder(target, export.files)
    return [target / path for path in export.files]


def chosen_formats(formats: Iterable[str]) -> list[str]:
    """The formats asked for, once each, as ``FORMATS`` lists them. Raises InputError with every unknown one."""
    asked = list(dict.fromkeys(formats))
    known = (*FORMATS, ALL)
    faults = [
        Fault(Place("--to"), f"{name!r} is not a format", ", ".join(known), "correct it")
        for name in asked
        if name not in known
    ]
    if faults:
        raise InputError(faults)
    return [name for name in FORMATS if name in asked or ALL in asked]
