"""All inputs as one frozen record: read, checked, derived, and overridden for what-ifs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pilot_planner.data.derivation import derive
from pilot_planner.data.estimates import ADDRESS_COLUMNS, BOUNDS, Address, Bound, Estimate
from pilot_planner.data.locations import resolve_inputs
from pilot_planner.data.package import Package, shipped_package
from pilot_planner.data.reading import FAULTS_SHOWN_PER_FILE, LARGEST, NUMBER, ReadTable, Row, read_table
from pilot_planner.data.suggest import did_you_mean, nearest
from pilot_planner.errors import Fault, InputError, Place


@dataclass(frozen=True)
class Inputs:
    """Everything of an ``inputs/`` folder.

    Attributes:
        origin: the folder, as the user would name it.
        tables: the rows of every file, by its path inside the folder (``estimates/hosts.csv``).
        estimates: the current value at every address, derived ones included.
        changes: what was set on top of the files: address to (bound or ``""`` for all three, value).
    """

    origin: str
    tables: Mapping[str, tuple[Row, ...]]
    estimates: Mapping[Address, Estimate]
    warnings: tuple[Fault, ...] = ()
    changes: Mapping[tuple[Address, str], float] = field(default_factory=dict)

    def rows(self, path: str) -> tuple[Row, ...]:
        return self.tables[path]

    def find(self, *address: str) -> Estimate | None:
        """The current estimate at an address, or None where the table has no such row."""
        return self.estimates.get(address)

    def number(self, *address: str, bound: Bound = "base") -> float | None:
        """The value at an address; None when there is no row or the value is absent."""
        estimate = self.estimates.get(address)
        return None if estimate is None else estimate.at(bound)

    def need(self, *address: str) -> float:
        """The base value at an address that the tool cannot do without. Raises InputError when it is not there."""
        value = self.number(*address)
        if value is None:
            path = ".".join(address)
            raise InputError(
                [Fault(Place(f"{self.origin}/estimates/{address[0]}.csv"), f"{path} has no value", "a value", "add it")]
            )
        return value

    @cached_property
    def hash(self) -> str:
        """SHA-256 of every row of every file and of what was set on top, in a fixed order."""
        digest = hashlib.sha256()
        for path in sorted(self.tables):
            digest.update(path.encode())
            for row in self.tables[path]:
                digest.update(repr(tuple(row.cells.items())).encode())
        for change in sorted(self.changes.items()):
            digest.update(repr(change).encode())
        return digest.hexdigest()

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every path that ``--set inputs.PATH=VALUE`` accepts, without the ``inputs.`` in front."""
        return tuple(sorted(estimate.path for estimate in self.estimates.values() if estimate.unit != "text"))

    def with_values(self, changes: Mapping[str, float]) -> Inputs:
        """A copy in which estimates have other values; what is derived from them follows.

        ``changes`` maps a path (``placements.MNG.construction.market_wage``, with ``.low``, ``.base`` or ``.high``
        at its end to set one bound only) to a value in the estimate's own unit. A whole value replaces bounds that
        were set before it. Raises InputError with every path that does not exist and every value out of its bounds.
        """
        merged = dict(self.changes)
        faults = []
        for path, value in changes.items():
            target = self._target(path)
            if isinstance(target, Fault):
                faults.append(target)
                continue
            address, bound = target
            fault = self._out_of_bounds(path, address, value)
            if fault is not None:
                faults.append(fault)
            if not bound:
                merged = {key: old for key, old in merged.items() if key[0] != address}
            merged[address, bound] = value
        if faults:
            raise InputError(faults)
        values = dict(self.estimates)
        for (address, bound), value in merged.items():
            values[address] = _with_value(values[address], bound, value)
        faults = [fault for key in merged if (fault := _disordered(values[key[0]], key[1])) is not None]
        if faults:
            raise InputError(faults)
        derived, faults = derive(values, self.origin)
        if faults:
            raise InputError(faults)
        return replace(self, estimates=derived, changes=merged)

    def _target(self, path: str) -> tuple[Address, str] | Fault:
        parts = tuple(path.split("."))
        for address, bound in ((parts, ""), (parts[:-1], parts[-1])):
            known = self.estimates.get(address)
            if known is not None and known.unit != "text" and bound in ("", "low", "base", "high"):
                return address, bound
        close = nearest(path, self.paths)
        fix = f"nearest: {', '.join('inputs.' + name for name in close)}" if close else "see 'pilot-planner check --values'"
        return Fault(Place(f"inputs.{path}"), "no such input", "the path of an estimate", fix)

    def _out_of_bounds(self, path: str, address: Address, value: float) -> Fault | None:
        if not abs(value) <= LARGEST:  # so put, it refuses 'not a number' as well
            expected = f"a number of at most {LARGEST:,.0f}"
            return Fault(Place(f"inputs.{path}"), f"{value:g} cannot be used", expected, "correct it")
        limits = indicator_bounds(self.tables["lists/indicators.csv"]).get((address[0], address[-1]))
        if limits is None:
            return None
        low, high = limits
        if (low is not None and value < low) or (high is not None and value > high):
            return Fault(Place(f"inputs.{path}"), f"{value:g} is out of bounds", in_words(low, high), "correct it")
        return None


