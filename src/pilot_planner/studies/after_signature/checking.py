"""What is wrong with actuals: every fault of a folder in one pass, each at its file, row and column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from pilot_planner.case.calendar import period_days
from pilot_planner.case.costing import PROGRAMME_WIDE
from pilot_planner.data.actuals import (
    CORRECTION,
    MEASURES,
    PARTS_OF_CONTRACT,
    PARTS_OF_GROSS,
    Actuals,
    is_money,
    is_reported,
    key_of,
    number,
    revision,
)
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.data.reading import Row
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault

_PEOPLE = 1e-4
"""Persons below which two head counts are one: each is written with six decimals, and a count adds many of them."""
_TOTALS: Mapping[str, tuple[str, ...]] = {"gross_wage": PARTS_OF_GROSS, "contract_value": PARTS_OF_CONTRACT}


@dataclass(frozen=True)
class Checking:
    """Actuals beside the design and the inputs that were signed. ``today``: nothing is known of days after it."""

    actuals: Actuals
    design: Design
    inputs: Inputs
    today: dt.date

    def faults(self) -> list[Fault]:
        """Every fault, in the order of the tables."""
        checks: tuple[Callable[[], Iterator[Fault]], ...] = (
            self._signed,
            self._reports,
            self._rows,
            self._corrections,
            self._people,
            self._pay,
            self._escrow,
            self._codes,
            self._funds,
            self._indicators,
            self._commitments,
            self._missing,
        )
        return [fault for check in checks for fault in check()]

    # --- what is known ---

    @cached_property
    def _placements(self) -> set[tuple[str, str]]:
        return {(row.text("iso3"), row.text("sector")) for row in self.actuals.tables.get("signed", ())}

    @cached_property
    def _hosts(self) -> list[str]:
        return list(dict.fromkeys(row.text("iso3") for row in self.actuals.tables.get("signed", ())))

    @cached_property
    def _reported(self) -> dict[int, dt.date]:
        """Day up to which each period is reported."""
        days = {int(number(row, "period")): _day(row.text("reported_to")) for row in self.actuals.tables.get("reports", ())}
        return {period: day for period, day in days.items() if day is not None}

    @property
    def _last(self) -> int:
        return self.design.programme.periods

    def _at(self, name: str, row: Row | None, column: str, what: str, expected: str, fix: str) -> Fault:
        return Fault(self.actuals.place(name, row, column), what, expected, fix)

    # --- what was signed, and what is reported ---

    def _signed(self) -> Iterator[Fault]:
        rows = self.actuals.tables.get("signed", ())
        if not rows:
            yield Fault(self.actuals.place("signed", None), "names no placement", "what was signed", "restore the template")
        known = {
            "iso3": [row.text("iso3") for row in self.inputs.rows("lists/hosts.csv")],
            "sector": [row.text("sector") for row in self.inputs.rows("lists/sectors.csv")],
            "oversight_level": list(self.design.oversight.levels),
        }
        levels: dict[str, str] = {}
        for row in rows:
            for column, names in known.items():
                if row.text(column) not in names:
                    what = f"{row.text(column)!r} is not known"
                    yield self._at("signed", row, column, what, "a name of the plan", did_you_mean(row.text(column), names))
            if levels.setdefault(row.text("iso3"), row.text("oversight_level")) != row.text("oversight_level"):
                what, expected = "has another oversight level than the row above", "one level for each host"
                yield self._at("signed", row, "oversight_level", what, expected, "write the level that was signed")

    def _reports(self) -> Iterator[Fault]:
        before: Row | None = None
        for row in sorted(self.actuals.tables.get("reports", ()), key=lambda one: number(one, "period")):
            period, told = int(number(row, "period")), row.text("reported_to")
            if period > self._last:
                yield self._beyond("reports", row)
            elif told:
                yield from self._report(row, period, told, before)
            elif row["closed"] is True:
                what = f"period {period} is closed and has no day up to which it is reported"
                yield self._at("reports", row, "reported_to", what, "the last day of the period", "fill it in")
            before = row

    def _report(self, row: Row, period: int, told: str, before: Row | None) -> Iterator[Fault]:
        first, last = period_days(self.design.programme, period)
        day = _day(told)
        if day is None:
            yield self._at("reports", row, "reported_to", f"{told!r} is no day", "a date as 2027-03-31", "correct it")
        elif not first <= day <= last:
            what, expected = f"{told} is not in period {period}", f"a day from {first} to {last}"
            yield self._at("reports", row, "reported_to", what, expected, "correct the day or the period")
        elif day > self.today:
            what = f"{told} has not come yet: today is {self.today}"
            yield self._at("reports", row, "reported_to", what, "a day that is over", "report what has happened")
        elif row["closed"] is True and day != last:
            what = f"period {period} is closed and reported to {told} only"
            yield self._at(
                "reports", row, "closed", what, f"reported_to {last}", "leave it open until its figures are whole"
            )
        if period > 1 and (before is None or number(before, "period") != period - 1 or before["closed"] is not True):
            what = f"period {period} is reported and period {period - 1} is not closed"
            yield self._at("reports", row, "period", what, "periods in order", f"close period {period - 1} first")

    def _beyond(self, name: str, row: Row) -> Fault:
        what, expected = f"there is no period {row.text('period')}", f"a period from 1 to {self._last}"
        return self._at(name, row, "period", what, expected, "correct the number")

    # --- every row that holds a figure ---

    def _rows(self) -> Iterator[Fault]:
        for name in MEASURES:
            for row in self.actuals.tables.get(name, ()):
                yield from self._place_of(name, row)
                period = int(number(row, "period"))
                if period > self._last:
                    yield self._beyond(name, row)
                elif is_reported(name, row):
                    yield from self._figures(name, row, period)

    def _place_of(self, name: str, row: Row) -> Iterator[Fault]:
        if "iso3" not in row.cells:
            return
        host = row.text("iso3")
        hosts = [*self._hosts, PROGRAMME_WIDE] if name == "costs" else self._hosts
        if host not in hosts:
            what, expected = f"{host!r} is no host of this pilot", ", ".join(hosts)
            yield self._at(name, row, "iso3", what, expected, did_you_mean(host, hosts, "correct it"))
        elif "sector" in row.cells and (host, row.text("sector")) not in self._placements:
            sectors = sorted(sector for h, sector in self._placements if h == host)
            what, expected = f"{row.text('sector')!r} was not signed in {host}", ", ".join(sectors)
            yield self._at(name, row, "sector", what, expected, did_you_mean(row.text("sector"), sectors, "correct it"))

    def _figures(self, name: str, row: Row, period: int) -> Iterator[Fault]:
        if period not in self._reported:
            first, _ = period_days(self.design.programme, period)
            what = f"period {period} begins on {first}, and today is {self.today}"
            if first <= self.today:
                what = f"period {period} has a figure and is not reported in reports"
            fix = "correct the period, or say in reports until when it is reported"
            yield self._at(name, row, "period", what, "a period that is reported", fix)
        for column in MEASURES[name]:
            value = row[column]
            if is_money(name, column) and isinstance(value, int | float) and not _has_cents(value):
                yield self._at(
                    name, row, column, f"{value!r} has parts of a cent", "two decimals", "round it as the ledger does"
                )
        lead = self.design.programme.lead_periods
        if name in ("people", "pay") and period <= lead and any(number(row, column) for column in MEASURES[name]):
            what, expected = f"nobody can work in period {period}", f"a period from {lead + 1} on: before it is set-up"
            yield self._at(name, row, "period", what, expected, "correct the period")

    def _corrections(self) -> Iterator[Fault]:
        for name in MEASURES:
            seen: dict[tuple[object, ...], set[int]] = {}
            for row in self.actuals.tables.get(name, ()):
                seen.setdefault(key_of(name, row), set()).add(revision(row))
            for row in self.actuals.tables.get(name, ()):
                yield from self._correction(name, row, seen[key_of(name, row)])

    def _correction(self, name: str, row: Row, there: set[int]) -> Iterator[Fault]:
        told = [column for column in CORRECTION[1:] if row[column] is not None]
        count = revision(row)
        if not count:
            if told:
                what, expected = f"{told[0]} is filled in and correction is not", "the number of the correction"
                yield self._at(name, row, "correction", what, expected, "write 1 for the first correction of a figure")
            return
        for column in CORRECTION[1:]:
            if column not in told:
                what, expected = "a correction does not say it", "when, who and why"
                yield self._at(name, row, column, what, expected, "fill it in: the figure it replaces stays beside it")
        day = _day(row.text("corrected_on"))
        if "corrected_on" in told and (day is None or day > self.today):
            what, expected = f"{row.text('corrected_on')!r} is no day up to {self.today}", "the day of the correction"
            yield self._at(name, row, "corrected_on", what, expected, "correct it")
        if count - 1 not in there:
            what, expected = f"correction {count} has no correction {count - 1} before it", "corrections in order"
            yield self._at(name, row, "correction", what, expected, "keep the row that it corrects, and count from 1")

    # --- what must add up ---

    def _people(self) -> Iterator[Fault]:
        rows = sorted(self.actuals.current("people"), key=lambda one: number(one, "period"))
        inside: dict[tuple[str, str], float] = {}
        for row in rows:
            key = (row.text("iso3"), row.text("sector"))
            there = inside.get(key, 0.0) + number(row, "arrivals")
            for column, words in (("leavers", "left"), ("workers", "are employed")):
                if number(row, column) > there + _PEOPLE:
                    what = f"{number(row, column):g} {words}, of {there:g} who were there or arrived"
                    yield self._at("people", row, column, what, f"at most {there:g}", "correct it, or the rows before it")
            inside[key] = max(0.0, there - number(row, "leavers"))

    def _pay(self) -> Iterator[Fault]:
        rows = {(_placed(row), row.text("channel")): row for row in self.actuals.current("pay")}
        for (place, channel), row in rows.items():
            parts = _TOTALS.get(channel)
            if parts is None:
                continue
            found = [rows[place, part] for part in parts if (place, part) in rows]
            total, told = sum(map(_cents, found)), _cents(row)
            if len(found) == len(parts) and total != told:
                what = f"{channel} is {told / 100:,.2f} and its parts add up to {total / 100:,.2f}"
                yield self._at("pay", row, "amount", what, " + ".join(parts), "correct the part that is wrong, or the total")
        employed = {_placed(row): number(row, "workers") for row in self.actuals.current("people")}
        for (place, channel), row in rows.items():
            if channel == "gross_wage" and _cents(row) > 0 and not employed.get(place, 1.0):
                what, expected = "is paid and nobody is employed there in this period", "workers of the period in people"
                yield self._at("pay", row, "amount", what, expected, "enter pay in the period in which the work was done")

    def _escrow(self) -> Iterator[Fault]:
        taxes: dict[tuple[str, int], int] = {}
        for row in self.actuals.current("pay"):
            if row.text("channel") == "income_tax":
                place = (row.text("iso3"), int(number(row, "period")))
                taxes[place] = taxes.get(place, 0) + _cents(row)
        for row in self.actuals.current("escrow"):
            collected = taxes.get((row.text("iso3"), int(number(row, "period"))), 0)
            if row.text("flow") == "tax_verified" and _cents(row) > collected:
                what = f"{_cents(row) / 100:,.2f} of tax is verified and {collected / 100:,.2f} was collected"
                yield self._at("escrow", row, "amount", what, f"at most {collected / 100:,.2f}", "correct one of them")

    # --- names ---

    def _codes(self) -> Iterator[Fault]:
        lines = [row.text("cost_line") for row in self.inputs.rows("estimates/cost_lines.csv") if row["status"] == "current"]
        for row in self.actuals.tables.get("ledger", ()):
            if row.text("cost_line") not in lines:
                what, expected = f"{row.text('cost_line')!r} is no cost line", "a cost line of the plan"
                yield self._at("ledger", row, "cost_line", what, expected, did_you_mean(row.text("cost_line"), lines))
        codes = {**dict.fromkeys(lines), **self.actuals.line_of}
        for row in self.actuals.tables.get("costs", ()):
            if row.text("code") not in codes:
                what, expected = f"{row.text('code')!r} is neither a ledger code nor a cost line", "a code of ledger"
                fix = did_you_mean(row.text("code"), codes, "add it to ledger with its cost line")
                yield self._at("costs", row, "code", what, expected, fix)

    def _funds(self) -> Iterator[Fault]:
        for row in self.actuals.tables.get("funds", ()):
            told, period = row.text("received_on"), int(number(row, "period"))
            if not told or period > self._last:
                continue
            day = _day(told)
            first, last = period_days(self.design.programme, period)
            first = first if period > 1 else dt.date.min  # the first tranche may come before the start
            if day is None or day > self.today:
                what = f"{told!r} is no day up to {self.today}"
                yield self._at("funds", row, "received_on", what, "the day on which it arrived", "correct it")
            elif not first <= day <= last:
                what = f"{told} is not in period {period}"
                yield self._at("funds", row, "received_on", what, f"a day up to {last}", "correct the day or the period")

    def _indicators(self) -> Iterator[Fault]:
        rows = {row.text("indicator"): row for row in self.inputs.rows("facts/results_framework.csv")}
        for row in self.actuals.tables.get("indicators", ()):
            framework = rows.get(row.text("indicator"))
            if framework is None:
                what, expected = "is no indicator of the results framework", "its words there"
                yield self._at("indicators", row, "indicator", what, expected, did_you_mean(row.text("indicator"), rows))
            elif framework.text("unit") == "share" and not 0.0 <= number(row, "value") <= 1.0:
                what = f"{number(row, 'value'):g} is no share"
                yield self._at("indicators", row, "value", what, "a number from 0 to 1", "write 0.95 for 95 %")

    def _commitments(self) -> Iterator[Fault]:
        for row in self.actuals.tables.get("commitments", ()):
            first, last = int(number(row, "first_period")), int(number(row, "last_period"))
            if not first <= last <= self._last:
                what, expected = f"runs from period {first} to {last}", f"periods in order, up to {self._last}"
                yield self._at("commitments", row, "last_period", what, expected, "correct the periods")
            host, sector = row.text("iso3"), row.text("sector")
            if host not in self._hosts:
                what = f"{host!r} is no host of this pilot"
                yield self._at("commitments", row, "iso3", what, ", ".join(self._hosts), "correct it")
            elif row.text("item") == "workers" and (host, sector) not in self._placements:
                what = f"{sector!r} was not signed in {host}"
                yield self._at("commitments", row, "sector", what, "a placement of signed", "correct it")

    # --- what is missing of a period that is closed ---

    def _missing(self) -> Iterator[Fault]:
        closed = {int(number(row, "period")) for row in self.actuals.tables.get("reports", ()) if row["closed"] is True}
        first = self.design.programme.lead_periods + 1
        there = {(name, key_of(name, row)) for name in MEASURES for row in self.actuals.current(name)}
        parts = (*PARTS_OF_GROSS, *PARTS_OF_CONTRACT[1:])
        for t in sorted(one for one in closed if one <= self._last):
            wanted: list[tuple[str, tuple[object, ...]]] = []
            if t >= first:
                wanted += [("people", (*place, t)) for place in sorted(self._placements)]
                wanted += [("pay", (*place, t, part)) for place in sorted(self._placements) for part in parts]
            wanted += [("escrow", (host, t, flow)) for host in self._hosts for flow in ("deposits", "tax_verified")]
            wanted += [("oversight", (host, t)) for host in self._hosts]
            for name, key in wanted:
                if (name, key) not in there:
                    yield self._not_there(name, key, t)
        for name in ("people", "oversight"):
            for row in self.actuals.current(name):
                empty = [column for column in MEASURES[name] if row[column] is None]
                if number(row, "period") in closed and empty:
                    what, fix = "is empty in a period that is closed", "fill it in; write 0 for none"
                    yield self._at(name, row, empty[0], what, "a figure", fix)

    def _not_there(self, name: str, key: tuple[object, ...], t: int) -> Fault:
        row = next((one for one in self.actuals.tables.get(name, ()) if key_of(name, one) == key), None)
        what = f"period {t} is closed and {'.'.join(str(one) for one in key)} has no figure"
        fix = "fill it in (0 for none), or leave the period open"
        return self._at(name, row, MEASURES[name][0], what, "every figure of a period that is closed", fix)


def _placed(row: Row) -> tuple[str, str, int]:
    return row.text("iso3"), row.text("sector"), int(number(row, "period"))


def _cents(row: Row) -> int:
    return round(number(row, "amount") * 100)


def _has_cents(value: float) -> bool:
    """Whether the shortest decimal that reads back as this number has two decimals at most."""
    return (Fraction(repr(value)) * 100).denominator == 1


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
