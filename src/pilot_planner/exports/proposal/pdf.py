"""The proposal as a tagged PDF (PDF/UA-1) with embedded fonts, bookmarks, running headers and page numbers."""

from __future__ import annotations

from pilot_planner.exports.proposal.blocks import walk
from pilot_planner.exports.proposal.layout import records
from pilot_planner.exports.proposal.pictures import drawings
from pilot_planner.exports.proposal.typesetting import Pages, typeset
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier, Files

FILE = "proposal.pdf"
_PAGES = "pages"


def make(dossier: Dossier) -> Files:
    """``proposal.pdf``. A letter that no font of the machine has is left out, which is noted."""
    pages = _pages(dossier)
    if pages.problem:
        dossier.note(
            f"the PDF is tagged but not PDF/UA ({pages.problem}): install a font that has every letter of your texts "
            "(Debian and Ubuntu: 'apt-get install fonts-noto fonts-noto-cjk')"
        )
    return {FILE: pages.pdf}


def places(dossier: Dossier) -> dict[str, int]:
    """On which page each section begins, by its anchor."""
    return _pages(dossier).places


def _pages(dossier: Dossier) -> Pages:
    if _PAGES not in dossier.kept:
        document = proposal(dossier)
        drawn = drawings(dossier, document)
        dossier.tell("laying out the pages", 0.9)
        dossier.kept[_PAGES] = typeset(records(document, drawn), [section.anchor for section in walk(document.sections)])
    made: Pages = dossier.kept[_PAGES]
    return made
