"""One CSV file to typed rows, with every fault of the file in one pass."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from pilot_planner.data.datapackage import Field, Package, Table
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.errors import Fault, Place

Cell = str | int | float | bool | None

FAULTS_SHOWN_PER_FILE = 50
LARGEST = 1e12
"""No input is near it, and solvers take what is much larger for infinite."""

_MOST_FAULTS = 1_000
"""With more, reading the rest of the file would tell nobody anything."""

_FORMULA_START = re.compile(r"^[=@\t\r]|^[+\-](?![\d.])")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """One typed row. ``number`` counts as a spreadsheet does: the header is row 1."""

    number: int
    cells: dict[str, Cell]

    def __getitem__(self, column: str) -> Cell:
        return self.cells[column]

    def text(self, column: str) -> str:
        """The cell as text; empty for an empty cell."""
        value = self.cells[column]
        return "" if value is None else str(value)

    def texts(self, *columns: str) -> list[str]:
        """Several cells as texts."""
        cells = self.cells
        return ["" if cells[column] is None else str(cells[column]) for column in columns]


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The usable rows of one file and what is wrong with the others."""

    table: Table
    shown_as: str
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def read_table(folder: Path, table: Table, package: Package) -> ReadTable:
    """Read ``table`` from ``folder``. Never raises for what stands in a file: faults are returned."""
    path = folder / table.path
    shown = path.as_posix()
    if table.optional and not path.exists():
        return ReadTable(table, shown, (), ())
    text, fault = _decode(path, shown, package)
    if fault is not None:
        return ReadTable(table, shown, (), (fault,))
    return table_of_text(text, shown, table, package)


def table_of_text(text: str, shown: str, table: Table, package: Package) -> ReadTable:
    """The same of a text in CSV, wherever it comes from. ``shown`` stands before the row in messages."""
    rows, faults = _parse(text, shown, table, package)
    faults += _repeated(rows, shown, table)
    if len(faults) > FAULTS_SHOWN_PER_FILE:
        more = len(faults) - FAULTS_SHOWN_PER_FILE
        last = Fault(Place(shown), f"{more} more faults in this file", "a clean file", "mend those above first")
        faults = [*faults[:FAULTS_SHOWN_PER_FILE], last]
    return ReadTable(table, shown, tuple(rows), tuple(faults))


