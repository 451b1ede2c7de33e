"""Rows of a new host, sector or tax schedule: the fewest that plans need, with formulas where the house has one for all."""

from __future__ import annotations

import csv
import io
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pilot_planner.data.datapackage import Table, shipped_package
from pilot_planner.data.estimates import Address
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.loading import read_inputs
from pilot_planner.data.locations import inputs_to_write, shipped
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.whole_files import telling, temporary_folder, write_folder

HOSTS, SECTORS, PLACEMENTS = "estimates/hosts.csv", "estimates/sectors.csv", "estimates/placements.csv"
_KEY = {HOSTS: "hosts", SECTORS: "sectors", PLACEMENTS: "placements"}
_HALF = 0.5
Cells = Mapping[str, Any]


@dataclass
class Addition:
    """Rows by file, what is left to fill in, and what a formula fills in until somebody finds a reading.

    ``left`` and ``by_formula`` are paths of estimates, with what they mean; ``beside`` is what else has to be looked at.
    """

    rows: dict[str, list[Cells]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    by_formula: dict[str, str] = field(default_factory=dict)
    beside: list[str] = field(default_factory=list)


def new_host(inputs: Inputs, listed: Cells, needed: Iterable[str]) -> Addition:
    """A host: its row of the list, an indicator that plans need in each row, and a placement in every sector with a wage.

    ``listed`` is the row of ``lists/hosts.csv``; ``needed`` are indicators of hosts that plans read.
    """
    iso3 = str(listed["iso3"])
    found = Addition({"lists/hosts.csv": [listed]})
    for indicator in _of_all(inputs, "hosts", _codes(inputs, "lists/hosts.csv", "iso3"), needed):
        _estimate(found, inputs, HOSTS, (iso3, indicator), _usual_formula(inputs, "hosts", indicator))
    for sector in _codes(inputs, "lists/sectors.csv", "sector"):
        if inputs.find("sectors", sector, "wage_ratio") is not None:
            _placement(found, inputs, iso3, sector)
    found.beside.append(
        f"facts/oda_eligibility.csv has no row of {iso3}: add one once its place on the DAC list has been looked up"
    )
    return found


def new_sector(inputs: Inputs, listed: Cells, needed: Iterable[str]) -> Addition:
    """A sector: its row of the list, an indicator that plans need in each row, and a placement in every host."""
    sector = str(listed["sector"])
    found = Addition({"lists/sectors.csv": [listed]})
    wanted = [*_of_all(inputs, "sectors", _codes(inputs, "lists/sectors.csv", "sector"), needed), "wage_ratio"]
    for indicator in dict.fromkeys(wanted):
        _estimate(found, inputs, SECTORS, (sector, indicator), "")
    for iso3 in _codes(inputs, "lists/hosts.csv", "iso3"):
        _placement(found, inputs, iso3, sector)
    found.beside.append("where the law of a host bars sectors: placements.HOST." + sector + ".law_admits, once looked up")
    return found


def new_schedule(listed: Cells, brackets: Sequence[tuple[float, float]]) -> Addition:
    """A graduated tax schedule; ``brackets`` are lower bounds (USD a month after the deduction) with marginal rates.

    The currency is the dollar, so amounts in local money are the same.
    """
    name = listed["schedule_id"]
    ends = [lower for lower, _ in brackets[1:]]
    rows: list[Cells] = [
        {
            "schedule_id": name,
            "bracket": number,
            "lower_usd_month": f"{lower:g}",
            "upper_usd_month": "" if upper is None else f"{upper:g}",
            "lower_local_month": f"{lower:g}",
            "upper_local_month": "" if upper is None else f"{upper:g}",
            "marginal_rate": f"{rate:g}",
        }
        for number, ((lower, rate), upper) in enumerate(zip(brackets, [*ends, None], strict=True), start=1)
    ]
    return Addition(
        {"facts/tax_schedules.csv": [listed], "facts/tax_brackets.csv": rows},
        beside=[f"facts/tax_schedules.csv: source_id and grade of {name}, once it has been read in the law"],
    )


def write_addition(folder: Path | None, addition: Addition) -> Path:
    """Put the rows below those of a folder of one's own. Raises InputError, nothing written, where that leaves errors."""
    root = inputs_to_write(folder)
    if root.resolve() == shipped("inputs").resolve():
        fix = "copy them with 'pilot-planner new FOLDER' and name FOLDER/inputs with --inputs"
        raise InputError([Fault(Place(root.as_posix()), "are the shipped inputs", "a folder of your own", fix)])
    texts = {path: _with_rows(root / path, _table(path), rows) for path, rows in addition.rows.items()}
    with temporary_folder() as made:
        trial = made / "inputs"
        shutil.copytree(root, trial)
        for path, text in texts.items():
            (trial / path).write_bytes(text.encode())
        errors = [one for one in read_inputs(trial)[1] if one.severity == "error"]
        if errors:
            raise InputError([_told_at(one, trial, root) for one in errors])
    with telling(root):
        write_folder(root, {path: text.encode() for path, text in texts.items()})
    return root


def _told_at(fault: Fault, trial: Path, root: Path) -> Fault:
    place = fault.place
    file = place.file.replace(trial.as_posix(), root.as_posix())
    return Fault(Place(file, place.row, place.column), fault.what, fault.expected, fault.fix, fault.severity)


def _with_rows(file: Path, table: Table, rows: Sequence[Cells]) -> str:
    """The text of a file with more rows, its own left as they are, line ends and byte-order mark included."""
    text = file.read_bytes().decode("utf-8")
    end = "\r\n" if "\r\n" in text else "\n"
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [one.name for one in table.fields], restval="", lineterminator=end)
    writer.writerows(rows)
    return text + ("" if text.endswith(("\n", "\r")) or not text else end) + out.getvalue()


