"""A donor's own Excel form, filled in: cells with fields such as ``{{ plan_id }}``, or cells named ``pilot_plan_id``.

The fields are those of Word forms (``docs/word_form_fields.md``). ``workbook_filling`` does it, in a process of its own.
"""

from __future__ import annotations

from pilot_planner.exports.proposal.form import EXCEL, fill_in, read_form
from pilot_planner.exports.proposal.form_fields import fields
from pilot_planner.exports.proposal.writing import proposal
from pilot_planner.exports.proposal_data import Dossier


def filled_workbook(dossier: Dossier, template: str) -> bytes:
    """The form with its fields filled in; every other part of it as it was.

    Raises InputError where the file is no Excel workbook or holds macros, a field is unknown (with its sheet and cell), or
    filling in takes more time or memory than forms do.
    """
    raw = read_form(template, EXCEL)
    document = proposal(dossier)
    dossier.tell("filling in the form", 0.9)
    made, notes = fill_in(template, raw, fields(dossier, document), dossier.plan.legal_gate, by="workbook_filling")
    for note in notes:
        dossier.note(note)
    return made
