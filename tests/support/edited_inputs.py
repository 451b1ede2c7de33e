"""Edits of a folder of inputs: one cell, one row, one file. Each returns the row it touched, as a spreadsheet counts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

Edit = Callable[[Path], int]


def _rows(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))


def _write(file: Path, rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


def row_of(file: Path, key: tuple[str, ...], status: str = "current") -> int:
    """The row of a file that begins with ``key`` and, where the file has that column, has that status."""
    header, *rows = _rows(file)
    for number, row in enumerate(rows, start=2):
        if tuple(row[: len(key)]) == key and ("status" not in header or row[header.index("status")] == status):
            return number
    raise KeyError(key)


def cell(path: str, key: tuple[str, ...], column: str, value: str, status: str = "current") -> Edit:
    """Put ``value`` into one cell of the row that begins with ``key``."""

    def edit(folder: Path) -> int:
        file = folder / path
        number, rows = row_of(file, key, status), _rows(file)
        rows[number - 1][rows[0].index(column)] = value
        _write(file, rows)
        return number

    return edit


def copied_row(path: str, key: tuple[str, ...], **changes: str) -> Edit:
    """Repeat a row at the end of its file with other values in some cells."""

    def edit(folder: Path) -> int:
        file = folder / path
        rows = _rows(file)
        row = list(rows[row_of(file, key) - 1])
        for column, value in changes.items():
            row[rows[0].index(column)] = value
        _write(file, [*rows, row])
        return len(rows) + 1

    return edit


def row_cells(path: str, key: tuple[str, ...], change: Callable[[list[str]], list[str]]) -> Edit:
    """Change the list of cells of one row."""

    def edit(folder: Path) -> int:
        file = folder / path
        number, rows = row_of(file, key), _rows(file)
        rows[number - 1] = change(rows[number - 1])
        _write(file, rows)
        return number

    return edit


def columns(path: str, change: Callable[[list[str]], list[str]]) -> Edit:
    """Apply one change of the list of cells to the header and to every row."""

    def edit(folder: Path) -> int:
        file = folder / path
        _write(file, [change(row) for row in _rows(file)])
        return 1

    return edit


def content(path: str, change: Callable[[bytes], bytes]) -> Edit:
    """Change the bytes of a file; the row returned is its last."""

    def edit(folder: Path) -> int:
        file = folder / path
        file.write_bytes(change(file.read_bytes()))
        return file.read_bytes().count(b"\n")

    return edit


def removed(path: str) -> Edit:
    def edit(folder: Path) -> int:
        (folder / path).unlink()
        return 0

    return edit