def _table(path: str) -> Table:
    return next(one for one in shipped_package().tables if one.path == path)


def _codes(inputs: Inputs, path: str, column: str) -> list[str]:
    return [row.text(column) for row in inputs.rows(path)]


def _of_all(inputs: Inputs, table: str, keys: Sequence[str], needed: Iterable[str]) -> list[str]:
    """Indicators that plans need and of which every key has a row: what is missing somewhere has a fallback."""
    wanted = set(needed)
    names = [row.text("indicator") for row in inputs.rows("lists/indicators.csv") if row["table"] == table]
    return [one for one in names if one in wanted and all(inputs.find(table, key, one) is not None for key in keys)]


def _usual_formula(inputs: Inputs, table: str, indicator: str) -> str:
    """The formula that most rows of an indicator have; empty where most are read."""
    of_it = [one.formula for address, one in inputs.estimates.items() if address[0] == table and address[-1] == indicator]
    if not of_it:
        return ""
    formula, count = Counter(of_it).most_common(1)[0]
    return formula if count >= _HALF * len(of_it) else ""


def _placement(found: Addition, inputs: Inputs, iso3: str, sector: str) -> None:
    for indicator in ("market_wage", "demand", "intake_quarter"):
        formula = _usual_formula(inputs, "placements", indicator)
        _estimate(found, inputs, PLACEMENTS, (iso3, sector, indicator), formula)


def _estimate(found: Addition, inputs: Inputs, path: str, key: tuple[str, ...], formula: str) -> None:
    table = _KEY[path]
    listed = next(row for row in inputs.rows("lists/indicators.csv") if (row["table"], row["indicator"]) == (table, key[-1]))
    columns = (
        ("iso3", "sector", "indicator") if table == "placements" else ("iso3" if table == "hosts" else "sector", "indicator")
    )
    meaning = listed.text("meaning")
    address: Address = (table, *key)
    name = ".".join(address)
    cells: dict[str, Any] = dict(zip(columns, key, strict=True))
    cells |= {"unit": listed.text("unit"), "status": "current", "formula": formula}
    if formula:
        cells |= {
            "reading": "derived",
            "source_id": "planner_derivation",
            "grade": "C",
            "note": f"{meaning}; by formula until read",
        }
        found.by_formula[name] = formula
    else:
        cells |= {
            "reading": "absent",
            "source_id": "searched_not_found",
            "grade": "absent",
            "note": f"TO FILL IN: {meaning}",
        }
        found.left[name] = f"{meaning}, {listed.text('unit')}"
    found.rows.setdefault(path, []).append(cells)
