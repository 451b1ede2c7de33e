"""A programme as files that every solver reads alike: free MPS and CPLEX LP, each without what readers disagree about.

Readers differ in what they take for granted (bounds of whole columns, a lower bound where the upper one is negative, the
sign of a constant of the objective, ranges, further free rows), in names, and in numbers that touch a name. So nothing is
left to be taken for granted: every column has both its bounds, there is no constant, one sense a row, one free row, each
column once a row, names of plain letters, and every number in the fewest digits that read back as the same one. Which
reader does what stands in ``docs/programme_file.md``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pilot_planner.programme.decisions import Column
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, RowSense

MPS, LP = "programme.mps", "programme.lp"


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row: terms by number of column, with what they are compared and how."""

    name: str
    terms: dict[int, float]
    sense: RowSense
    right_side: float


@dataclass(frozen=True)
class ProgrammeFile:
    """A minimisation with names that every reader takes. ``columns`` keep their order and are never left out."""

    name: str
    columns: tuple[Column, ...]
    objective: dict[int, float]
    rows: tuple[FileRow, ...]

    def mps(self) -> str:
        """As free MPS."""
        return "\n".join(self._mps_lines()) + "\n"

    def lp(self) -> str:
        """As CPLEX LP, a term a line: some readers end a line at 255 characters."""
        return "\n".join(self._lp_lines()) + "\n"

    def _mps_lines(self) -> Iterator[str]:
        senses = {"<=": "L", ">=": "G", "=": "E"}
        yield from ("*SENSE:Minimize", f"NAME {self.name}", "ROWS", f" N {_OBJECTIVE}")
        yield from (f" {senses[row.sense]} {row.name}" for row in self.rows)
        yield "COLUMNS"
        entries = [[(_OBJECTIVE, self.objective.get(j, 0.0))] for j in range(len(self.columns))]
        for row in self.rows:
            for j, value in row.terms.items():
                entries[j].append((row.name, value))
        whole = False
        for number, (column, its) in enumerate(zip(self.columns, entries, strict=True)):
            if column.integer != whole:
                whole = column.integer
                yield f" MARKER{number} 'MARKER' '{'INTORG' if whole else 'INTEND'}'"
            yield from (f" {column.name} {row} {_number(value)}" for row, value in its)
        if whole:
            yield f" MARKER{len(self.columns)} 'MARKER' 'INTEND'"
        yield "RHS"
        yield from (f" RHS {row.name} {_number(row.right_side)}" for row in self.rows if row.right_side != 0.0)
        yield "BOUNDS"
        for column in self.columns:
            yield from (f" {kind} BND {column.name}{value}" for kind, value in _mps_bounds(column))
        yield "ENDATA"

    def _lp_lines(self) -> Iterator[str]:
        names = [column.name for column in self.columns]
        yield from (f"\\ {self.name}", "Minimize", f"{_OBJECTIVE}:")
        # Every column, in order, so that readers number them alike and drop none.
        yield from (_term(self.objective.get(j, 0.0), name) for j, name in enumerate(names))
        yield "Subject To"
        for row in self.rows:
            yield f"{row.name}:"
            yield from (_term(value, names[j]) for j, value in row.terms.items())
            yield f" {row.sense} {_number(row.right_side)}"
        yield "Bounds"
        yield from (_lp_bounds(column) for column in self.columns)
        if whole := [column.name for column in self.columns if column.integer]:
            yield "Generals"
            yield from (f" {name}" for name in whole)
        yield "End"


def programme_file(programme: Programme) -> ProgrammeFile:
    """A programme in its design's objective, sign turned where that is to be as large as can be."""
    aim = programme.objective * -1.0 if programme.maximise else programme.objective
    rows = [(row.name, row.expression, row.sense, row.right_side) for row in programme.rows]
    return file_of(programme.case.design.name, programme.d.columns, aim, rows)


