"""What happened after a plan was signed, as rows of a folder of CSV files (``actuals_package.json`` describes them).

A template has a row for every figure that a plan has; a row without a figure has not been reported yet. A figure that was
wrong is corrected by a row of its own, with a number, a day, a name and a reason: the last one counts, all of them stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from pilot_planner.data.datapackage import Package, Table, read_package, shipped_package
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.reading import ReadTable, Row, read_table
from pilot_planner.errors import Fault, Place

PREFIX = "actuals/"
"""Stands before their files among the tables of inputs."""
CORRECTION = ("correction", "corrected_on", "corrected_by", "why")
MEASURES: Mapping[str, tuple[str, ...]] = {
    "people": ("arrivals", "leavers", "workers"),
    "pay": ("amount",),
    "escrow": ("amount",),
    "oversight": (
        "inspectors",
        "visits_asked",
        "visits_made",
        "diversion_found",
        "grievances",
        "protection_cases",
    ),
    "costs": ("amount",),
    "funds": ("amount",),
    "indicators": ("value",),
}
"""Columns of each table that hold what was measured. A row in which all of them are empty has not been reported."""
PARTS_OF_GROSS = ("income_tax", "host_tax", "employee_contributions", "card", "in_kind", "family")
PARTS_OF_CONTRACT = ("gross_wage", "employer_contributions", "foreign_worker_fee", "programme_levy")


@cache
def actuals_package() -> Package:
    """The structure of a folder of actuals."""
    return read_package(package_file())


def package_file() -> Path:
    """The description of the tables, as other programs read it too."""
    return Path(__file__).with_name("actuals_package.json")


@cache
def table_named(name: str) -> Table:
    """A table by its name, such as ``people``."""
    return actuals_package().table(f"{name}.csv")


def table_at(path: str) -> Table:
    """A table by its path among those of inputs, actuals included."""
    if path.startswith(PREFIX):
        return actuals_package().table(path.removeprefix(PREFIX))
    return shipped_package().table(path)


@dataclass(frozen=True)
class Actuals:
    """Everything that was entered.

    Attributes:
        origin: the folder or workbook, as the user would name it.
        tables: every row of every table, corrected ones and empty ones included, by the table's name.
        between: what stands between ``origin`` and the name of a table in messages, and behind it.
    """

    origin: str
    tables: Mapping[str, tuple[Row, ...]]
    between: tuple[str, str] = ("/", ".csv")

    def place(self, name: str, row: Row | None, column: str | None = None) -> Place:
        """Where a cell stands."""
        before, behind = self.between
        return Place(f"{self.origin}{before}{name}{behind}", None if row is None else row.number, column)

    @cached_property
    def _current(self) -> dict[str, tuple[Row, ...]]:
        return {name: tuple(self._last(name)) for name in MEASURES}

    def current(self, name: str) -> tuple[Row, ...]:
        """The rows that count: reported, and of each key the last correction."""
        return self._current[name]

    def _last(self, name: str) -> Iterator[Row]:
        found: dict[tuple[object, ...], Row] = {}
        for row in self.tables.get(name, ()):
            if is_reported(name, row):
                key = key_of(name, row)
                if key not in found or revision(row) > revision(found[key]):
                    found[key] = row
        yield from found.values()

    @cached_property
    def over(self) -> int:
        """Number of the last period whose figures are whole; 0 where none is. Periods close in order."""
        closed = {int(number(row, "period")) for row in self.tables.get("reports", ()) if row["closed"] is True}
        last = 0
        while last + 1 in closed:
            last += 1
        return last

    @cached_property
    def reported(self) -> int:
        """Number of the last period of which anything is reported, in part or whole."""
        rows = self.tables.get("reports", ())
        return max((int(number(row, "period")) for row in rows if row["reported_to"] is not None), default=0)

    @cached_property
    def line_of(self) -> dict[str, str]:
        """Cost line by ledger code."""
        return {row.text("code"): row.text("cost_line") for row in self.tables.get("ledger", ())}

    def corrections(self) -> list[tuple[str, Row]]:
        """Every correction with the name of its table, in the order in which they stand there."""
        return [(name, row) for name in MEASURES for row in self.tables.get(name, ()) if revision(row)]

    def as_inputs(self) -> dict[str, tuple[Row, ...]]:
        """The tables by the path that they have among those of inputs."""
        return {f"{PREFIX}{name}.csv": rows for name, rows in self.tables.items()}


def with_actuals(inputs: Inputs, actuals: Actuals) -> Inputs:
    """Inputs that know what has happened: whatever is asked of a design on them is asked of what is left of it."""
    return replace(inputs, tables={**inputs.tables, **actuals.as_inputs()})


def of_inputs(tables: Mapping[str, tuple[Row, ...]], origin: str) -> Actuals | None:
    """The actuals among the tables of inputs; None where there are none."""
    found = {
        path.removeprefix(PREFIX).removesuffix(".csv"): rows for path, rows in tables.items() if path.startswith(PREFIX)
    }
    return Actuals(f"{origin}/{PREFIX.rstrip('/')}", found) if found else None


def read_actuals(folder: Path) -> tuple[Actuals, list[Fault]]:
    """Read a folder. Faults of the text itself are returned; what it means is for others to check."""
    read = [read_table(folder, table, actuals_package()) for table in actuals_package().tables]
    faults = [
        replace(fault, fix="restore it from the template that 'pilot-planner actuals new' writes")
        if fault.what == "is missing"
        else fault
        for table in read
        for fault in table.faults
    ]
    return actuals_of(read, folder.as_posix()), faults


def actuals_of(read: Sequence[ReadTable], origin: str, between: tuple[str, str] = ("/", ".csv")) -> Actuals:
    """Actuals of tables that were read."""
    return Actuals(origin, {one.table.stem: one.rows for one in read}, between)


def is_reported(name: str, row: Row) -> bool:
    """Whether a row holds any figure."""
    return any(row[column] is not None for column in MEASURES[name])


def key_of(name: str, row: Row) -> tuple[object, ...]:
    """What a row is about, whichever correction it is."""
    return tuple(row[column] for column in key_columns(name))


def key_columns(name: str) -> tuple[str, ...]:
    """Columns that say what a row is about."""
    return tuple(column for column in table_named(name).unique[0] if column != "correction")


def revision(row: Row) -> int:
    """0 as first entered, then the number of the correction."""
    value = row.cells.get("correction")
    return int(value) if isinstance(value, int | float) else 0


def number(row: Row, column: str) -> float:
    """A cell as a number; 0 where it is empty."""
    value = row.cells.get(column)
    return float(value) if isinstance(value, int | float) else 0.0


def is_money(name: str, column: str) -> bool:
    """Whether a measure is an amount of USD, which has cents and no more."""
    return column == "amount" or (name, column) == ("oversight", "diversion_found")
