"""Results as pandas tables by name: typed columns, with their units in ``attrs``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pilot_planner.text.names import UNITS

if TYPE_CHECKING:
    import pandas as pd

Rows = Sequence[Mapping[str, Any]]
_PERSONS = ("workers", "arrivals", "worker_cap")
_MONEY = ("opening", "deposits", "pay", "contributions_and_fees", "levy", "tax_released", "tax_returned", "payments")
_UNITS = (
    dict.fromkeys(_PERSONS, "persons")
    | dict.fromkeys((*_MONEY, "closing", "held_tax", "donors", "employers", "state"), "USD")
    | {"months": "months", "inspectors": "full-time equivalents", "loss_share": "share", "chance": "share"}
)
"""Of columns that are no metric or ratio; where a row has a column ``unit``, its amounts are in that."""
_TRUTH = {"true": True, "false": False}


class Tabled:
    """A result that is had as pandas tables."""

    __slots__ = ()

    def row_sources(self) -> Mapping[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        raise NotImplementedError

    def table(self, name: str = "") -> pd.DataFrame:
        """A table by its name, the main one without. ``attrs["units"]`` has the unit of each column that has one.

        Amounts of money are floats, what is not known is NaN or None, lists are texts. Raises KeyError, which lists the
        names, for one that there is not.
        """
        sources = self.row_sources()
        wanted = name or next(iter(sources))
        if wanted not in sources:
            raise KeyError(f"there is no table {wanted!r}; there are {', '.join(sources)}")
        return as_table(sources[wanted](), self.units_of(wanted))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return {name: self.table(name) for name in self.row_sources()}

    def units_of(self, name: str) -> Mapping[str, str]:  # others have units by table
        """Units of columns of a table that their names alone do not tell."""
        return {}


def as_table(rows: Rows, units: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Rows as a table with a type for each column."""
    import pandas as pd

    table = pd.DataFrame([{key: _plain(value) for key, value in row.items()} for row in rows])
    for column in table.columns:
        values = [value for value in table[column].tolist() if value is not None and value == value]  # no NaN
        if values and len(values) == len(table) and all(isinstance(value, str) and value in _TRUTH for value in values):
            table[column] = table[column].map(_TRUTH).astype(bool)
        elif values and table[column].dtype == object and all(_is_number(value) for value in values):
            table[column] = table[column].astype(float)
    known = units or {}
    found = {column: known.get(column) or unit_of(str(column)) for column in table.columns}
    table.attrs["units"] = {column: unit for column, unit in found.items() if unit}
    return table


def unit_of(column: str) -> str:
    """Unit of a column by its name; empty where it has none, or its rows say it."""
    return "USD" if column.endswith("_usd") else UNITS.get(column, _UNITS.get(column, ""))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple | list):
        return "; ".join(map(str, value))
    return json.dumps(value, default=str) if isinstance(value, Mapping) else value


__all__ = ["Rows", "Tabled", "as_table", "unit_of"]
