"""Writes a form as a workbook: its sheets with live sums, and below them the lines of the budget that they add up."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal

from pilot_planner.exports.forms.form_rows import Grid, Shown, filled, make_grid
from pilot_planner.exports.forms.form_schema import SEEN, Column, Dimension, Form, Sheet
from pilot_planner.exports.forms.ledger import COST, Ledger, partners
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.workbook.budget_sheet import SHARE_OF
from pilot_planner.exports.workbook.cell_formats import FINE_SHARE, MONEY, SHARE, TEXT, Looks, money_format
from pilot_planner.exports.workbook.formula_cells import Cell, Live, cell, same, span, total
from pilot_planner.exports.workbook.page import Page, brief
from pilot_planner.reports.safe_workbook import new_book

LINES = "Lines"
_KEYS: tuple[Dimension, ...] = (
    "measure", "line", "heading", "host", "year", "quarter", "category", "result", "partner", "asked",
)  # fmt: skip
_HEADS = ("Measure", "Line", "Heading", "Host", "Year", "Quarter", "UN cat.", "Output", "Partner", "Admitted")
_WHAT, _UNIT, _QUANTITY, _PRICE, _AMOUNT = range(len(_KEYS), len(_KEYS) + 5)
_STYLES = {"row": "row", "head": "accent", "total": "total", "part": "total", "grand": "grand", "note": "grey"}
_MONEY_KINDS = ("amount", "across", "less")


def form_bytes(dossier: Dossier, form: Form, ledger: Ledger, words: Mapping[str, str], file: str) -> bytes:
    """The workbook of a form. Raises InputError where the form names what does not exist."""
    made = io.BytesIO()
    grids = [make_grid(dossier, sheet, ledger, words, file) for sheet in form.sheets]
    with new_book(made) as book:
        book.set_properties(
            {
                "title": brief(f"{form.title}: {dossier.title}", 200), "subject": f"Plan {dossier.plan.plan_id}",
                "author": brief(dossier.terms.organisation.name, 200), "comments": dossier.notice,
                "created": dt.datetime.combine(dossier.made_on, dt.time()),
            }
        )  # fmt: skip
        looks = Looks(book)
        sheets = [book.add_worksheet(sheet.name) for sheet in form.sheets]
        lines = _Lines(dossier, ledger, Page(book.add_worksheet(LINES), looks, _LINE_WIDTHS, True, _footer(dossier)))
        lines.write()
        for sheet, grid, target in zip(form.sheets, grids, sheets, strict=True):
            page = Page(target, looks, [one.width for one in grid.columns], sheet.landscape, _footer(dossier))
            _Sheet(dossier, form, sheet, grid, lines, page, words).write()
    return made.getvalue()


_LINE_WIDTHS = (8, 22, 8, 6, 5, 7, 7, 7, 7, 8, 40, 16, 13, 13, 14)


def _footer(dossier: Dossier) -> str:
    return f"Plan {dossier.plan.plan_id}" + (" – DRAFT, not for publication" if dossier.terms.has_examples else "")


class _Lines:
    """The sheet of entries, and sums over it as formulas."""

    def __init__(self, dossier: Dossier, ledger: Ledger, page: Page) -> None:
        self.dossier, self.ledger, self.page = dossier, ledger, page
        self.columns: dict[int, list[Cell]] = {}
        self.digits = max(0, -int(ledger.step.as_tuple().exponent))
        self.money = money_format(self.digits)

    def write(self) -> None:
        page, ledger = self.page, self.ledger
        note = (
            f"{ledger.currency}, rounded once. Yellow cells may be changed: the form follows. Partners: "
            f"{'; '.join(f'{code} {brief(name, 80)}' for code, name in partners(self.dossier).items())}."
        )
        page.title("What the form adds up: every line of the budget, by host and year", note)
        heads = [*_HEADS, "What", "Unit", "Quantity", "Unit cost", f"Amount, {ledger.currency}"]
        page.keep(page.heads(heads, _QUANTITY), 2)
        for one in ledger.entries:
            for column, key in enumerate(_KEYS):
                self._keep(column, page.put(column, one.keys.get(key, ""), TEXT, "row", "grey"))
            page.put(_WHAT, one.what, TEXT, "row", "wrap")
            page.tall([(one.what, _WHAT)])
            page.put(_UNIT, SHARE_OF.get(one.unit, one.unit).replace("USD", ledger.currency), TEXT, "row", "grey")
            self._keep(_QUANTITY, page.put(_QUANTITY, one.quantity, MONEY, "row", "input"))
            # What this amount would be for one unit, so that quantity x unit cost is the amount to its last digit.
            price = float(one.amount) / one.quantity if one.quantity else 0.0
            product = Decimal(repr(one.quantity * price)).quantize(ledger.step)
            unit_cost = page.put(_PRICE, price, "#,##0.00####", "row", "input")
            amount: float | Live = float(one.amount)
            if one.quantity and product == one.amount:
                left = self.columns[_QUANTITY][-1]
                amount = Live(f"ROUND({left.formula}*{unit_cost.formula},{self.digits})", float(one.amount))
            look = () if isinstance(amount, Live) else ("input",)
            self._keep(_AMOUNT, page.put(_AMOUNT, amount, self.money, "row", *look))
            page.next()
        page.close()

    def _keep(self, column: int, one: Cell) -> None:
        self.columns.setdefault(column, []).append(one)

    def sum_of(self, keys: Mapping[Dimension, str], quantities: bool = False) -> Live:
        """The amounts, or quantities, of the entries with some keys."""
        keys = {"measure": COST, **keys}
        chosen = [one for one in self.ledger.entries if keys.items() <= one.keys.items()]
        tests = "".join(
            f',{span(self.columns[_KEYS.index(key)])},"{value.replace(chr(34), chr(34) * 2)}"' for key, value in keys.items()
        )
        value = float(sum((Decimal(repr(one.quantity)) if quantities else one.amount for one in chosen), Decimal(0)))
        return Live(f"SUMIFS({span(self.columns[_QUANTITY if quantities else _AMOUNT])}{tests})", value, atom=True)


class _Sheet:
    """One sheet of a form. Cells may refer to later ones, so that each is worked out when it is first asked for."""

    def __init__(
        self, dossier: Dossier, form: Form, sheet: Sheet, grid: Grid, lines: _Lines, page: Page, words: Mapping[str, str]
    ) -> None:
        self.dossier, self.form, self.sheet, self.grid, self.lines, self.page = dossier, form, sheet, grid, lines, page
        self.words = words
        self.places = {column.id: place for place, column in enumerate(grid.columns)}
        self.known: dict[tuple[int, str], Live | None] = {}
        self.top = 0

    def write(self) -> None:
        page, sheet = self.page, self.sheet
        page.title(filled(sheet.title, self.words), filled(sheet.note, self.words))
        page.paragraph(self.dossier.notice, "gate")
        form = self.form
        page.paragraph(f"Form: {form.publisher}, {form.model}. {form.address}. {SEEN[form.seen]} {form.not_seen}".strip())
        page.next()
        columns = self.grid.columns
        numeric = [place for place, one in enumerate(columns) if one.kind not in ("text", "unit", "open")]
        heads = [one.head for one in columns]
        head = page.heads(heads, min(numeric, default=len(columns)), max(numeric, default=0))
        page.tall([(text, place) for place, text in enumerate(heads)], head)
        self.top = page.row
        page.keep(head, 1)
        for place, shown in enumerate(self.grid.rows):
            self._row(place, shown)
        self._check()
        page.close()

    def _row(self, place: int, shown: Shown) -> None:
        page, style = self.page, _STYLES[shown.kind]
        texts = []
        for at, column in enumerate(self.grid.columns):
            words = shown.words.get(column.id, "")
            if column.kind == "unit" and shown.unit:
                words = SHARE_OF.get(shown.unit, shown.unit)
                words = SHARE_OF.get(self._driver(shown), "share") if shown.is_share else words
                words = words.replace("USD", self.lines.ledger.currency)
            look = ("indent",) if at and column.kind == "text" else ()
            live = None if words else self.live(place, column.id)
            if live is None:
                open_cell = ("input",) if column.kind == "open" and shown.kind == "row" else ()
                page.put(at, words or None, TEXT, style, "wrap", *look, *open_cell)
                texts.append((words, at))
            else:
                page.put(at, live, self._format(shown, column), style)
        page.tall(texts)
        page.next()

    def _driver(self, shown: Shown) -> str:
        line = (shown.keys or {}).get("line")
        return next((one.driver for one in self.dossier.budget.lines if one.cost_line == line), "")

    def _format(self, shown: Shown, column: Column) -> str:
        if shown.share or column.kind == "share":
            return FINE_SHARE if shown.share else SHARE
        if column.kind == "value" and shown.is_share:
            return FINE_SHARE
        return MONEY if column.kind in ("units", "value") else self.lines.money

    def at(self, place: int, column: str) -> Cell | None:
        """The cell of a row and column as other formulas see it; None where it is empty."""
        live = self.live(place, column)
        return None if live is None else cell(self.page.name, self.top + place, self.places[column], live.value)

    def live(self, place: int, name: str) -> Live | None:
        key = (place, name)
        if key not in self.known:
            self.known[key] = self._made(place, self.grid.rows[place], self.grid.columns[self.places[name]])
        return self.known[key]

    def _made(self, place: int, shown: Shown, column: Column) -> Live | None:
        if shown.kind in ("head", "note") or column.kind in ("text", "unit", "open"):
            return None
        if column.kind == "amount":
            return self._amount(place, shown, column)
        if column.kind == "units":
            return self.lines.sum_of({**shown.keys, **column.where}, True) if shown.keys and shown.unit else None
        others = [self.at(place, one) for name in column.of for one in self.places if one.split(":")[0] == name]
        found = [one for one in others if one is not None]
        if not found:
            return None
        if column.kind == "across":
            return self._exact(total(found))
        if column.kind == "less":
            return self._exact(found[0] - total(found[1:]) if found[1:] else found[0])
        if column.kind == "value":
            return found[0].over(found[1]) if len(found) > 1 else None
        whole = self.at(self.grid.by_id[column.to][0], column.of[0])
        return None if whole is None or shown.share else found[0].over(whole)

    def _amount(self, place: int, shown: Shown, column: Column) -> Live | None:
        if shown.share:
            first, second = (self.at(one, column.id) for one in shown.share)
            return first.over(second) if first is not None and second is not None else None
        if shown.keys is not None:
            if any(shown.keys.get(key, value) != value for key, value in column.where.items() if key != "measure"):
                return None
            return self.lines.sum_of({**shown.keys, **column.where})
        parts = [place + one if one < 0 else one for one in shown.sums]
        found = [one for part in parts if (one := self.at(part, column.id)) is not None]
        away = [one for part in shown.less if (one := self.at(part, column.id)) is not None]
        if not found and not (shown.row.sum or shown.kind == "part"):
            return None
        return self._exact(total(found) - total(away) if away else total(found))

    def _exact(self, live: Live) -> Live:
        """A sum without the noise of floating-point numbers."""
        return Live(live.formula, round(live.number, self.lines.digits), live.atom)

    def _check(self) -> None:
        """That the form adds up to the plan."""
        if not self.sheet.total:
            return
        page, name = self.page, "total"
        whole = self.at(self.grid.by_id[self.sheet.total][0], name)
        if whole is None:
            return
        page.next()
        page.put(0, f"Equal to all lines of the sheet {LINES}", TEXT, "grey")
        everything = self.lines.sum_of({})
        page.put(self.places[name], same(whole, everything, "differs"), TEXT, "bold", "right")
        page.next()
