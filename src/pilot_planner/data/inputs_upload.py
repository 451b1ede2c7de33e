"""An edited workbook of the inputs read back: what differs becomes settings, and every fault is told with its cell.

The file comes from anybody, so it is looked at before it is opened: its size, what is packed in it, and whether it holds
macros, links to other files or entities of XML.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pilot_planner.data.datapackage import shipped_package
from pilot_planner.data.edits import Triple, as_settings, same, triple, try_edits, without_bound, without_estimate
from pilot_planner.data.estimates import ADDRESS_COLUMNS, Estimate
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.data.reading import FAULTS_SHOWN_PER_FILE, number_typed
from pilot_planner.errors import Fault, InputError, Place

NUMBERS = ("low", "base", "high")
KEPT = ("unit", "year", "grade", "source_id", "formula")
"""Columns in which a change is told as a fault, since a scenario holds numbers and nothing else."""
READ_ME = "Read me"
MADE_FROM = "Made from inputs {}"
"""What the sheet ``READ_ME`` says of the files: the first ``MADE_FROM_LENGTH`` signs of their hash."""
MADE_FROM_LENGTH = 12

MOST_BYTES = 8_000_000
_MOST_UNPACKED = 80_000_000
_MOST_PARTS = 300
_FORBIDDEN = {
    "vbaproject": "macros",
    "macrosheets": "macros",
    "externallinks": "links to other files",
    "connections.xml": "connections to other places",
    "activex": "controls that run code",
    "embeddings": "files within the file",
    "oleobject": "files within the file",
    "customui": "menus that run code",
}
_MOST_NEAREST = 20
_LONGEST_PATH = 60
_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


@dataclass(frozen=True)
class Uploaded:
    """What a workbook says: the settings of inputs that give its numbers, and what a person should look at."""

    changes: Mapping[str, float]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True)
class _Row:
    """One row of a table as read: where it stands, and its cells by column."""

    sheet: str
    number: int
    cells: Mapping[str, Any]


def read_workbook(raw: bytes, name: str, files: Inputs, changes: Mapping[str, float]) -> Uploaded:
    """The edits that make the inputs say what the workbook says.

    Args:
        raw: the file.
        name: its name, for messages.
        files: the inputs as their files have them, nothing set on top.
        changes: what the scenario sets already (paths without ``inputs.``); kept where the workbook says the same.

    Raises InputError with every fault, each as ``file:sheet:row:column``.
    """
    refuse_what_is_no_plain_workbook(raw, name)
    now = files.with_values(changes)
    reader = _Reader(name, files, now, dict(changes))
    for row in _rows(raw, name, made_from(files), reader.faults, reader.notes):
        reader.take(row)
    return reader.result()


def read_book(file: Path, files: Inputs) -> tuple[Inputs | None, list[Fault]]:
    """Inputs as a workbook has them, and what is wrong with it; ``files`` are those that it is laid over."""
    name = file.as_posix()
    try:
        found = read_workbook(file.read_bytes(), name, files, {})
    except OSError as error:
        return None, [Fault(Place(name), f"cannot be read ({error.strerror})", "a workbook of the inputs", "check the name")]
    except InputError as error:
        return None, list(error.faults)
    return files.with_values(found.changes), list(found.warnings)


def made_from(inputs: Inputs) -> str:
    """What a workbook of these inputs says of the files that it was made from, whatever was set on top of them."""
    return MADE_FROM.format(replace(inputs, changes={}).hash[:MADE_FROM_LENGTH])


class _Reader:
    """Collects edits and faults, row by row."""

    def __init__(self, name: str, files: Inputs, now: Inputs, changes: dict[str, float]) -> None:
        self.name, self.files, self.now = name, files, now
        self.changes = changes
        self.faults: list[Fault] = []
        self.seen: dict[str, _Row] = {}
        self.derived: list[tuple[_Row, Estimate, Triple]] = []
        self.notes: list[Fault] = []
        self.known = {estimate.path: estimate for estimate in now.estimates.values()}

    def take(self, row: _Row) -> None:
        path = str(row.cells.get("path") or "").strip()
        if not path and not any(str(value or "").strip() for value in row.cells.values()):
            return
        estimate = self.known.get(path)
        if estimate is None or estimate.address[0] != row.sheet:
            # Looking for near names takes long; where many are unknown, they are so for one reason.
            known = (
                [one for one in self.known if one.startswith(f"{row.sheet}.")] if len(self.faults) < _MOST_NEAREST else []
            )
            fix = did_you_mean(path[:_LONGEST_PATH], known, "restore the path, or remove the row")
            self._fault(row, "path", f"{path[:_LONGEST_PATH]!r} is no value of this table", "the path of a value", fix)
        elif path in self.seen:
            self._fault(
                row, "path", f"{path} stands in row {self.seen[path].number} as well", "each path once", "remove one"
            )
        else:
            self.seen[path] = row
            self._take(row, estimate)

    def _take(self, row: _Row, estimate: Estimate) -> None:
        # As a workbook of a scenario has it in which a derived value was set: it does not follow from others any more.
        set_instead = bool(estimate.formula) and "formula" in row.cells and not _plain(row.cells["formula"])
        for column in KEPT:
            if set_instead and column == "formula":
                continue
            if column in row.cells and _plain(row.cells[column]) != _plain(getattr(estimate, column)):
                what = f"{_plain(row.cells[column])[:60]!r} instead of {_plain(getattr(estimate, column))[:60]!r}"
                fix = "put it back; another unit, year, grade, source or formula needs a row of its own in the inputs"
                self._fault(row, column, what, "the column as it was", fix)
        found = self._numbers(row, estimate)
        if found is None:
            return
        if estimate.formula and not set_instead:
            self.derived.append((row, estimate, found))
        elif set_instead or not same(found, triple(estimate)):
            # Set to what it is today, it does not follow either: nothing but blank equals what is set.
            original = self.files.estimates[estimate.address]
            original = replace(original, base=None) if set_instead else original
            if self._in_order(row, estimate, found):
                self.changes = without_estimate(self.changes, estimate.path) | as_settings(original, found)

    def _numbers(self, row: _Row, estimate: Estimate) -> Triple | None:
        values: list[float | None] = []
        whole = True
        for column in NUMBERS:
            cell = row.cells.get(column)
            if cell is None or (isinstance(cell, str) and not cell.strip()):
                values.append(None)
                continue
            value, problem = _number(cell)
            if problem is not None:
                self._fault(row, column, *problem)
                whole = False
            values.append(value)
        return (values[0], values[1], values[2]) if whole else None

    def _in_order(self, row: _Row, estimate: Estimate, found: Triple) -> bool:
        low, base, high = found
        if low is None or base is None or high is None:
            column = NUMBERS[found.index(None)]
            if found == (None, None, None) and same(triple(self.files.estimates[estimate.address]), found):
                # Put back to what the files say: that nothing is known.
                self.changes = without_estimate(self.changes, estimate.path)
                return False
            self._fault(row, column, f"{estimate.path} has no {column}", "low, base and high", "fill it in")
            return False
        if not low <= base <= high:
            what = f"low {low:g}, base {base:g}, high {high:g} are out of order"
            self._fault(row, "base", what, "low <= base <= high", "correct the three values")
            return False
        return True

    def _fault(self, row: _Row, column: str, what: str, expected: str, fix: str) -> None:
        self.faults.append(Fault(Place(f"{self.name}:{row.sheet}", row.number, column), what, expected, fix))

    def result(self) -> Uploaded:
        if not self.seen and not self.faults:
            what = "holds no table of the inputs"
            fix = "download the workbook on the Inputs page and edit that one"
            self.faults.append(Fault(Place(self.name), what, "a workbook of the inputs", fix))
        tried = try_edits(self.files, self.changes)
        self.faults += [self._placed(fault) for fault in tried.faults]
        if tried.inputs is not None:
            self._check_derived(tried.inputs)
        if self.faults:
            raise InputError(_first(list(dict.fromkeys(self.faults)), self.name))
        return Uploaded(self.changes, (*self.notes, *(self._placed(fault) for fault in tried.warnings)))

    def _check_derived(self, changed: Inputs) -> None:
        """A derived value may say what it said, or what now follows; anything else was typed over it."""
        for row, estimate, found in self.derived:
            if not same(found, triple(estimate)) and not same(found, triple(changed.estimates[estimate.address])):
                column = next(c for c, a, b in zip(NUMBERS, found, triple(estimate), strict=True) if a != b)
                what = f"{estimate.path} is derived: {estimate.formula}"
                self._fault(row, column, what, "the value that follows", "put it back and change what it is made of")

    def _placed(self, fault: Fault) -> Fault:
        """A fault of a setting or of a file of the inputs, told at the cell of the workbook."""
        path, bound = without_bound(fault.place.file.removeprefix("inputs."))
        row = self.seen.get(path)
        column: str = bound or "base"
        if row is None and fault.place.row is not None:
            table = fault.place.file.rpartition("/")[2].removesuffix(".csv")
            paths = (one.path for one in self.known.values() if one.address[0] == table and one.row == fault.place.row)
            row, column = self.seen.get(next(paths, "")), fault.place.column or "base"
        if row is None:
            return fault
        return replace(fault, place=Place(f"{self.name}:{row.sheet}", row.number, column))


def _first(faults: list[Fault], name: str) -> list[Fault]:
    if len(faults) <= FAULTS_SHOWN_PER_FILE:
        return faults
    more = f"{len(faults) - FAULTS_SHOWN_PER_FILE} more faults in this file"
    return [*faults[:FAULTS_SHOWN_PER_FILE], Fault(Place(name), more, "a clean file", "mend those above first")]


Problem = tuple[str, str, str]


def _number(cell: Any) -> tuple[float | None, Problem | None]:
    match cell:
        case bool():
            return None, (f"{cell} is a truth value", "a number", "write digits")
        case int() | float():
            return float(cell), None
        case dt.date() | dt.time() | dt.timedelta():
            return None, (f"{cell} is a date or a time", "a number", "format the cell as a number and write the value again")
        case str() if cell.startswith("#"):
            return None, (f"{cell[:20]!r} is an error of the spreadsheet", "a number", "write the value")
        case _:
            return number_typed(str(cell))


def _plain(value: Any) -> str:
    """A cell as text: the same for 2024, 2024.0 and '2024', whatever the spreadsheet did to blanks."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str("" if value is None else value).split())


