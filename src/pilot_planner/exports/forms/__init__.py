"""Budget forms of donors, each as data in ``models/forms`` and filled in by one writer."""

from __future__ import annotations

from pilot_planner.exports.forms.form_schema import form_file, form_names, load_form
from pilot_planner.exports.forms.form_sheet import form_bytes
from pilot_planner.exports.forms.ledger import make_ledger
from pilot_planner.exports.forms.load_tables import table_bytes
from pilot_planner.exports.forms.tasks import tasks
from pilot_planner.exports.proposal.form_fields import short_fields
from pilot_planner.exports.proposal.pictures import SHARP
from pilot_planner.exports.proposal.typesetting import bitmaps
from pilot_planner.exports.proposal_data import Dossier, Files
from pilot_planner.figures.core.svg_renderer import to_svg
from pilot_planner.figures.plan import gantt

FOLDER = "forms"
TEMPLATE = "forms.template"
"""The option that names a donor's own Excel form."""


def make(dossier: Dossier) -> Files:
    """Each form, tables that other systems load, the chart of tasks; or the donor's own form, filled in, and it alone.

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
        if form.sheets:
            files[f"{FOLDER}/{name}.xlsx"] = form_bytes(dossier, form, ledger, own, path.as_posix())
        for table in form.tables:
            files[f"{FOLDER}/{table.file}"] = table_bytes(dossier, form, table, ledger, own, path.as_posix())
    return files | _gantt(dossier)


def _gantt(dossier: Dossier) -> Files:
    """The tasks of the plan as a drawing and as a picture, with the legal gate below."""
    drawn = to_svg(gantt.figure(tasks(dossier), "print", _WIDTH, dossier.notice), _WIDTH).encode()
    picture = bitmaps({"gantt": drawn}, {"gantt": _WIDTH}, SHARP)
    return {f"{FOLDER}/gantt.svg": drawn, f"{FOLDER}/gantt.png": picture["gantt"]}


_WIDTH = 1000
"""Px of the chart of tasks."""
