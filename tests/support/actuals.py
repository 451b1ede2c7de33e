"""Folders of actuals that a test may break: the template of a plan, and edits of its cells."""

from __future__ import annotations

import csv
from pathlib import Path


def write_files(files: dict[str, bytes], folder: Path) -> Path:
    for name, raw in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)
    return folder


def read_rows(folder: Path, table: str) -> list[list[str]]:
    """Header first; the row of a spreadsheet is the place here plus one."""
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def write_rows(folder: Path, table: str, rows: list[list[str]]) -> None:
    with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def find(rows: list[list[str]], **wanted: str) -> int:
    """Number of the first row, as a spreadsheet counts, whose cells are these."""
    head = rows[0]
    for number, row in enumerate(rows[1:], start=2):
        if all(row[head.index(name)] == value for name, value in wanted.items()):
            return number
    raise LookupError(wanted)


def edit(folder: Path, table: str, where: dict[str, str], cells: dict[str, str]) -> int:
    """Write cells of the row that is found; its number."""
    rows = read_rows(folder, table)
    number = find(rows, **where)
    for name, value in cells.items():
        rows[number - 1][rows[0].index(name)] = value
    write_rows(folder, table, rows)
    return number


def append(folder: Path, table: str, cells: dict[str, str]) -> int:
    """Add a row; its number."""
    rows = read_rows(folder, table)
    rows.append([cells.get(name, "") for name in rows[0]])
    write_rows(folder, table, rows)
    return len(rows)
