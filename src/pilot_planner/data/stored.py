"""Derived values as the files store them, for readers of the files: told where they are not what follows, and written anew.

Plans rest on what the formulas give, whatever is stored.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pilot_planner.data.estimates import BOUNDS, Address, Estimate
from pilot_planner.errors import Fault, Place
from pilot_planner.whole_files import telling, write_folder

_TOLERANCE = 1e-4
"""Relative; stored values carry six significant digits."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A stored value that its formula does not give any more. ``place`` is file, row and column."""

    place: Place
    given: float
    made: float
    formula: str

    @property
    def written(self) -> str:
        """What belongs there."""
        return f"{self.made:.6g}"

    @property
    def fault(self) -> Fault:
        """A warning: the plan rests on what the formula gives."""
        what = f"{self.given:g} is not what the formula {self.formula!r} gives"
        fix = "'pilot-planner check --write' writes it; to keep your value, remove the formula and give a source"
        return Fault(self.place, what, f"{self.written}, which is used", fix, "warning")


def stale_values(stored: Mapping[Address, Estimate], derived: Mapping[Address, Estimate], origin: str) -> list[Stale]:
    """Stored values of estimates with a formula that are not what it gives from the values of today."""
    found = []
    for address, estimate in stored.items():
        if not estimate.formula:
            continue
        for bound in BOUNDS:
            given, made = estimate.at(bound), derived[address].at(bound)
            if given is None or made is None or math.isclose(given, made, rel_tol=_TOLERANCE, abs_tol=1e-9):
                continue
            place = Place(f"{origin}/estimates/{address[0]}.csv", estimate.row, bound)
            found.append(Stale(place, given, made, estimate.formula))
    return found


def write_values(root: Path, values: Sequence[Stale]) -> None:
    """Write what the formulas give into the files of a folder of inputs, all or none; no other value in them changes.

    Raises InputError where they cannot be written.
    """
    by_file: dict[str, list[Stale]] = {}
    if not values:
        return
    for one in values:
        by_file.setdefault(one.place.file, []).append(one)
    with telling(root):
        files = {Path(file): _with_values(Path(file).read_bytes(), changes) for file, changes in by_file.items()}
        write_folder(root, {file.relative_to(root).as_posix(): raw for file, raw in files.items()})


def _with_values(raw: bytes, changes: Sequence[Stale]) -> bytes:
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    text = raw[len(mark) :].decode("utf-8")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    for one in changes:
        if one.place.row is not None and one.place.column is not None:
            rows[one.place.row - 1][rows[0].index(one.place.column)] = one.written
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(rows)
    return mark + made.getvalue().encode("utf-8")
