"""From a folder of files to checked inputs: structure, references, formulas, sense, every fault in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from pathlib import Path

from pilot_planner.data import plausibility
from pilot_planner.data.actuals import PREFIX, actuals_package
from pilot_planner.data.datapackage import Package, Table, shipped_package
from pilot_planner.data.derivation import derive
from pilot_planner.data.estimates import ADDRESS_COLUMNS, BOUNDS, Address, Estimate
from pilot_planner.data.inputs import Inputs, number_of
from pilot_planner.data.inputs_upload import read_book
from pilot_planner.data.locations import folder_below, inputs_to_write, is_workbook, resolve_inputs, shipped
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.data.reading import FAULTS_SHOWN_PER_FILE, LARGEST, NUMBER, ReadTable, Row, read_table
from pilot_planner.data.stored import Stale, stale_values
from pilot_planner.errors import Fault, InputError, Place


def load_inputs(folder: str | Path | None = None) -> Inputs:
    """Read and check inputs: a folder (default: ``inputs`` here, else the shipped ones), or a workbook that lies over one.

    A workbook (``.xlsx``, as ``pilot-planner inputs`` writes it) sets its numbers on top of the folder ``inputs`` beside it,
    else of the default one. Raises InputError with every fault of every file. Warnings do not stop; they are kept in
    ``warnings``.
    """
    return _whole(*read_inputs(folder))


def inputs_of_rows(rows: Mapping[str, Sequence[Row]], origin: str) -> Inputs:
    """The same inputs again from the rows of every file (``Inputs.tables``), however they were kept.

    ``origin`` stands before file names in messages. Raises InputError where this version reads other files or columns than
    those that the rows were read from, and for every fault that reading the files would find but those of the text itself.
    """
    package = shipped_package()
    happened = [replace(table, path=PREFIX + table.path) for table in actuals_package().tables]
    tables = [*package.tables, *(table for table in happened if table.path in rows)]
    read = [ReadTable(table, f"{origin}/{table.path}", tuple(rows.get(table.path, ())), ()) for table in tables]
    faults = []
    known = {table.path for table in tables}
    optional = {table.path for table in package.tables if table.optional}
    for path in sorted((known ^ rows.keys()) - (optional - rows.keys())):
        what = "is missing" if path not in rows else "is not read by this version"
        faults.append(Fault(Place(f"{origin}/{path}"), what, "the files that this version reads", "take these inputs anew"))
    for source in read:
        columns = {field.name for field in source.table.fields}
        if any(row.cells.keys() != columns for row in source.rows):
            fix = "take these inputs anew, or use the version that they were kept by"
            faults.append(Fault(Place(source.shown_as), "has other columns", "those that this version reads", fix))
    if faults:
        raise InputError(faults)
    return _whole(*_put_together(read, package, origin))


def _whole(inputs: Inputs | None, faults: Sequence[Fault]) -> Inputs:
    errors = [fault for fault in faults if fault.severity == "error"]
    if errors or inputs is None:
        raise InputError(errors)
    return replace(inputs, warnings=tuple(fault for fault in faults if fault.severity == "warning"))


def read_inputs(folder: str | Path | None = None) -> tuple[Inputs | None, list[Fault]]:
    """Read everything and collect every fault. The record is None when a file is too broken to go on.

    1. structure: each file against the data package (types, closed lists, keys);
    2. references between files;
    3. derived values against their formulas;
    4. sense: ordered ranges, units, bounds, and values that contradict each other.

    A folder ``actuals`` within it is what has happened since the signature (``actuals check`` holds it against the plan).
    """
    root = resolve_inputs(folder)
    if is_workbook(root):
        return _read_book(root)
    package = shipped_package()
    read = [read_table(root, table, package) for table in package.tables]
    read, older = _with_new_parameters(read, package)
    if (root / PREFIX).is_dir():
        read += [
            read_table(root, replace(table, path=PREFIX + table.path), actuals_package())
            for table in actuals_package().tables
        ]
    inputs, faults = _put_together(read, package, root.as_posix())
    return inputs, [*faults, *older]


def _read_book(file: Path) -> tuple[Inputs | None, list[Fault]]:
    below, faults = read_inputs(folder_below(file))
    if below is None or any(fault.severity == "error" for fault in faults):
        return None, faults
    inputs, found = read_book(file, below)
    return inputs, list(dict.fromkeys([*faults, *found]))


def _with_new_parameters(read: list[ReadTable], package: Package) -> tuple[list[ReadTable], list[Fault]]:
    """A folder of an older version lacks parameters that this one reads: they are taken as shipped, with a warning."""
    by_path = {one.table.path: one for one in read}
    own = by_path[_PARAMETERS]
    if any(one.faults for one in read):
        # A row at fault is not read, and would be taken for one that is not there.
        return read, []
    as_shipped = {table.path: read_table(shipped("inputs"), table, package) for table in _beside_parameters(package)}
    there = {row["indicator"] for row in own.rows}
    missing = [row for row in as_shipped[_PARAMETERS].rows if row["indicator"] not in there]
    if not missing:
        return read, []
    by_path[_PARAMETERS] = replace(own, rows=(*own.rows, *missing))
    tables = {table.name: table.path for table in package.tables}
    for reference in own.table.references:
        path = tables[reference.target]
        target, named = by_path[path], {tuple(row[column] for column in reference.columns) for row in missing}
        listed = {tuple(row[column] for column in reference.target_columns) for row in target.rows}
        more = [
            row
            for row in as_shipped[path].rows
            if (key := tuple(row[column] for column in reference.target_columns)) in named and key not in listed
        ]
        by_path[path] = replace(target, rows=(*target.rows, *more))
    names = dict.fromkeys(row.text("indicator") for row in missing)
    dictionary = by_path[_DICTIONARY]
    known = {(row["table"], row["indicator"]) for row in dictionary.rows}
    more = [
        row
        for row in as_shipped[_DICTIONARY].rows
        if row["indicator"] in names and row["table"] == own.table.stem and (row["table"], row["indicator"]) not in known
    ]
    by_path[_DICTIONARY] = replace(dictionary, rows=(*dictionary.rows, *more))
    fault = Fault(
        Place(own.shown_as),
        f"has no row for {', '.join(names)}, which this version reads",
        "a row for each parameter",
        f"they are taken as shipped; copy their rows from {as_shipped[_PARAMETERS].shown_as} to set them yourself",
        severity="warning",
    )
    return list(by_path.values()), [fault]


def _beside_parameters(package: Package) -> list[Table]:
    """The table of parameters, and those that it refers to."""
    by_name = {table.name: table for table in package.tables}
    own, dictionary = (next(one for one in package.tables if one.path == path) for path in (_PARAMETERS, _DICTIONARY))
    return [own, dictionary, *(by_name[name] for name in {one.target for one in own.references} - {own.name})]


_PARAMETERS, _DICTIONARY = "estimates/programme.csv", "lists/indicators.csv"


def stale_of(folder: str | Path | None = None) -> list[Stale]:
    """Stored values of a folder that their formulas do not give any more. Raises InputError where it cannot be read."""
    root = inputs_to_write(folder)
    package = shipped_package()
    estimates, faults = _current_estimates([read_table(root, table, package) for table in package.tables])
    derived, wrong = derive(estimates, root.as_posix())
    if faults or wrong:
        raise InputError([*faults, *wrong])
    return stale_values(estimates, derived, root.as_posix())


def _put_together(read: list[ReadTable], package: Package, origin: str) -> tuple[Inputs | None, list[Fault]]:
    faults = [fault for table in read for fault in table.faults]
    faults += _broken_references(read, package)
    tables = {table.table.path: table.rows for table in read}
    estimates, repeated = _current_estimates(read)
    faults += repeated
    if faults:
        # Later checks would report consequences of these as if they were new faults.
        return None, faults
    derived, formula_faults = derive(estimates, origin)
    inputs = Inputs(origin=origin, tables=tables, estimates=derived)
    faults += formula_faults
    faults += [one.fault for one in stale_values(estimates, derived, inputs.origin)]
    faults += plausibility.check(inputs)
    return inputs, faults


def _current_estimates(read: list[ReadTable]) -> tuple[dict[Address, Estimate], list[Fault]]:
    estimates: dict[Address, Estimate] = {}
    faults = []
    for source in read:
        if not source.table.is_estimates:
            continue
        table = source.table.stem
        for row in source.rows:
            if row["status"] != "current":
                continue
            address = (table, *(row.text(column) for column in ADDRESS_COLUMNS[table]))
            estimate = _estimate(address, row)
            if address in estimates:
                faults.append(
                    Fault(
                        Place(source.shown_as, row.number, "status"),
                        f"{estimate.path} has a second current value (the first is in row {estimates[address].row})",
                        "one current value for each key",
                        "mark one of them 'superseded' or 'context'",
                    )
                )
            estimates[address] = estimate
    for source in read:
        if source.table.path == _SEED_FACTS:
            estimates.update(_numeric_facts(source))
    return estimates, faults


_SEED_FACTS = "facts/seed_facts.csv"


def _numeric_facts(source: ReadTable) -> dict[Address, Estimate]:
    """Facts of the seed documents that are numbers, so that formulas can refer to them. Dates and words are left out."""
    facts: dict[Address, Estimate] = {}
    for row in source.rows:
        texts = [row.text(bound) or row.text("base") for bound in BOUNDS]
        if not all(NUMBER.match(text) for text in texts):
            continue
        low, base, high = (float(text) for text in texts)
        if max(abs(low), abs(base), abs(high)) > LARGEST:
            continue
        address = ("seed_facts", row.text("fact_id"))
        quoted = row["kind"] == "quoted"
        facts[address] = Estimate(
            address=address,
            low=low,
            base=base,
            high=high,
            unit=row.text("unit_text"),
            year=None,
            reading="range" if low < high else "single",
            source_id=row.text("source_id"),
            grade="A" if quoted else "B",
            formula="",
            note=row.text("statement"),
            row=row.number,
        )
    return facts


def _estimate(address: Address, row: Row) -> Estimate:
    year = row["year"]
    unit, reading, source_id, grade, formula, note = row.texts(*_WORDS)
    return Estimate(
        address=address,
        low=number_of(row["low"]),
        base=number_of(row["base"]),
        high=number_of(row["high"]),
        unit=unit,
        year=year if isinstance(year, int) else None,
        reading=reading,
        source_id=source_id,
        grade=grade,
        formula=formula,
        note=note,
        row=row.number,
    )


_WORDS = ("unit", "reading", "source_id", "grade", "formula", "note")


def _broken_references(read: list[ReadTable], package: Package) -> list[Fault]:
    """One fault for each name that another file should list and does not, however many rows use it."""
    by_name = {table.table.name: table for table in read}
    faults = []
    for source in read:
        for reference in source.table.references:
            target = by_name[reference.target]
            if target.faults:
                # Rows at fault there are not read: that they are not known would be the same fault a second time.
                continue
            there = itemgetter(*reference.target_columns)
            named = itemgetter(*reference.columns)
            listed = {there(row.cells) for row in target.rows}
            others = [row for row in source.rows if named(row.cells) not in listed]
            if not others:
                continue
            known = {tuple(row.text(column) for column in reference.target_columns) for row in target.rows}
            unknown: dict[tuple[str, ...], list[int]] = {}
            for row in others:
                value = tuple([row.text(column) for column in reference.columns])
                if value not in known and any(value):
                    unknown.setdefault(value, []).append(row.number)
            for value, numbers in list(unknown.items())[:FAULTS_SHOWN_PER_FILE]:
                name = ".".join(value)
                also = f" (nor in {len(numbers) - 1:,} rows below)" if len(numbers) > 1 else ""
                faults.append(
                    Fault(
                        Place(source.shown_as, numbers[0], reference.columns[0]),
                        f"{name!r} is not known{also}",
                        f"one that stands in {target.shown_as}",
                        did_you_mean(name, (".".join(key) for key in known), fallback="add it there first"),
                    )
                )
    return faults
