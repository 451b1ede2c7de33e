"""The one way in which Excel workbooks are written: nothing that a file says is ever taken for a formula or an address."""

from __future__ import annotations

import io
from typing import Any

LONGEST_CELL = 32_000
"""Characters; Excel holds 32,767."""


def new_book(made: io.BytesIO) -> Any:
    """An xlsxwriter workbook that writes every text as a text. Use it in a ``with``; ``made`` holds the file after it."""
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(made, options)


def cell_name(row: int, column: int) -> str:
    """``B3`` for row 2, column 1: both count from 0."""
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    letters = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