def file_of(
    name: str, columns: Iterable[Column], objective: Linear, rows: Iterable[tuple[str, Linear, RowSense, float]]
) -> ProgrammeFile:
    """A minimisation of columns and rows. A row without terms keeps its place, with a column that counts nothing in it."""
    kept, own_rows = tuple(columns), tuple(rows)
    names = _safe(column.name for column in kept)
    of_rows = _safe((_OBJECTIVE, *(name for name, *_ in own_rows)))[1:]
    return ProgrammeFile(
        _safe([name])[0],
        tuple(Column(safe, one.lower, one.upper, one.integer) for safe, one in zip(names, kept, strict=True)),
        _terms(objective),
        tuple(
            FileRow(safe, _terms(expression) or {0: 0.0}, sense, right_side)
            for safe, (_, expression, sense, right_side) in zip(of_rows, own_rows, strict=True)
        ),
    )


def programme_texts(programme: Programme) -> dict[str, bytes]:
    """``programme.mps`` and ``programme.lp``."""
    made = programme_file(programme)
    return {MPS: made.mps().encode("ascii"), LP: made.lp().encode("ascii")}


_OBJECTIVE = "OBJ"
_LONGEST = 100
"""Characters of a name that every reader of LP files takes."""


def _terms(expression: Linear) -> dict[int, float]:
    return {j: value for j, value in expression.terms.items() if value != 0.0}


def _safe(names: Iterable[str]) -> list[str]:
    """Names that are no number, no word of a format, not too long, and not those of others."""
    taken: set[str] = set()
    found = []
    for name in names:
        base = re.sub(r"[^A-Za-z0-9_.]", "_", name)[:_LONGEST] or "_"
        if not re.match(r"[A-Za-z_]", base) or re.match(r"[eE][0-9.]*$", base) or base.lower() in _WORDS:
            base = f"n_{base}"[:_LONGEST]
        safe, more = base, 1
        while safe in taken:
            more += 1
            ending = f"_{more}"
            safe = base[: _LONGEST - len(ending)] + ending
        taken.add(safe)
        found.append(safe)
    return found


_WORDS = frozenset(
    {"max", "maximize", "maximise", "maximum", "min", "minimize", "minimise", "minimum", "subject", "such", "st", "s.t."}
    | {"bound", "bounds", "general", "generals", "gen", "integer", "integers", "int", "binary", "binaries", "bin", "semi"}
    | {"semis", "sec", "sin", "sos", "sos1", "sos2", "free", "inf", "infinity", "end", "range", "ranges", "rhs", "bnd"}
    | {"marker", "name", "rows", "columns", "endata", "objsense", "objname"}
)
"""Words with a meaning of their own in one of the formats."""


def _number(value: float) -> str:
    return "0" if value == 0.0 else repr(float(value)).removesuffix(".0")


def _term(value: float, name: str) -> str:
    sign = "-" if value < 0.0 else "+"
    return f" {sign} {_number(abs(value))} {name}"


def _open(bound: float | None) -> bool:
    return bound is None or math.isinf(bound)


def _mps_bounds(column: Column) -> Iterator[tuple[str, str]]:
    """Both bounds: an open upper one first, since PuLP drops the lower one there; any other last, since it may move it."""
    if _open(column.lower) and _open(column.upper):
        yield "FR", ""
        return
    if _open(column.upper):
        yield "PL", ""
    yield ("MI", "") if _open(column.lower) else ("LO", f" {_number(column.lower or 0.0)}")
    if not _open(column.upper):
        yield "UP", f" {_number(column.upper or 0.0)}"


def _lp_bounds(column: Column) -> str:
    if _open(column.lower) and _open(column.upper):
        return f" {column.name} free"
    low = "-inf" if _open(column.lower) else _number(column.lower or 0.0)
    high = "+inf" if _open(column.upper) else _number(column.upper or 0.0)
    return f" {low} <= {column.name} <= {high}"
