"""Tables that other systems load: rows of the ledger, of tranches or of tasks, with the columns that a form declares."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.exports.budget import RESULT
from pilot_planner.exports.currency import in_currency
from pilot_planner.exports.forms.form_rows import filled, unknown_fields
from pilot_planner.exports.forms.form_schema import SEEN, Form, Table
from pilot_planner.exports.forms.ledger import COST, Ledger, partners
from pilot_planner.exports.forms.tasks import tasks
from pilot_planner.exports.proposal.section_builder import body_name
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.results import period_end, results_framework
from pilot_planner.exports.sanitise import csv_text
from pilot_planner.exports.tranches import tranches

NOTICE = "notice"


def table_bytes(dossier: Dossier, form: Form, table: Table, ledger: Ledger, words: Mapping[str, str], file: str) -> bytes:
    """The table as CSV. What it is, how well it is known and the legal gate stand in the last column of its first row.

    Raises InputError where a column names a field that no row has.
    """
    rows = list(_ROWS[table.rows](dossier, table, ledger))
    heads = [one.head for one in table.columns]
    known = {*words, *(rows[0] if rows else ())}
    unknown = unknown_fields([one.fill for one in table.columns], known)
    if unknown:
        place = Place(file, column=f"table {table.file!r}")
        expected = f"one of {', '.join(sorted(known - set(words)))}, or a field of docs/word_form_fields.md"
        raise InputError([Fault(place, f"there is no field {name!r}", expected, "correct it") for name in unknown])
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow([*heads, NOTICE])
    about = f"{dossier.notice} Form: {form.publisher}, {form.model}. {SEEN[form.seen]} {form.not_seen}".strip()
    for number, row in enumerate(rows):
        cells = [csv_text(filled(one.fill, {**words, **row})) for one in table.columns]
        writer.writerow([*cells, "" if number else about])
    return made.getvalue().encode("utf-8")


def _entries(dossier: Dossier, table: Table, ledger: Ledger) -> Iterator[dict[str, str]]:
    """Sums of the cost by the keys that the table asks for."""
    budget = dossier.budget
    sums: dict[tuple[str, ...], Decimal] = {}
    for one in ledger.entries:
        if one.keys["measure"] == COST:
            key = tuple(one.keys[name] for name in table.by)
            sums[key] = sums.get(key, Decimal(0)) + one.amount
    results = {one.heading: one.name for one in budget.on_form(RESULT)} | {
        one.ref: one.statement for one in results_framework(dossier.plan)
    }
    names = {"partner": partners(dossier), "result": results, "category": budget.categories, "host": budget.hosts}
    days = _years(dossier)
    for key, amount in sums.items():
        keys = dict(zip(table.by, key, strict=True))
        told = {f"{name}_name": names[name].get(value, value) for name, value in keys.items() if name in names}
        if "year" in keys:
            told |= {"year_start": days[keys["year"]][0], "year_end": days[keys["year"]][1]}
        if amount:
            yield {**{str(name): value for name, value in keys.items()}, **told, "amount": str(amount)}


def _years(dossier: Dossier) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for period in dossier.plan.case.periods:
        start = found.get(str(period.year), (period.start.isoformat(), ""))[0]
        found[str(period.year)] = (start, period_end(period).isoformat())
    return found


def _tranches(dossier: Dossier, table: Table, ledger: Ledger) -> Iterator[dict[str, str]]:
    found = tranches(dossier)
    amounts = in_currency([one.usd for one in found], dossier.terms.currency)
    hosts = "|".join(host.iso3 for host in dossier.plan.hosts)
    for number, (one, amount) in enumerate(zip(found, amounts, strict=True), start=1):
        yield {
            "number": str(number), "donor_name": body_name(one.donor or dossier.terms.donor.name), "iso3": hosts,
            "due": one.start.isoformat(), "until": one.end.isoformat(), "due_year": str(one.start.year),
            "usd": str(one.usd), "amount": str(amount), "start_year": str(dossier.start.year),
            "end_year": str(dossier.end.year), "rate": f"{dossier.terms.currency.per_usd:.6g}",
        }  # fmt: skip


def _tasks(dossier: Dossier, table: Table, ledger: Ledger) -> Iterator[dict[str, str]]:
    for number, one in enumerate(tasks(dossier), start=1):
        yield {
            "number": str(number), "part": one.part, "task": one.name, "first_day": one.start.isoformat(),
            "last_day": one.end.isoformat(), "days": str((one.end - one.start).days + 1),
            "milestone": "yes" if one.is_milestone else "no",
        }  # fmt: skip


_ROWS = {"entries": _entries, "tranches": _tranches, "tasks": _tasks}
