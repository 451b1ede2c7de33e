"""The proposal within fifteen pages, as pooled funds ask for it: the same chapters and numbers, without the reference."""

from __future__ import annotations

from dataclasses import replace

from pilot_planner.exports.proposal.blocks import Block, Document, Figure, Paragraph, Section, Table
from pilot_planner.exports.proposal.layout import records
from pilot_planner.exports.proposal.pictures import drawings
from pilot_planner.exports.proposal.sections import CHAPTERS
from pilot_planner.exports.proposal.typesetting import typeset
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier, Files
from pilot_planner.reports.evidence_text import TITLE

FILE = "proposal_short.pdf"
MOST_PAGES = 15
"""What the UN Peacebuilding Fund takes."""
_KEPT: dict[str, tuple[str, ...] | None] = {
    "summary": None,
    "context": None,
    "rationale": ("What this plan chooses",),
    "theory_of_change": None,
    "target_group": None,
    "mechanisms": None,
    "inclusion": None,
    "protection": None,
    "governance": None,
    "work_plan": None,
    "budget": ("What is asked for", "By category and year"),
    "value_for_money": None,
    "trade_offs": (TITLE,),
    "sustainability": None,
    "conditions": None,
}
"""Chapters, each with the parts that stay; None where all do."""
_LONG_TABLE = 12
"""Rows; a longer table of a kept chapter stays in the full proposal, except where it is what the chapter is for."""
_NEEDED = ("work_plan", "conditions")
_NOTE = "This is the short form: parts keep the numbers that they have in the full proposal, and marks lead to its annexes."


def make(dossier: Dossier) -> Files:
    """``proposal_short.pdf``, from the same document as the whole."""
    document = shortened(proposal(dossier))
    return {FILE: typeset(records(document, drawings(dossier, proposal(dossier))), []).pdf}


def shortened(whole: Document) -> Document:
    """The document with the kept chapters, parts and tables only."""
    chapters = zip(CHAPTERS, (one for one in whole.sections if not one.annex), strict=True)
    kept = tuple(_short(name, section) for name, section in chapters if name in _KEPT)
    first = replace(kept[0], blocks=(*kept[0].blocks, Paragraph((_NOTE,), "note")))
    return replace(whole, sections=(first, *kept[1:]), length="short")


def _short(name: str, section: Section) -> Section:
    titles = _KEPT[name]
    inner = tuple(one for one in section.sections if titles is None or one.title in titles)
    return replace(
        section,
        new_page=False,
        blocks=_blocks(name, section.blocks),
        sections=tuple(replace(one, blocks=_blocks(name, one.blocks)) for one in inner),
    )


def _blocks(name: str, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(one for one in blocks if not _too_long(name, one))


def _too_long(name: str, block: Block) -> bool:
    if isinstance(block, Figure):
        return block.key not in ("theory_of_change", "budget")
    return isinstance(block, Table) and len(block.rows) > _LONG_TABLE and name not in _NEEDED
