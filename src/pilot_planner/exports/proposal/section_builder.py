"""What every section of a proposal draws on: the dossier, marks, names and numbers in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from pilot_planner.data.reading import Row as InputRow
from pilot_planner.exports.currency import one_in_currency, step
from pilot_planner.exports.proposal.blocks import Column, Figure, Mark, Paragraph, Part, Row, Strong, Table, Text, text
from pilot_planner.exports.proposal.source_marks import WEAK, Marks
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.rounding import rounded_to_sum
from pilot_planner.figures.plan.workforce_over_time import period_word
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import EN_DASH, NBSP, inline, listed, minus, shown
from pilot_planner.text.names import host_names, metric_unit, sector_names

TO_REPLACE = "C, to be replaced"
"""How grade C is printed beside a figure."""
_KEY_IN_BRACKETS = re.compile(r" \((?:limits|floors|programme|pay|tax|oversight)\.[\w.]+\)")
_EXAMPLE_NAME = re.compile(r"^<([\w ,'-]+)>$")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the evidence with the mark of its source."""

    low: float | None
    base: float | None
    high: float | None
    mark: Mark

    @property
    def value(self) -> float:
        return next((one for one in (self.base, self.low, self.high) if one is not None), math.nan)


class Draft:
    """A proposal in the making: sections ask it for figures, words and marks."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.plan: Plan = dossier.plan
        self.marks = Marks(dossier.plan)
        self.hosts = host_names(self.plan.inputs)
        self.sectors = {key: inline(name) for key, name in sector_names(self.plan.inputs).items()}

    # --- figures of the plan ---

    def value(self, name: str) -> float:
        """A metric or ratio; 0 where it is not defined."""
        found = self.plan.metrics.get(name, self.plan.ratios.get(name))
        return 0.0 if found is None else found

    def figure(self, name: str) -> tuple[Part, ...]:
        """A metric or ratio as it is read, with the mark that leads to its sources: ``19.6 m USD [F3]``."""
        return (self.told_value(name), " ", self.marks.figure(name))

    def told_value(self, name: str) -> str:
        """A metric or ratio as it is read; a dash where it is not defined."""
        defined = self.plan.metrics.get(name, self.plan.ratios.get(name))
        return amount(defined, metric_unit(name) or ("share" if name.endswith("_share") else "persons"))

    def source(self, source_id: str, grade: str = "") -> tuple[Part, ...]:
        """The mark of a source, with a blank before it."""
        return (" ", self.marks.source(source_id, grade))

    # --- facts of the evidence ---

    @cached_property
    def _facts(self) -> dict[str, InputRow]:
        return {row.text("fact_id"): row for row in self.plan.inputs.rows("facts/seed_facts.csv")}

    def fact(self, fact_id: str) -> Fact | None:
        """A fact by its id; None where the inputs do not hold it."""
        row = self._facts.get(fact_id)
        if row is None:
            return None
        low, base, high = (_number(row[name]) for name in ("low", "base", "high"))
        return Fact(low, base, high, self.marks.source(row.text("source_id")))

    def told(self, ids: str, *parts: str) -> Text:
        """A sentence on facts, or nothing where one of them is missing.

        ``{P007}`` in a part is the fact's number, ``{P029-}`` its range; the sources are marked at the end.
        """
        facts = {one: self.fact(one) for one in ids.split()}
        if any(fact is None for fact in facts.values()):
            return ()
        known = {one: fact for one, fact in facts.items() if fact is not None}

        def put(found: re.Match[str]) -> str:
            fact = known[found[1]]
            if found[2]:
                return f"{fact.low or 0:,.0f}–{fact.high or 0:,.0f}"
            if abs(fact.value) >= 1e6:
                return f"{fact.value / 1e6:,.0f} m"
            return f"{fact.value:,.0f}" if abs(fact.value) >= 1 or fact.value == 0 else f"{100 * fact.value:,.0f} %"

        words = [re.sub(r"\{([PV]\d+)(-?)\}", put, part) for part in parts]
        marks = list(dict.fromkeys(fact.mark for fact in known.values()))
        return text("".join(words), *(part for mark in marks for part in (" ", mark)))

    # --- names ---

    def host(self, iso3: str) -> str:
        return self.hosts.get(iso3, iso3)

    def sector(self, sector: str) -> str:
        return self.sectors.get(sector, sector.replace("_", " "))

    @property
    def host_list(self) -> str:
        return listed([host.name for host in self.plan.hosts])

    @property
    def period(self) -> str:
        """``quarter``, ``month`` ...: what one period of the plan is."""
        return period_word(self.plan)

    def in_labels(self, words: str) -> str:
        """A sentence that was written for analysts, without the keys of settings that it gives in brackets."""
        return _KEY_IN_BRACKETS.sub("", words)

    def body(self, name: str, fallback: str) -> str:
        """A body of the terms; one that stands in angle brackets is an example and still to be named."""
        return body_name(name) or fallback

    # --- money and weight of evidence ---

    @property
    def prices(self) -> str:
        """``USD, prices of 2026``."""
        return f"USD, prices of {self.plan.design.programme.price_year}"

    @property
    def other_currency(self) -> bool:
        return self.dossier.terms.currency.code != "USD"

    def in_other(self, amounts: Sequence[Decimal], total: Decimal) -> list[Decimal]:
        """Amounts in the currency of the terms, in its minor units, so that they add up to the converted total."""
        currency = self.dossier.terms.currency
        whole, rate = one_in_currency(total, currency), Decimal(str(currency.per_usd))
        return rounded_to_sum([float(amount * rate) for amount in amounts], step(currency), whole)

    @cached_property
    def weak_cost_share(self) -> float:
        """Share of the operating cost on unit costs of grade C."""
        budget = self.dossier.budget
        weak = sum((line.amount for line in budget.lines if line.grade == WEAK), Decimal(0))
        return float(weak / budget.total) if budget.total else 0.0

    @cached_property
    def weak_income_share(self) -> float:
        """Share of worker income on wages of grade C."""
        weak = {(one.iso3, one.sector) for one in self.plan.placements if one.wage_grade == WEAK}
        flows = [row for row in self.plan.accounts.flows if row.channel in ("card", "in_kind", "family")]
        total = sum((row.amount_usd for row in flows), Decimal(0))
        on_weak = sum((row.amount_usd for row in flows if (row.iso3, row.sector) in weak), Decimal(0))
        return float(on_weak / total) if total else 0.0

    # --- blocks ---

    def picture(self, key: str, headline: str, summary: str, drawing: Any, width: int = 660) -> Figure:
        """A figure: its finding is the caption, its content in words the alternative text."""
        return Figure(key, text_of(headline), text_of(summary), drawing, width)


def body_name(name: str) -> str:
    """The name of a body; ``<Donor>`` is an example and reads ``Donor (to be named)``."""
    found = _EXAMPLE_NAME.match(name.strip())
    return f"{found[1]} (to be named)" if found else name


def text_of(sentence: str) -> str:
    """A caption with its full stop, or an alternative text, made harmless."""
    words = "".join(part for part in text(sentence) if isinstance(part, str)).strip()
    return words if not words or words.endswith((".", "!", "?")) else f"{words}."


def amount(value: float | None, unit: str) -> str:
    """A figure with its unit; nothing is ``0 USD`` and not ``0.00 USD``."""
    return f"0{NBSP}USD" if unit == "USD" and value is not None and abs(value) < _NO_CENT else shown(value, unit)


_NO_CENT = 0.005


def cents(amount: Decimal | float) -> str:
    """``1,234.50``: to the cent, with a true minus."""
    return minus(f"{amount:,.2f}")


def quantity(number: float) -> str:
    """``30,610.4``: as many digits as mean something, never an exponent."""
    if abs(number - round(number)) < _WHOLE or abs(number) >= _LARGE:
        return minus(f"{number:,.0f}")
    if abs(number) >= _HUNDRED:
        return minus(f"{number:,.1f}")
    return minus(f"{number:,.3g}" if abs(number) >= 1 else f"{number:,.4f}".rstrip("0"))


_LARGE, _HUNDRED = 1e5, 100.0
_WHOLE = 1e-6


def grade(letter: str) -> str:
    """A grade as it is printed."""
    return TO_REPLACE if letter == WEAK else letter


def day(date: Any) -> str:
    """``1 January 2027``."""
    return f"{date.day}{NBSP}{_MONTHS[date.month - 1]} {date.year}"


def month(date: Any) -> str:
    """``January 2027``."""
    return f"{_MONTHS[date.month - 1]} {date.year}"


def spaced(marks: Iterable[Mark]) -> tuple[Part, ...]:
    """Marks with blanks between them."""
    found: list[Part] = []
    for mark in marks:
        found += [" ", mark] if found else [mark]
    return tuple(found)


def together(marks: Iterable[Mark]) -> tuple[Part, ...]:
    """Marks in order, three or more in a row as ``[S8]–[S12]``."""
    found: list[Part] = []
    rows: list[list[Mark]] = []
    for mark in marks:
        if rows and int(rows[-1][-1].key[1:]) + 1 == int(mark.key[1:]):
            rows[-1].append(mark)
        else:
            rows.append([mark])
    for row in rows:
        found += [" "] if found else []
        found += [row[0], EN_DASH, row[-1]] if len(row) > _RUN else list(spaced(row))
    return tuple(found)


_RUN = 2


def paragraph(*sentences: str | Part | Text | Iterable[Part], kind: Any = "body") -> Paragraph:
    """A paragraph of sentences; empty ones fall away."""
    found: list[Part] = []
    for sentence in sentences:
        words = text(sentence) if not isinstance(sentence, (Mark, Strong)) else (sentence,)
        if words:
            ends_open = found and isinstance(found[-1], str) and found[-1].endswith(" ")
            found += [" ", *words] if found and not ends_open else [*words]
    return Paragraph(tuple(found), kind)


def table(
    caption: str,
    columns: Sequence[tuple[str, float] | tuple[str, float, bool]],
    rows: Iterable[Row | Sequence[str | Text | tuple[Part, ...]]],
    note: str | Text = (),
    small: bool = False,
) -> Table:
    """A table; a column is its title, its width and whether it holds numbers; a plain row is its cells."""
    made = tuple(row if isinstance(row, Row) else line(*row) for row in rows)
    heads = tuple(Column(one[0], one[1], len(one) > 2 and bool(one[2])) for one in columns)
    return Table(caption, heads, made, text(note), small=small)


def line(*cells: str | Text | tuple[Part, ...], kind: Any = "plain", anchor: str = "") -> Row:
    """A row of cells."""
    return Row(tuple(text(cell) for cell in cells), kind, anchor)


def _number(value: Any) -> float | None:
    try:
        return None if value in (None, "") else float(value)
    except (TypeError, ValueError):
        return None
