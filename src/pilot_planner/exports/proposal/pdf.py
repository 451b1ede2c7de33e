"""The proposal as a tagged PDF (PDF/UA-1) with embedded fonts, bookmarks, running headers and page numbers."""

from __future__ import annotations

from pilot_planner.exports.dossier import Dossier, Files
from pilot_planner.exports.proposal.page import html
from pilot_planner.exports.proposal.pictures import pictures
from pilot_planner.exports.proposal.render import render
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.studies.beside import Beside, StoppedError
from pilot_planner.studies.plan import CancelledError

NAME = "pdf"
FILE = "proposal.pdf"
_UNDER_WAY, _MADE = "pdf under way", "pdf made"


def make(dossier: Dossier) -> Files:
    """``proposal.pdf``. Raises PilotPlannerError where the libraries that lay it out are missing."""
    begin(dossier)
    return {FILE: _made(dossier)[0]}


def begin(dossier: Dossier) -> None:
    """Start laying out and writing in a process beside this one; it is written if it was asked for."""
    if _UNDER_WAY in dossier.kept or _MADE in dossier.kept:
        return
    document = proposal(dossier)
    drawn = pictures(dossier, document, "svg")
    write = NAME in dossier.formats or not dossier.formats
    dossier.kept[_UNDER_WAY] = Beside(render, html(document, drawn.keys()), drawn, write)


def pages(dossier: Dossier) -> dict[str, int]:
    """On which page each section begins, by its anchor."""
    begin(dossier)
    return _made(dossier)[1]


def _made(dossier: Dossier) -> tuple[bytes, dict[str, int]]:
    if _MADE not in dossier.kept:
        under_way: Beside[tuple[bytes, dict[str, int]]] = dossier.kept.pop(_UNDER_WAY)
        progress = dossier.progress
        try:
            dossier.kept[_MADE] = under_way.result(
                lambda: progress is not None and not progress("laying out the pages", 0.9)
            )
        except StoppedError:
            raise CancelledError("stopped while the pages were laid out") from None
    made: tuple[bytes, dict[str, int]] = dossier.kept[_MADE]
    return made
