"""The activity of a pilot that runs, under the identifier of its plan: what came in, what went out, what was measured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lxml import etree

from pilot_planner.case.calendar import period_days
from pilot_planner.data.actuals import number
from pilot_planner.design.schema import TO_BE_FOUND
from pilot_planner.exports.after_signature.book import Book
from pilot_planner.exports.iati.activity import FILE, activities
from pilot_planner.exports.iati.checking import check
from pilot_planner.exports.iati.elements import add, days, narrated, narrative, shortest
from pilot_planner.exports.proposal_data import Files
from pilot_planner.exports.results import Indicator
from pilot_planner.exports.terms import Organisation
from pilot_planner.studies.planning.accounts import cents

_IMPLEMENTATION, _FINALISATION = 2, 3
_PLANNED_START, _ACTUAL_START = 1, 2
_INCOMING, _DISBURSEMENT, _EXPENDITURE = 1, 3, 4
_BEFORE_TRANSACTIONS = ("capital-spend", "planned-disbursement", "budget", "default-tied-status")
_EMPLOYERS = "Employers in the programme (levy on top of wages)"


@dataclass(frozen=True, slots=True)
class Transaction:
    """Money that moved, USD to the cent. ``who`` pays it in, or receives it; empty: the lead pays third parties."""

    kind: int
    day: dt.date
    usd: Decimal
    text: str
    who: Organisation | str = ""


def make(book: Book) -> Files:
    """The activity file. Raises PilotPlannerError where it breaks the schema or a rule of the standard."""
    root = activities(book.dossier)
    activity = root.find("iati-activity")
    _status(activity, book)
    _transactions(activity, book)
    _measured(activity, book)
    etree.indent(root)
    raw: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    check(raw, book.dossier.terms_file)
    return {FILE: raw}


def transactions(book: Book) -> tuple[Transaction, ...]:
    """Every transaction of the periods that are over: incoming funds, disbursements to partners, expenditure."""
    return (*_incoming(book), *_outgoing(book))


def _status(activity: Any, book: Book) -> None:
    over = book.standing.over
    done = over == book.standing.last
    activity.find("activity-status").set("code", str(_FINALISATION if done else _IMPLEMENTATION))
    first = next(one for one in activity.iterfind("activity-date") if one.get("type") == str(_PLANNED_START))
    if over:
        made = etree.Element("activity-date", {"type": str(_ACTUAL_START), "iso-date": str(book.dossier.start)})
        first.addnext(made)


def _incoming(book: Book) -> Iterator[Transaction]:
    actuals, over, programme = book.standing.actuals, book.standing.over, book.standing.plan.design.programme
    donor = book.dossier.terms.donor
    for row in actuals.current("funds"):
        t, usd = int(number(row, "period")), cents(number(row, "amount"))
        if t <= over and usd:
            told = row["received_on"]
            day = dt.date.fromisoformat(str(told)) if told is not None else period_days(programme, t)[1]
            named = row.text("donor")
            who: Organisation | str = donor if named in (donor.name, TO_BE_FOUND) else named
            yield Transaction(_INCOMING, day, usd, f"Received in period {t}.", who)
    levies: dict[int, Decimal] = {}
    for row in actuals.current("pay"):
        t = int(number(row, "period"))
        if row.text("channel") == "programme_levy" and t <= over:
            levies[t] = levies.get(t, Decimal(0)) + cents(number(row, "amount"))
    for t, usd in sorted(levies.items()):
        if usd:
            yield Transaction(_INCOMING, period_days(programme, t)[1], usd, f"Levy of employers, period {t}.", _EMPLOYERS)


def _outgoing(book: Book) -> Iterator[Transaction]:
    """Spending by period and category; what a partner of the terms carries is disbursed to it."""
    programme = book.standing.plan.design.programme
    carried = {task: body for body in book.dossier.terms.partners for task in body.carries}
    sums: dict[tuple[int, str, str], Decimal] = {}
    for (line, _, t), usd in book.booked.items():
        task = book.heading_of(line, "body")
        key = (t, task if task in carried else "", book.heading_of(line, "UNSDG"))
        sums[key] = sums.get(key, Decimal(0)) + usd
    for (t, task, category), usd in sorted(sums.items()):
        if usd:
            words = f"{book.budget.categories[category]}, period {t}."
            kind, who = (_DISBURSEMENT, carried[task]) if task else (_EXPENDITURE, "")
            yield Transaction(kind, period_days(programme, t)[1], usd, words, who)


def _transactions(activity: Any, book: Book) -> None:
    place = next(found[-1] for name in _BEFORE_TRANSACTIONS if (found := activity.findall(name)))
    holder = etree.Element("holder")
    for one in transactions(book):
        _transaction(holder, one, book)
    for made in reversed(list(holder)):
        place.addnext(made)


def _transaction(parent: Any, one: Transaction, book: Book) -> None:
    lead = book.dossier.terms.organisation
    made = add(parent, "transaction")
    add(made, "transaction-type", {"code": one.kind})
    add(made, "transaction-date", {"iso-date": one.day})
    add(made, "value", {"currency": "USD", "value-date": one.day}, f"{one.usd:f}")
    narrated(made, "description", one.text)
    incoming = one.kind == _INCOMING
    _organisation(made, "provider-org", one.who if incoming else lead)
    if incoming or one.who:
        _organisation(made, "receiver-org", lead if incoming else one.who)


def _organisation(parent: Any, tag: str, who: Organisation | str) -> None:
    if isinstance(who, str):
        narrated(parent, tag, who)
    else:
        narrative(add(parent, tag, {"ref": who.reference, "type": who.type}), who.name)


@dataclass(frozen=True, slots=True)
class _Measured:
    """The last measurement of an indicator in a stretch of time: that of a target, else a year of the programme."""

    start: dt.date
    end: dt.date
    period: int
    value: float
    counted: Any


def _measured(activity: Any, book: Book) -> None:
    """Measurements as actuals of the time for which the framework has a target, or of the programme's year."""
    indicators = {one.name: one for result in book.dossier.results for one in result.indicators}
    for element in activity.iter("indicator"):
        one = indicators.get(element.findtext("title/narrative"))
        if one is not None:
            for found in _measurements(book, one):
                _actual(_period(element, found), one, found)