def refuse_what_is_no_plain_workbook(raw: bytes, name: str) -> None:
    """Raises InputError for a file that is too large, is no workbook or holds more than tables."""
    place = Place(name)
    if len(raw) > MOST_BYTES:
        raise InputError([Fault(place, f"is {len(raw):,} bytes long", f"at most {MOST_BYTES:,}", "check the file")])
    expected, fix = "an Excel workbook (.xlsx)", "save it as 'Excel workbook (.xlsx)'"
    if not name.lower().endswith(".xlsx"):
        raise InputError([Fault(place, "is no workbook by its name", expected, fix)])
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            problem = _unwanted(packed)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError):
        raise InputError([Fault(place, "cannot be read as a workbook", expected, fix)]) from None
    if problem:
        raise InputError([Fault(place, problem, "a plain workbook of tables", "save a copy without them")])


def _unwanted(packed: zipfile.ZipFile) -> str:
    parts = packed.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        return "is far larger inside than a workbook of inputs can be"
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        return "holds no workbook"
    for part in parts:
        lower = part.filename.lower()
        for sign, words in _FORBIDDEN.items():
            if sign in lower:
                return f"holds {words}"
        if lower.endswith((".xml", ".rels", ".vml")):
            # No more is read than the part says it holds, whatever is packed.
            with packed.open(part) as stream:
                text = stream.read(part.file_size + 1)
            if text.startswith(_UTF16) or any(sign in text for sign in _ENTITIES):
                return "holds definitions of its own in its XML"
            if lower.endswith("[content_types].xml") and b"macroEnabled" in text:
                return "holds macros"
    return ""


