"""Do the inputs make sense? Errors stop; warnings are for a person to judge."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from pilot_planner.data.estimates import ADDRESS_COLUMNS, BOUNDS, Bound, Estimate
from pilot_planner.data.events import event_faults
from pilot_planner.data.inputs import Inputs, in_words
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.data.units import range_of
from pilot_planner.errors import Fault, Place

_PEOPLE_PER_MILLION = 1_000_000

_OUT_OF_PROPORTION = 100.0
"""Times what a money amount replaces, or is elsewhere: amounts of one kind differ by up to 43 times between hosts, and a
thousands separator that was read as a decimal point makes a thousandth."""

_LIVING_WAGES_IN_MINIMUM_WAGES = (0.2, 5.0)
"""A living wage below or above so many minimum wages is more likely a slip; those that were read are 0.57 to 2.54 of one."""


def check(inputs: Inputs) -> list[Fault]:
    """Every rule of sense over all current estimates."""
    faults: list[Fault] = []
    for estimate in inputs.estimates.values():
        faults += _range_faults(inputs, estimate)
    faults += _dictionary_faults(inputs)
    faults += _host_faults(inputs)
    faults += _wage_faults(inputs)
    faults += _people_faults(inputs)
    faults += _tax_faults(inputs)
    faults += proportion_faults(inputs)
    faults += _bare_names(inputs)
    faults += event_faults(inputs)
    return faults


def _bare_names(inputs: Inputs) -> Iterator[Fault]:
    """Hosts and sectors that are listed and of which nothing is said: they would silently take part in nothing."""
    for table, column in (("hosts", "iso3"), ("sectors", "sector")):
        known = {address[1] for address in inputs.estimates if address[0] == table}
        for row in inputs.rows(f"lists/{table}.csv"):
            if (name := row.text(column)) not in known:
                place = Place(f"{inputs.origin}/lists/{table}.csv", row.number, column)
                what, expected = f"{name} has no row in estimates/{table}.csv", "what plans need of it"
                fix = f"remove the row and let 'pilot-planner add {table.removesuffix('s')}' write all that is needed"
                yield Fault(place, what, expected, fix, "warning")


def out_of_proportion(inputs: Inputs) -> list[Fault]:
    """Warnings of values that were set to a hundredth or a hundred times, or beyond, of what the files have."""
    faults = []
    bounds: dict[str, Bound] = {"": "base", **{bound: bound for bound in BOUNDS}}
    for address, bound in sorted({(address, bounds[bound]) for address, bound in inputs.changes}):
        old, value = inputs.readings[address], inputs.estimates[address].at(bound)
        if words := _times(value, old.at(bound)):
            what = f"{value:g} {old.unit} is {words} what it replaces, {old.at(bound):g}"
            place = Place(f"inputs.{old.path}" + ("" if bound == "base" else f".{bound}"))
            faults.append(Fault(place, what, "a value in proportion", "check the unit and the decimal point", "warning"))
    return faults


def _times(value: float | None, other: float | None) -> str:
    """How far two positive amounts are apart, in words; empty where they are in proportion."""
    if not value or not other or value < 0 or other < 0 or 1 / _OUT_OF_PROPORTION < value / other < _OUT_OF_PROPORTION:
        return ""
    return f"{value / other:,.0f} times as much as" if value > other else f"{other / value:,.0f} times less than"


def proportion_faults(inputs: Inputs) -> list[Fault]:
    """Money amounts far from those of all other hosts, and living wages far from the minimum wage."""
    alike: dict[tuple[str, str], list[Estimate]] = {}
    for estimate in inputs.estimates.values():
        if (
            estimate.address[0] in ("hosts", "placements", "in_kind_baskets")
            and estimate.unit.startswith("USD")
            and estimate.base
        ):
            alike.setdefault((estimate.address[0], estimate.address[-1]), []).append(estimate)
    faults = []
    for estimates in alike.values():
        hosts = {estimate.address[1] for estimate in estimates}
        of_others = {
            host: [one.base for one in estimates if one.address[1] != host and one.base is not None] for host in hosts
        }
        usual_elsewhere = {
            host: statistics.median(others) for host, others in of_others.items() if len(others) >= _FEWEST_TO_COMPARE
        }
        for estimate in estimates:
            usual = usual_elsewhere.get(estimate.address[1])
            if words := _times(estimate.base, usual):
                what = f"{estimate.path} = {estimate.base:g} {estimate.unit} is {words} the median of other hosts, {usual:g}"
                place, fix = _at(inputs, estimate, "base"), "check the unit and the decimal point"
                faults.append(Fault(place, what, "a value in proportion", fix, "warning"))
            elif estimate.address[0] == "hosts" and estimate.address[-1] == "living_wage":
                faults += _living_wage_faults(inputs, estimate)
    return faults


_FEWEST_TO_COMPARE = 3


def _living_wage_faults(inputs: Inputs, estimate: Estimate) -> list[Fault]:
    minimum = inputs.number("hosts", estimate.address[1], "minimum_wage")
    least, most = _LIVING_WAGES_IN_MINIMUM_WAGES
    if not minimum or estimate.base is None or least <= estimate.base / minimum <= most:
        return []
    what = f"the living wage {estimate.base:g} of {estimate.address[1]} is far from its minimum wage, {minimum:g}"
    expected = f"between {least * minimum:g} and {most * minimum:g} {estimate.unit}"
    return [Fault(_at(inputs, estimate, "base"), what, expected, "check both, their units and months", "warning")]


def _at(inputs: Inputs, estimate: Estimate, column: str) -> Place:
    folder = "facts" if estimate.address[0] == "seed_facts" else "estimates"
    return Place(f"{inputs.origin}/{folder}/{estimate.address[0]}.csv", estimate.row, column)


def _range_faults(inputs: Inputs, estimate: Estimate) -> list[Fault]:
    if estimate.reading in ("text", "absent"):
        if (estimate.low, estimate.base, estimate.high) == (None, None, None):
            return []
        what = f"has numbers although its reading is {estimate.reading!r}"
        return [Fault(_at(inputs, estimate, "reading"), what, "no numbers", "correct the reading or clear the numbers")]
    for bound in BOUNDS:
        if estimate.at(bound) is None:
            return [
                Fault(
                    _at(inputs, estimate, bound),
                    f"{estimate.path} has no {bound}",
                    "low, base and high",
                    "fill it in (a single reading repeats the same value), or set reading to absent",
                )
            ]
    low, base, high = estimate.low or 0.0, estimate.base or 0.0, estimate.high or 0.0
    if not low <= base <= high:
        return [
            Fault(
                _at(inputs, estimate, "base"),
                f"low {low:g}, base {base:g}, high {high:g} are out of order",
                "low <= base <= high",
                "correct the three values",
            )
        ]
    if estimate.reading == "single" and not low == base == high:
        return [
            Fault(
                _at(inputs, estimate, "reading"),
                f"a single reading with a range {low:g} to {high:g}",
                "low = base = high",
                "set reading to range, or repeat the value",
            )
        ]
    if estimate.reading == "derived" and not estimate.formula:
        return [Fault(_at(inputs, estimate, "formula"), "a derived value without formula", "its formula", "write it")]
    return []


def _dictionary_faults(inputs: Inputs) -> list[Fault]:
    """Units and hard bounds against the data dictionary ``lists/indicators.csv``."""
    rows = inputs.rows("lists/indicators.csv")
    units = {(row.text("table"), row.text("indicator")): row.text("unit") for row in rows}
    bounds = inputs.hard_bounds
    faults = []
    for estimate in inputs.estimates.values():
        table, indicator = estimate.address[0], estimate.address[-1]
        if "indicator" not in ADDRESS_COLUMNS[table]:
            faults += _out_of_bounds(inputs, estimate, range_of(estimate.unit))
            continue
        if (table, indicator) not in units:
            known = [name for other, name in units if other == table]
            faults.append(
                Fault(
                    _at(inputs, estimate, "indicator"),
                    f"{indicator!r} is not in the dictionary of {table}",
                    f"an indicator of {inputs.origin}/lists/indicators.csv",
                    did_you_mean(indicator, known, fallback="add it there with its unit"),
                )
            )
            continue
        if estimate.unit not in (units[table, indicator], "text"):
            faults.append(
                Fault(
                    _at(inputs, estimate, "unit"),
                    f"{estimate.path} is in {estimate.unit!r}",
                    repr(units[table, indicator]),
                    "convert the value or correct the unit",
                )
            )
        faults += _out_of_bounds(inputs, estimate, bounds[table, indicator])
    return faults


def _out_of_bounds(inputs: Inputs, estimate: Estimate, allowed: tuple[float | None, float | None]) -> list[Fault]:
    minimum, maximum = allowed
    return [
        Fault(
            _at(inputs, estimate, bound),
            f"{estimate.path} = {value:g} is out of bounds",
            f"{in_words(minimum, maximum)} {estimate.unit}",
            "correct the value or its unit",
        )
        for bound in BOUNDS
        if (value := estimate.at(bound)) is not None
        and ((minimum is not None and value < minimum) or (maximum is not None and value > maximum))
    ]


_NOT_HOSTS = ("WLD", "PRK")
"""Keys beside the hosts in tables by host: the general reading, and the country of origin."""


def _host_faults(inputs: Inputs) -> list[Fault]:
    """Hosts in tables that also hold general readings, which a foreign key could not allow."""
    known = {*(row.text("iso3") for row in inputs.rows("lists/hosts.csv")), *_NOT_HOSTS}
    faults = []
    for table in ("hosts", "in_kind_baskets"):
        for row in inputs.rows(f"estimates/{table}.csv"):
            if row["iso3"] not in known:
                place = Place(f"{inputs.origin}/estimates/{table}.csv", row.number, "iso3")
                fix = did_you_mean(row.text("iso3"), known, fallback="add it there first")
                expected = f"one that stands in {inputs.origin}/lists/hosts.csv"
                faults.append(Fault(place, f"{row.text('iso3')!r} is not known", expected, fix))
    return faults


def _wage_faults(inputs: Inputs) -> list[Fault]:
    faults = []
    for estimate in inputs.estimates.values():
        if estimate.address[0] != "placements" or estimate.address[-1] != "market_wage" or estimate.base is None:
            continue
        _, iso3, sector, _ = estimate.address
        minimum = inputs.number("placements", iso3, sector, "minimum_wage")
        if minimum is None:
            minimum = inputs.number("hosts", iso3, "minimum_wage")
        if minimum is not None and minimum > estimate.base:
            faults.append(
                Fault(
                    _at(inputs, estimate, "base"),
                    f"the minimum wage {minimum:g} of {iso3} is above the market wage {estimate.base:g} of {sector}",
                    "a market wage at or above the legal minimum",
                    "check both; pay is planned at the higher of the two",
                    "warning",
                )
            )
    return faults


def _people_faults(inputs: Inputs) -> list[Fault]:
    faults = []
    for estimate in inputs.estimates.values():
        if estimate.address[0] != "placements" or estimate.address[-1] not in ("demand", "foreign_worker_quota"):
            continue
        labour_force = inputs.number("hosts", estimate.address[1], "labour_force")
        if labour_force is None or estimate.base is None or estimate.base <= labour_force * _PEOPLE_PER_MILLION:
            continue
        faults.append(
            Fault(
                _at(inputs, estimate, "base"),
                f"{estimate.path} = {estimate.base:,.0f} is more than the labour force of {estimate.address[1]}",
                f"at most {labour_force * _PEOPLE_PER_MILLION:,.0f} persons",
                "check the unit",
            )
        )
    return faults


def _tax_faults(inputs: Inputs) -> list[Fault]:
    """A graduated schedule that may be used has brackets, which join up and whose rates never fall."""
    faults = _schedules_without_brackets(inputs)
    place = f"{inputs.origin}/facts/tax_brackets.csv"
    upper: dict[str, tuple[float | None, float]] = {}
    last: dict[str, int] = {}
    for row in inputs.rows("facts/tax_brackets.csv"):
        name = row.text("schedule_id")
        low, rate = float(row["lower_usd_month"] or 0), float(row["marginal_rate"] or 0)
        if name in upper:
            before, rate_before = upper[name]
            if before is None or abs(before - low) > 0.01:
                expected = "the upper end of the bracket before"
                what = f"{name}: a bracket starts at {low:g}, the one before ends at {before}"
                faults.append(Fault(Place(place, row.number, "lower_usd_month"), what, expected, "close the gap"))
            if rate < rate_before:
                what = f"{name}: the rate falls from {rate_before:g} to {rate:g}"
                faults.append(
                    Fault(Place(place, row.number, "marginal_rate"), what, "rates that never fall", "correct the rates")
                )
        elif low != 0:
            what = f"{name}: the first bracket starts at {low:g}"
            faults.append(Fault(Place(place, row.number, "lower_usd_month"), what, "0", "start the schedule at 0"))
        end = row["upper_usd_month"]
        upper[name] = (None if end is None else float(end), rate)
        last[name] = row.number
    faults += [
        # Whatever is earned above it would be taxed at nothing.
        Fault(
            Place(place, last[name], "upper_usd_month"),
            f"{name}: the last bracket ends at {end:g}",
            "an open end",
            "leave it empty, or add the bracket above it",
        )
        for name, (end, _) in upper.items()
        if end is not None
    ]
    return faults


def _schedules_without_brackets(inputs: Inputs) -> list[Fault]:
    """Without this a schedule that lost its brackets would be planned as no tax at all."""
    have = {row.text("schedule_id") for row in inputs.rows("facts/tax_brackets.csv")}
    return [
        Fault(
            Place(f"{inputs.origin}/facts/tax_schedules.csv", row.number, "schedule_id"),
            f"{row.text('schedule_id')} is graduated and has no brackets",
            f"at least one row of it in {inputs.origin}/facts/tax_brackets.csv",
            "add its brackets, or mark its use 'incomplete'",
        )
        for row in inputs.rows("facts/tax_schedules.csv")
        if row["type"] == "graduated" and row["use"] != "incomplete" and row.text("schedule_id") not in have
    ]
