"""Actuals that somebody uploads, as a workbook or as a zip of the CSV files: taken whole, or told what is wrong by cell.

A zip comes from anybody: no more is unpacked than tables of actuals may be long, and nothing of it is written anywhere.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pilot_planner.data.actuals import CORRECTION, Actuals, actuals_package
from pilot_planner.data.inputs_upload import MOST_BYTES
from pilot_planner.data.reading import decoded
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.reports.actuals_files import PLAN, WORKBOOK, actuals_of_texts, first_of_each_table, sheets_of
from pilot_planner.studies.after_signature.checking import Checking
from pilot_planner.studies.planning.plan import Plan

_OF_BOOK, _OF_ZIP = (":", ""), ("/", ".csv")
_MOST_MEMBERS = 300
_BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError, EOFError)


@dataclass(frozen=True, slots=True)
class CellFault:
    """A fault beside the row in which it stands.

    Attributes:
        table: name of the table; empty for a fault of the file itself. ``row``: as a spreadsheet counts; None for the table.
        column: of the cell; None for the row.
        heads, cells: the row as it was sent, without columns of corrections that are empty; empty where there is none.
    """

    table: str
    row: int | None
    column: str | None
    heads: tuple[str, ...]
    cells: tuple[str, ...]
    what: str
    expected: str
    fix: str


@dataclass(frozen=True)
class Upload:
    """What was sent: the actuals where nothing is wrong with them; else every fault."""

    actuals: Actuals | None
    faults: tuple[CellFault, ...]


def read_upload(raw: bytes, name: str, plan: Plan, today: dt.date) -> Upload:
    """Read and check a workbook (.xlsx) or a zip of CSV files of a folder of actuals.

    Args:
        name: of the file, for messages.
        plan: the signed plan that they are checked against.
        today: nothing is reported of days after it.
    """
    try:
        texts, between, whose = _texts(raw, name)
        if whose not in ("", plan.plan_id):
            what = f"is about plan {whose}, not about the chosen plan {plan.plan_id}"
            raise InputError([Fault(Place(name), what, "actuals of the chosen plan", "choose the plan that they are about")])
        found, faults = actuals_of_texts(texts, name, between)
    except InputError as error:
        return Upload(None, tuple(_beside({}, name, between_of(name), fault) for fault in error.faults))
    # Later checks would report consequences of these as if they were new faults.
    faults = faults or Checking(found, plan.design, plan.inputs, today).faults()
    if not faults:
        return Upload(found, ())
    return Upload(None, tuple(_beside(texts, name, between, fault) for fault in first_of_each_table(faults)))


def between_of(name: str) -> tuple[str, str]:
    """What stands between the file and its tables in messages."""
    return _OF_BOOK if name.lower().endswith(".xlsx") else _OF_ZIP


def _texts(raw: bytes, name: str) -> tuple[dict[str, str], tuple[str, str], str]:
    """Tables in CSV by name, what stands between file and table, and the plan that they say they are about."""
    if name.lower().endswith(".xlsx"):
        return sheets_of(raw, name), _OF_BOOK, ""
    if not name.lower().endswith(".zip"):
        expected = "a workbook (.xlsx) or a zip of the CSV files"
        raise InputError([Fault(Place(name), "is neither by its name", expected, "save it as one of these")])
    if len(raw) > MOST_BYTES:
        raise InputError([Fault(Place(name), f"is {len(raw):,} bytes long", f"at most {MOST_BYTES:,}", "check the file")])
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return _unpacked(packed, name)
    except _BROKEN:
        fault = Fault(Place(name), "cannot be read as a zip", "a zip of the CSV files", "pack the folder again")
        raise InputError([fault]) from None


def _unpacked(packed: zipfile.ZipFile, name: str) -> tuple[dict[str, str], tuple[str, str], str]:
    members = [one for one in packed.infolist() if not one.is_dir()]
    if len(members) > _MOST_MEMBERS:
        what = f"holds {len(members):,} files"
        raise InputError([Fault(Place(name), what, f"at most {_MOST_MEMBERS}", "pack the folder of actuals alone")])
    known = {table.path: table.name for table in actuals_package().tables}
    # The folder of the tables may itself be packed; the plan and its inputs stand in folders beside them.
    tops = [PurePosixPath(one.filename).parent for one in members if PurePosixPath(one.filename).name in known]
    if not tops:
        only = " (its workbook can be uploaded by itself)" if any(one.filename.endswith(WORKBOOK) for one in members) else ""
        fault = Fault(Place(name), f"holds no table of actuals{only}", ", ".join(known), "pack the folder of actuals")
        raise InputError([fault])
    top = min(tops, key=lambda one: len(one.parts))
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for one in members:
        path = PurePosixPath(one.filename)
        if path.parent == top and path.name in known:
            text, wrong = _text(packed, one, f"{name}/{path.name}")
            texts[known[path.name]] = text
            faults += [] if wrong is None else [wrong]
    if faults:
        raise InputError(faults)
    return texts, _OF_ZIP, _plan_id(packed, f"{top / PLAN / 'plan.json'}")


def _text(packed: zipfile.ZipFile, member: zipfile.ZipInfo, shown: str) -> tuple[str, Fault | None]:
    most = actuals_package().max_bytes
    with packed.open(member) as stream:
        # No more is unpacked than is allowed, whatever the zip says of itself.
        raw = stream.read(most + 1)
    if len(raw) > most:
        return "", Fault(Place(shown), f"is more than {most:,} bytes long", f"at most {most:,}", "check the file")
    return decoded(raw, shown)


def _plan_id(packed: zipfile.ZipFile, path: str) -> str:
    """The plan beside the tables; empty where there is none that can be read."""
    most = actuals_package().max_bytes
    try:
        with packed.open(path) as stream:
            document = json.loads(stream.read(most + 1))
    except (KeyError, *_BROKEN):
        return ""
    found = document.get("plan_id") if isinstance(document, dict) else None
    return found if isinstance(found, str) else ""


def _beside(texts: Mapping[str, str], name: str, between: tuple[str, str], fault: Fault) -> CellFault:
    before, behind = between
    place = fault.place
    table = place.file.removeprefix(f"{name}{before}").removesuffix(behind) if place.file != name else ""
    heads, cells = _row(texts.get(table, ""), place.row)
    return CellFault(table, place.row, place.column, heads, cells, fault.what, fault.expected, fault.fix)


def _row(text: str, row: int | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Header and cells of a row, as far as they can be told apart."""
    if not text or row is None:
        return (), ()
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        return (), ()
    if not 1 < row <= len(rows):
        return (), ()
    pairs = list(zip(rows[0], rows[row - 1], strict=False))
    told = [(head, cell) for head, cell in pairs if cell or head not in CORRECTION]
    return tuple(head for head, _ in told), tuple(cell for _, cell in told)