def _measurements(book: Book, one: Indicator) -> list[_Measured]:
    programme, found = book.standing.plan.design.programme, dict[dt.date, _Measured]()
    rows = [row for row in book.standing.actuals.current("indicators") if row.text("indicator") == one.name]
    for row in sorted(rows, key=lambda row: number(row, "period")):
        t = int(number(row, "period"))
        if t <= book.standing.over:
            day = period_days(programme, t)[1]
            start, end = _stretch(book, one, t, day)
            found[start] = _Measured(start, end, t, number(row, "value"), row["counted"])
    return list(found.values())


def _stretch(book: Book, one: Indicator, t: int, day: dt.date) -> tuple[dt.date, dt.date]:
    for target in one.targets:
        if target.start <= day <= target.end:
            return target.start, target.end
    every = book.standing.plan.case.periods
    year = [period.number for period in every if period.year == every[t - 1].year]
    programme = book.standing.plan.design.programme
    return period_days(programme, year[0])[0], period_days(programme, year[-1])[1]


def _period(element: Any, found: _Measured) -> Any:
    """The element of this stretch; made where the framework has no target for it, before later ones."""
    there = {dt.date.fromisoformat(one.find("period-start").get("iso-date")): one for one in element.iterfind("period")}
    if found.start in there:
        return there[found.start]
    made = add(element, "period")
    days(made, found.start, found.end)
    later = next((one for start, one in sorted(there.items()) if start > found.start), None)
    if later is not None:
        later.addprevious(made)
    return made


def _actual(period: Any, one: Indicator, found: _Measured) -> None:
    made = add(period, "actual", {"value": shortest(one.published(found.value))})
    of = f", counted of {int(found.counted):,}" if found.counted is not None else ""
    narrated(made, "comment", f"Measured to the end of period {found.period}{of}.")
