"""Actuals as files: the template of a plan as CSV and as one workbook, and either of them read back and checked."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pilot_planner.data.actuals import Actuals, actuals_of, actuals_package, package_file, read_actuals
from pilot_planner.data.datapackage import Table, shipped_package
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.inputs_upload import refuse_what_is_no_plain_workbook
from pilot_planner.data.loading import load_inputs
from pilot_planner.data.locations import shipped
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.data.reading import FAULTS_SHOWN_PER_FILE, ReadTable, table_of_text
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.reports.plan_folder import plan_files
from pilot_planner.reports.safe_workbook import new_book
from pilot_planner.studies.after_signature.checking import Checking
from pilot_planner.studies.after_signature.template import template_rows
from pilot_planner.studies.planning.accounts import WORKER_DECIMALS
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.plan_file import design_of, read_document
from pilot_planner.studies.planning.reload import remake
from pilot_planner.whole_files import is_working_name, telling, write_folder

PLAN = "plan"
"""Folder of the signed plan within a folder of actuals; ``INPUTS``: of the inputs that it was made with."""
INPUTS = "inputs"
WORKBOOK = "actuals.xlsx"
PACKAGE = "datapackage.json"
_WIDTHS = {"indicator": 60, "channel": 24, "code": 28, "cost_line": 28, "document": 40, "why": 40, "sector": 20}


def write_template(plan: Plan, folder: str | Path, through: int = 0) -> Path:
    """Write the template of a plan: CSV files, the same as one workbook, the plan in ``plan`` and its inputs in ``inputs``.

    ``through``: up to this period it says that everything went as planned, for practice. A folder that holds anything is
    refused, so that no figure that was entered is ever lost. Raises InputError.
    """
    target = Path(folder)
    last = plan.design.programme.periods
    if not 0 <= through <= last:
        fault = Fault(Place("as planned"), f"there is no period {through}", f"0 to {last}", "name a period of the plan")
        raise InputError([fault])
    with telling(target):
        if target.exists() and (not target.is_dir() or any(not is_working_name(one.name) for one in target.iterdir())):
            what, fix = "is there already", "choose another name: what was entered is never written over"
            raise InputError([Fault(Place(str(target)), what, "a new folder", fix)])
        write_folder(target, template_files(plan, through))
    return target


def template_files(plan: Plan, through: int = 0) -> dict[str, bytes]:
    """Every file of the template by its path in the folder."""
    rows = {name: [_rounded(row) for row in cells] for name, cells in template_rows(plan, through).items()}
    tables = {table.name: (table, rows[table.name]) for table in actuals_package().tables}
    files = {table.path: _csv(table, cells) for table, cells in tables.values()}
    files[WORKBOOK] = _workbook(plan, list(tables.values()))
    files[PACKAGE] = package_file().read_bytes()
    files |= {f"{PLAN}/{name}": raw for name, raw in plan_files(plan).items()}
    return files | {f"{INPUTS}/{path}": raw for path, raw in _inputs_as_signed(plan.inputs).items()}


def _inputs_as_signed(inputs: Inputs) -> dict[str, bytes]:
    """Every file of the inputs: those of today may say something else in two years. What was set on top is in the plan."""
    package = shipped_package()
    rows = {table.path: [row.cells for row in inputs.tables[table.path]] for table in package.tables}
    found = {table.path: _csv(table, rows[table.path]) for table in package.tables if rows[table.path] or not table.optional}
    return found | {PACKAGE: (shipped("inputs") / PACKAGE).read_bytes()}


def signed_plan(path: str | Path, inputs: Inputs | str | Path | None = None) -> Plan:
    """The signed plan beside actuals (a folder or the workbook in it), made again on the inputs that were kept with it.

    ``inputs``: others, for a folder that has none. Raises InputError where the plan comes out otherwise.
    """
    where = Path(path)
    folder = where if where.is_dir() else where.parent
    return remake(folder / PLAN, _inputs_beside(folder, inputs))


def _inputs_beside(folder: Path, inputs: Inputs | str | Path | None) -> Inputs:
    if isinstance(inputs, Inputs):
        return inputs
    kept = folder / INPUTS
    return load_inputs(kept if inputs is None and kept.is_dir() else inputs)


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    """People, posts and visits with six decimals, as in the files of a plan."""
    return {name: round(value, WORKER_DECIMALS) if isinstance(value, float) else value for name, value in row.items()}


def load_actuals(
    path: str | Path,
    plan: Plan | None = None,
    inputs: Inputs | str | Path | None = None,
    today: dt.date | None = None,
) -> Actuals:
    """Read and check actuals: a folder of CSV files, or a workbook (.xlsx) of the same tables.

    Args:
        path: the folder or the workbook.
        plan: the signed plan; None: its design is read from the folder ``plan`` beside the tables.
        inputs: those that the plan was made with; None: those that were kept in ``inputs`` beside the tables.
        today: nothing is reported of days after it; None: the day of the computer.

    Raises InputError with every fault of every table in one pass; nothing of it is used then.
    """
    where = Path(path)
    if plan is not None:
        design, ready = plan.design, plan.inputs
    else:
        folder = (where if where.is_dir() else where.parent) / PLAN
        design = design_of(read_document(folder), folder)
        ready = _inputs_beside(folder.parent, inputs)
    found, faults = _read_book(where) if where.suffix.lower() == ".xlsx" else _read_folder(where)
    if not faults:
        # Later checks would report consequences of these as if they were new faults.
        faults = Checking(found, design, ready, today or dt.datetime.now(tz=dt.UTC).date()).faults()
    if faults:
        raise InputError(first_of_each_table(faults))
    return found


def _read_folder(folder: Path) -> tuple[Actuals, list[Fault]]:
    if not folder.is_dir():
        fix = "make one with 'pilot-planner actuals new PLAN FOLDER'"
        raise InputError([Fault(Place(str(folder)), "does not exist", "a folder of actuals or a workbook", fix)])
    return read_actuals(folder)


def first_of_each_table(faults: Sequence[Fault]) -> list[Fault]:
    """Of each table the first faults, and how many more there are."""
    by_file: dict[str, list[Fault]] = {}
    for fault in faults:
        by_file.setdefault(fault.place.file, []).append(fault)
    shown = []
    for file, some in by_file.items():
        shown += some[:FAULTS_SHOWN_PER_FILE]
        if len(some) > FAULTS_SHOWN_PER_FILE:
            more = f"{len(some) - FAULTS_SHOWN_PER_FILE} more faults in this table"
            shown.append(Fault(Place(file), more, "a clean table", "mend those above first"))
    return shown


# --- CSV ---


def _csv(table: Table, rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    names = [field.name for field in table.fields]
    writer.writerow(names)
    writer.writerows([[_text(row[name]) for name in names] for row in rows])
    return out.getvalue().encode()


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return repr(int(value)) if value.is_integer() else repr(value)
        case _:
            return str(value)


# --- one workbook ---


def _workbook(plan: Plan, tables: Sequence[tuple[Table, Sequence[Mapping[str, Any]]]]) -> bytes:
    made = io.BytesIO()
    with new_book(made) as book:
        book.set_properties({"title": f"Actuals of plan {plan.plan_id}"})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        measure = book.add_format({"bg_color": "#FFF7DB", "font_color": "#0F3E87"})
        meanings = _meanings()
        for table, rows in tables:
            sheet = book.add_worksheet(table.name)
            for place, field in enumerate(table.fields):
                sheet.set_column(place, place, _WIDTHS.get(field.name, 14))
                sheet.write_string(0, place, field.name, head)
                sheet.write_comment(0, place, meanings[table.name, field.name])
            for number, row in enumerate(rows, start=1):
                for place, field in enumerate(table.fields):
                    _write(sheet, number, place, row[field.name], None if field.required else measure)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(1, len(rows)), len(table.fields) - 1)
    return made.getvalue()


def _meanings() -> dict[tuple[str, str], str]:
    document = json.loads(package_file().read_text(encoding="utf-8"))
    return {
        (resource["name"], field["name"]): field["description"]
        for resource in document["resources"]
        for field in resource["schema"]["fields"]
    }


def _write(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    match value:
        case None:
            sheet.write_blank(row, column, None, look)
        case bool():
            sheet.write_boolean(row, column, value, look)
        case int() | float():
            sheet.write_number(row, column, value, look)
        case _:
            sheet.write_string(row, column, str(value), look)


def _read_book(file: Path) -> tuple[Actuals, list[Fault]]:
    try:
        raw = file.read_bytes()
    except OSError as error:
        fault = Fault(Place(str(file)), f"cannot be read ({error.strerror})", "a workbook of actuals", "check the name")
        raise InputError([fault]) from None
    return read_workbook(raw, file.as_posix())


def read_workbook(raw: bytes, name: str) -> tuple[Actuals, list[Fault]]:
    """Actuals of a workbook, and what is wrong with its cells, each as ``file:sheet:row:column``."""
    return actuals_of_texts(sheets_of(raw, name), name, _OF_BOOK)


_OF_BOOK = (":", "")


def actuals_of_texts(texts: Mapping[str, str], name: str, between: tuple[str, str]) -> tuple[Actuals, list[Fault]]:
    """Actuals of tables in CSV by their name, and what is wrong with their cells; ``between`` as in ``Actuals``."""
    package = actuals_package()
    faults: list[Fault] = []
    read: list[ReadTable] = []
    before, behind = between
    for table in package.tables:
        place = f"{name}{before}{table.name}{behind}"
        if table.name in texts:
            read.append(table_of_text(texts[table.name], place, table, package))
            faults += read[-1].faults
        elif not table.optional:
            faults.append(Fault(Place(place), "is missing", "this table of the template", "restore it from the template"))
    names = [table.name for table in package.tables]
    for title in texts.keys() - set(names):
        fix = did_you_mean(title, names, "remove it")
        faults.append(Fault(Place(f"{name}{before}{title}{behind}"), "is no table of actuals", ", ".join(names), fix))
    return actuals_of(read, name, between), faults


def sheets_of(raw: bytes, name: str) -> dict[str, str]:
    """The sheets of a workbook as CSV, by their name. Raises InputError for what is no plain workbook."""
    refuse_what_is_no_plain_workbook(raw, name)
    return dict(_sheets(raw, name))


def _sheets(raw: bytes, name: str) -> Iterator[tuple[str, str]]:
    """Each sheet as CSV, row by row, so that its cells are read by the same rules."""
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            # Of extensions of Excel that are not read and do not matter here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
            for sheet in book.worksheets:
                yield sheet.title, _sheet_text(sheet)
            book.close()
    except Exception as error:  # openpyxl tells of broken files by whatever breaks in it
        what = f"cannot be read as a workbook ({type(error).__name__})"
        raise InputError([Fault(Place(name), what, "an Excel workbook (.xlsx)", "save it again as .xlsx")]) from None


def _sheet_text(sheet: Any) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    width = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS)):
        texts = [_cell(cell) for cell in cells]
        if number == 0:
            width = max((place + 1 for place, text in enumerate(texts) if text), default=0)
        if number > actuals_package().max_rows:
            break
        writer.writerow(texts[:width] + [""] * (width - len(texts)))
    return out.getvalue()


_MOST_COLUMNS = 50


def _cell(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date) else _text(value)
