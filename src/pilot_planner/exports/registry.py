"""The formats that a plan can be exported to, one record each. Command line, Export page and tests find them here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """One export format.

    Attributes:
        label: its name on the Export page.
        words: what it is, in one line.
        module: module of ``pilot_planner.exports`` whose ``make(dossier)`` returns its files by path.
        begins_early: whether the module also has ``begin(dossier)``, which starts long work before the turn of ``make``.
        turn: order of making; what is begun early comes late.
    """

    label: str
    words: str
    module: str
    turn: int
    begins_early: bool = False


ALL = "all"
"""Stands for every format."""

FORMATS: dict[str, Format] = {
    "docx": Format(
        "Proposal in Word",
        "to be edited, or filled into a donor's own form on the command line",
        "proposal.word",
        turn=4,
        begins_early=True,
    ),
    "pdf": Format("Proposal in PDF", "the same content, tagged for screen readers", "proposal.pdf", turn=6),
    "brief": Format("Brief of two pages", "for whoever has five minutes, in PDF", "proposal.brief", turn=7),
    "short": Format(
        "Proposal of fifteen pages",
        "as pooled funds such as the UN Peacebuilding Fund ask for it, in PDF",
        "proposal.short",
        turn=8,
    ),
    "signatories": Format(
        "Paper for those who sign",
        "what each party would sign, in English, French, Russian, Mongolian and Korean, a PDF each",
        "signatories.document",
        turn=10,
    ),
    "slides": Format(
        "Slides for a board", "twelve, in PowerPoint's format, with notes and alternative texts", "proposal.slides", turn=9
    ),
    "xlsx": Format(
        "Budget workbook", "live formulas, crosswalks to the forms of UN, EU, US and UK donors, checks", "workbook", turn=5
    ),
    "forms": Format(
        "Donors' budget forms",
        "EU, US, UK and UN forms, a workbook each with live sums; tables for Quantum, Umoja and FTS; a Gantt chart",
        "forms",
        turn=4,
    ),
    "iati": Format("IATI 2.03", "an activity file, marked as a draft while identifiers are examples", "iati", turn=1),
    "hxl": Format("HXL", "every table of the plan as CSV with a tag row", "hxl", turn=2),
    "logframe": Format("Logical framework", "results, indicators, baselines, targets, as xlsx and CSV", "logframe", turn=3),
    "certificate": Format(
        "Certificate", "what proves the plan, for an analyst to check in fractions on another machine", "certificate", turn=4
    ),
}
"""By name, as ``--to`` takes it, in the order in which people are shown them."""