def _decode(path: Path, shown: str, package: Package) -> tuple[str, Fault | None]:
    try:
        size = path.stat().st_size
        if size > package.max_bytes:
            return "", Fault(
                Place(shown), f"is {size:,} bytes long", f"at most {package.max_bytes:,}", "split or check the file"
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        fix = "restore it, or copy the shipped one with 'pilot-planner new FOLDER'"
        return "", Fault(Place(shown), "is missing", "this file of the inputs", fix)
    except OSError as error:
        return "", Fault(Place(shown), f"cannot be read ({error.strerror})", "a readable file", "check its permissions")
    return decoded(raw, shown)


def decoded(raw: bytes, shown: str) -> tuple[str, Fault | None]:
    """The text of a file in UTF-8, or what is wrong with it."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", Fault(Place(shown, 1), "is in UTF-16", "UTF-8", "save it as CSV in UTF-8")
    try:
        # Spreadsheets begin what they call "CSV UTF-8" with a byte-order mark, which says nothing more.
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        byte = raw[error.start]
        return "", Fault(
            Place(shown, row), f"holds a byte (0x{byte:02x}) that is not UTF-8", "UTF-8", "save the file as CSV in UTF-8"
        )
    if not text.strip():
        return "", Fault(Place(shown, 1), "is empty", "a header row and data", "restore the file")
    return text, None


def _parse(text: str, shown: str, table: Table, package: Package) -> tuple[list[Row], list[Fault]]:
    faults: list[Fault] = []
    rows: list[Row] = []
    # Looked for once in the whole text; only a file that has some is searched cell by cell.
    suspect = _CONTROL.search(text.replace("\r\n", "\n")) is not None
    # The reader's own limit of a cell belongs to the whole process, and any library may move it: with one that no
    # file can reach, a long cell is told by our limit, with its column, whatever else has been imported.
    csv.field_size_limit(package.max_bytes)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader)
        faults += _separator_faults(header, shown, table) or _header_faults(header, shown, table)
        if faults:
            return [], faults
        fields = {field.name: field for field in table.fields}
        # Most cells repeat one further up, and what was accepted there is accepted here.
        columns: list[_Column] = [(fields[name], {}) for name in header]
        for number, cells in enumerate(reader, start=2):
            if number - 1 > package.max_rows:
                count = number - 1 + sum(1 for _ in reader)
                faults.append(
                    Fault(
                        Place(shown, number),
                        f"has {count:,} rows",
                        f"at most {package.max_rows:,}",
                        "inputs hold estimates, not records: check that this is the right file",
                    )
                )
                break
            if not any(cell.strip() for cell in cells):
                continue
            row, found = _row(number, cells, columns, shown, package, suspect)
            faults += found
            if row is not None:
                rows.append(row)
            if len(faults) >= _MOST_FAULTS:
                break
    except csv.Error as error:
        faults.append(
            Fault(Place(shown, reader.line_num), f"is not well-formed CSV ({error})", "CSV", "check the quotes of this row")
        )
    if not rows and not faults and not package.may_be_empty:
        faults.append(Fault(Place(shown, 2), "has a header and no data", "at least one row", "restore the rows"))
    return rows, faults


def _separator_faults(header: list[str], shown: str, table: Table) -> list[Fault]:
    """A file that another sign than the comma separates, told once and not as so many unknown columns."""
    known = {field.name for field in table.fields}
    for sign, name in _OTHER_SEPARATORS.items():
        if len(header) == 1 and known <= {cell.strip(' "') for cell in header[0].split(sign)}:
            fix = "save it with the comma as separator and the point for decimals"
            return [Fault(Place(shown, 1), f"is separated by {name}", "commas", fix)]
    return []


_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def _header_faults(header: list[str], shown: str, table: Table) -> list[Fault]:
    known = [field.name for field in table.fields]
    faults = []
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            faults.append(Fault(Place(shown, 1, name), "this column stands twice", "each column once", "remove one of them"))
        if name not in known:
            fix = did_you_mean(name, known, fallback="remove it")
            faults.append(Fault(Place(shown, 1, name or "(blank)"), "unknown column", ", ".join(known), fix))
    faults += [
        Fault(Place(shown, 1, name), "column missing", "this column", f"add a column named {name!r}")
        for name in known
        if name not in header
    ]
    return faults


def _row(
    number: int, cells: list[str], columns: list[_Column], shown: str, package: Package, suspect: bool
) -> tuple[Row | None, list[Fault]]:
    if len(cells) != len(columns):
        return None, [
            Fault(
                Place(shown, number),
                f"has {len(cells)} cells",
                f"{len(columns)}, as in the header",
                "check for a comma inside an unquoted cell",
            )
        ]
    typed: dict[str, Cell] = {}
    faults = []
    for (field, accepted), raw in zip(columns, cells, strict=True):
        if raw in accepted:
            typed[field.name] = accepted[raw]
            continue
        cell = raw.strip()
        if cell == "" and not field.required:
            typed[field.name] = accepted[raw] = None
            continue
        value, problem = _cell(cell, field, package, suspect)
        if problem is not None:
            what, expected, fix = problem
            faults.append(Fault(Place(shown, number, field.name), what, expected, fix))
        else:
            accepted[raw] = value
        typed[field.name] = value
    return (None if faults else Row(number, typed)), faults


Problem = tuple[str, str, str]
_Column = tuple[Field, dict[str, Cell]]
"""A column, and the cells of it that were accepted so far, by their text."""


def _cell(cell: str, field: Field, package: Package, suspect: bool) -> tuple[Cell, Problem | None]:
    if cell == "":
        return None, _empty(field)
    shown = cell if len(cell) <= 60 else cell[:57] + "..."
    if len(cell) > package.max_cell_characters:
        limit = f"at most {package.max_cell_characters:,} characters"
        return None, (f"a text of {len(cell):,} characters", limit, "shorten it")
    if suspect and _CONTROL.search(cell):
        return None, ("a control character in the text", "plain text", "retype the cell")
    if field.type in ("number", "integer"):
        return _number(cell, shown, field)
    if cell[0] in "=@+-" and _FORMULA_START.match(cell) and cell not in ("-", "+"):
        return None, (f"a spreadsheet formula {shown!r}", "a plain value", "replace it by its value")
    if field.type == "boolean":
        # Spreadsheets save TRUE, other programs True.
        if cell.lower() not in ("true", "false"):
            return None, (f"{shown!r} is not a truth value", "true or false", "write true or false")
        return cell.lower() == "true", None
    if field.enum and cell not in field.enum:
        return None, (
            f"{shown!r} is not known here",
            ", ".join(field.enum),
            did_you_mean(cell, field.enum, "use one of these"),
        )
    if field.pattern is not None and not field.pattern.search(cell):
        return None, (f"{shown!r} does not have the right form", f"the pattern {field.pattern.pattern}", "correct it")
    return cell, None


def _a_type(field: Field) -> str:
    """The type of a field with its article: ``a number``, ``an integer``."""
    return f"{'an' if field.type == 'integer' else 'a'} {field.type}"


def _empty(field: Field) -> Problem:
    fix = "fill it in"
    if any(word in field.enum or (field.pattern is not None and field.pattern.search(word)) for word in _LOST_WORDS):
        fix += "; where it held NA or n/a, another program took that for a missing value: have it keep texts as they are"
    return "empty cell", _a_type(field), fix


def number_typed(text: str) -> tuple[float | None, Problem | None]:
    """A number as a person typed it, by the rules of the files: the number, or what is wrong, expected, and the cure."""
    cell = text.strip()
    if cell == "":
        return None, ("empty cell", "a number", "fill it in")
    shown = cell if len(cell) <= 60 else cell[:57] + "..."
    value, problem = _number(cell, shown, Field("value", "number"))
    return (None if problem is not None or not isinstance(value, int | float) else float(value)), problem


MISSING = frozenset(
    [
        "..",
        "...",
        ":",
        "-",
        "\u2013",
        "\u2014",
        "n/a",
        "N/A",
        "NA",
        "n.a.",
        "na",
        "#N/A",
        "NaN",
        "null",
        "NULL",
        "None",
    ]
)
"""What statistical offices and programs write where there is no number."""
ABSENT_FIX = "leave low, base and high empty, and set reading and grade to absent"
_LOST_WORDS = ("NA", "n/a")
"""Words that pandas and R read as missing where they are not told otherwise."""


def _number(cell: str, shown: str, field: Field) -> tuple[Cell, Problem | None]:
    if not NUMBER.match(cell):
        if cell in MISSING:
            expected = f"{_a_type(field)}; a value that is not known is left empty"
            return None, (f"{shown!r} stands for a missing value", expected, ABSENT_FIX)
        if _FORMULA_START.match(cell):
            return None, (f"a spreadsheet formula {shown!r}", f"a plain {field.type}", "replace it by its value")
        if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", cell):
            return None, (f"{shown!r} has thousands separators", "a plain number", f"write {cell.replace(',', '')}")
        fix = "write digits only" if field.type == "integer" else "write digits, with a point for decimals"
        return None, (f"{shown!r} is not {_a_type(field)}", _a_type(field), fix)
    value = float(cell)
    if abs(value) > LARGEST:
        return None, (f"{shown!r} is too large", f"at most {LARGEST:,.0f}", "correct it")
    if field.minimum is not None and value < field.minimum:
        return None, (f"{shown} is too small", f"at least {field.minimum:g}", "correct the value or its unit")
    if field.maximum is not None and value > field.maximum:
        return None, (f"{shown} is too large", f"at most {field.maximum:g}", "correct the value or its unit")
    if field.type == "integer":
        if value != int(value):
            return None, (f"{shown} is not a whole number", "a whole number", "round it")
        return int(value), None
    return value, None


def _repeated(rows: list[Row], shown: str, table: Table) -> list[Fault]:
    faults = []
    for key in table.unique:
        seen: dict[tuple[Cell, ...], int] = {}
        for row in rows:
            value = tuple(row[column] for column in key)
            if value in seen:
                name = ".".join(str(part) for part in value)
                faults.append(
                    Fault(
                        Place(shown, row.number, key[0]),
                        f"{name!r} was given before, in row {seen[value]}",
                        "each key once",
                        "remove one of the two rows",
                    )
                )
            else:
                seen[value] = row.number
    return faults