def load_inputs(folder: str | Path | None = None) -> Inputs:
    """Read and check a folder of inputs (default: ``inputs`` here, else the shipped ones).

    Raises InputError with every fault of every file. Warnings do not stop; they are kept in ``warnings``.
    """
    inputs, faults = read_inputs(folder)
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
    """
    from pilot_planner.data import sense

    root = resolve_inputs(folder)
    package = shipped_package()
    read = [read_table(root, table, package) for table in package.tables]
    faults = [fault for table in read for fault in table.faults]
    faults += _broken_references(read, package)
    tables = {table.table.path: table.rows for table in read}
    estimates, repeated = _current_estimates(read)
    faults += repeated
    if faults:
        # Later checks would report consequences of these as if they were new faults.
        return None, faults
    derived, formula_faults = derive(estimates, root.as_posix())
    inputs = Inputs(origin=root.as_posix(), tables=tables, estimates=derived)
    faults += formula_faults
    faults += sense.stored_against_formulas(estimates, derived, inputs.origin)
    faults += sense.check(inputs)
    return inputs, faults


def _with_value(old: Estimate, bound: str, value: float) -> Estimate:
    """The estimate with one bound, or for ``""`` all three, set by a user."""
    return replace(
        old,
        low=value if bound in ("", "low") else old.low,
        base=value if bound in ("", "base") else old.base,
        high=value if bound in ("", "high") else old.high,
        reading="set",
        formula="",
    )


def _disordered(estimate: Estimate, bound: str) -> Fault | None:
    """What is wrong with the range of an estimate, one bound of which a user has set."""
    low, base, high = estimate.low, estimate.base, estimate.high
    place = Place(f"inputs.{estimate.path}.{bound}")
    if low is None or base is None or high is None:
        fix = f"set all three at once with inputs.{estimate.path}"
        return Fault(place, "is one bound of a value that is absent", "low, base and high", fix)
    if low <= base <= high:
        return None
    what = f"{estimate.at(bound):g} breaks low <= base <= high ({low:g}, {base:g}, {high:g})"  # type: ignore[arg-type]
    return Fault(place, what, "an ordered range", "set the other bounds as well")


def indicator_bounds(rows: Iterable[Row]) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    """Hard bounds by (table, indicator), from ``lists/indicators.csv``."""
    return {(row.text("table"), row.text("indicator")): (_number(row["minimum"]), _number(row["maximum"])) for row in rows}


def in_words(low: float | None, high: float | None) -> str:
    """Two bounds, either of which may be open, for a message."""
    if low is None or high is None:
        return f"at most {high:g}" if low is None else f"at least {low:g}"
    return f"between {low:g} and {high:g}"


def _number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None


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
    return Estimate(
        address=address,
        low=_number(row["low"]),
        base=_number(row["base"]),
        high=_number(row["high"]),
        unit=row.text("unit"),
        year=year if isinstance(year, int) else None,
        reading=row.text("reading"),
        source_id=row.text("source_id"),
        grade=row.text("grade"),
        formula=row.text("formula"),
        note=row.text("note"),
        row=row.number,
    )


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
            known = {tuple(row.text(column) for column in reference.target_columns) for row in target.rows}
            unknown: dict[tuple[str, ...], list[int]] = {}
            for row in source.rows:
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
