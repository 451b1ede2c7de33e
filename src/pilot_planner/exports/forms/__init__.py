"""Budget forms of donors, each as data in ``models/forms`` and filled in by one writer."""

from __future__ import annotations

from pilot_planner.exports.forms.form_schema import form_file, form_names, load_form
from pilot_planner.exports.forms.form_sheet import form_bytes
from pilot_planner.exports.forms.ledger import make_ledger
from pilot_planner.exports.proposal.form_fields import short_fields
from pilot_planner.exports.proposal_data import Dossier, Files

FOLDER = "forms"
TEMPLATE = "forms.template"
"""The option that names a donor's own Excel form."""


def make(dossier: Dossier) -> Files:
    """``forms/NAME.xlsx`` for each form, or the donor's own form that was asked for, filled in, and it alone.

    Raises InputError with every fault of a form that cannot be used.
    """
    template = dossier.options.get(TEMPLATE)
    if template is not None:
        from pilot_planner.exports.proposal.workbook_form import filled_workbook

        return {f"{FOLDER}/donor_form.xlsx": filled_workbook(dossier, template)}
    words = short_fields(dossier)
    files: Files = {}
    for name in form_names():
        path = form_file(name)
        form = load_form(path)
        ledger = make_ledger(dossier, form, path.as_posix())
        own = words | {"currency": ledger.currency}
        if ledger.currency == "USD":
            own["currency_rate"] = "US dollars"
        files[f"{FOLDER}/{name}.xlsx"] = form_bytes(dossier, form, ledger, own, path.as_posix())
    return files