def _rows(raw: bytes, name: str, origin: str, faults: list[Fault], notes: list[Fault]) -> Iterator[_Row]:
    """Every row of every sheet that is a table.

    Faults of sheets and headers are added to ``faults``; to ``notes`` sheets of somebody's own, which are not read, and that
    the workbook was made from other files than ``origin`` says.
    """
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            # Of extensions of Excel that are not read and do not matter here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
            yield from _rows_of(book, name, origin, faults, notes)
            book.close()
    except InputError:
        raise
    except Exception as error:  # openpyxl tells of broken files by whatever breaks in it
        what = f"cannot be read as a workbook ({type(error).__name__})"
        raise InputError([Fault(Place(name), what, "an Excel workbook (.xlsx)", "save it again as .xlsx")]) from None


def _rows_of(book: Any, name: str, origin: str, faults: list[Fault], notes: list[Fault]) -> Iterator[_Row]:
    most = shipped_package().max_rows
    for sheet in book.worksheets:
        if sheet.title == READ_ME:
            notes += _of_other_files(sheet, name, origin)
            continue
        place = Place(f"{name}:{sheet.title}")
        rows = enumerate(sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS), start=1)
        heads = [str(cell or "").strip() for cell in next(rows, (1, ()))[1]]
        missing = [column for column in ("path", *NUMBERS) if column not in heads]
        if sheet.title not in ADDRESS_COLUMNS:
            if missing:
                fix = "values of the inputs belong in a sheet of the download"
                notes.append(Fault(place, "was not read", "a table of the inputs", fix, "warning"))
            else:  # a table under another name
                fix = did_you_mean(sheet.title, ADDRESS_COLUMNS, "rename or remove the sheet")
                faults.append(Fault(place, "is no table of the inputs", "a sheet of the download", fix))
            continue
        if missing:
            faults += [
                Fault(replace(place, row=1, column=column), "column missing", "this column", "restore the header row")
                for column in missing
            ]
            continue
        taken = 0
        for number, cells in rows:
            # A format far below the table leaves rows with nothing in them.
            if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
                continue
            taken += 1
            if taken >= most:
                what = f"has more than {most:,} rows"
                faults.append(Fault(replace(place, row=number), what, f"at most {most:,}", "check the file"))
                break
            yield _Row(sheet.title, number, {head: cell for head, cell in zip(heads, cells, strict=False) if head})


def _of_other_files(sheet: Any, name: str, origin: str) -> list[Fault]:
    """Files that were changed since would be set back by a workbook of before, and nobody would notice."""
    for (cell,) in sheet.iter_rows(values_only=True, max_col=1, max_row=_MOST_LINES):
        said = _MADE_FROM.match(cell) if isinstance(cell, str) else None
        if said is not None and said[0] != origin:
            what = f"was m{said[0][1:]}; these are {origin.rpartition(' ')[2]}"
            fix = "look at what it changes, put it beside the folder 'inputs' that it was made from, or write it anew"
            return [Fault(Place(f"{name}:{READ_ME}"), what, "a workbook of these inputs", fix, "warning")]
    return []


_MADE_FROM = re.compile(MADE_FROM.format(f"[0-9a-f]{{{MADE_FROM_LENGTH}}}"))
_MOST_LINES = 50
_MOST_COLUMNS = 100
"""The download has fewer; what stands to the right of them is not looked at."""
