"""An override file: a named set of settings that ``--set @FILE`` takes, apart from inputs and designs.

    [scenario]                                      # about the file; changes no number
    name = "Higher pay in Mongolia"
    date = 2026-11-22

    [settings]                                      # of the design, as --set takes them
    limits.operating_cost.max = 8000000

    [inputs]                                        # of the inputs, without 'inputs.' in front
    placements.MNG.construction.market_wage = 650

Tables and dotted keys mean the same, as everywhere in TOML. A path of which a longer one is set as well is quoted:
``"hosts.MNG.living_wage" = 300`` beside ``"hosts.MNG.living_wage.low" = 250``.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.data.typed import ungrouped
from pilot_planner.design.loading import read_toml, row_of_key
from pilot_planner.design.writing import toml_key, toml_value
from pilot_planner.errors import Fault, InputError, Place

SCENARIO, SETTINGS, INPUTS = "scenario", "settings", "inputs"
_TABLES = (SCENARIO, SETTINGS, INPUTS)
_ABOUT = ("name", "date", "design")
_LONGEST_NAME = 80
_MOST_SETTINGS = 5_000

Where = Callable[..., Place]
"""The place of a dotted key, given in parts."""


@dataclass(frozen=True)
class Overrides:
    """What an override file says.

    Attributes:
        settings: dotted paths to values, as ``--set`` takes them; bounds stand after the whole value that they refine.
        name, date, design: about the file. ``design`` names the design that it was made on; it does not choose it.
        places: where in the file each setting stands.
    """

    settings: Mapping[str, Any]
    name: str = ""
    date: dt.date | None = None
    design: str = ""
    places: Mapping[str, Place] = field(default_factory=dict)


def read_overrides(file: str | Path) -> Overrides:
    """Read an override file. Raises InputError with every fault, by file and row."""
    path = Path(file)
    try:
        raw = path.read_bytes()
    except OSError as error:
        fix = "check the name and the working folder"
        raise InputError([Fault(Place(str(path)), f"cannot be read ({error.strerror})", "an override file", fix)]) from None
    return parse_overrides(raw, path.as_posix())


def parse_overrides(raw: bytes, file: str) -> Overrides:
    """The same of what stands in a file; ``file`` is its name for messages. Raises InputError with every fault."""
    found, faults = look_through(raw, file)
    if faults:
        raise InputError(faults)
    return found


def look_through(raw: bytes, file: str) -> tuple[Overrides, list[Fault]]:
    """What can be read of an override file, and its faults, so that a caller may add those of the settings themselves.

    Raises InputError where the file is not TOML at all.
    """
    tree, text = read_toml(raw, file)

    def place(*keys: str) -> Place:
        return Place(file, row_of_key(text, tuple(part for key in keys for part in key.split("."))), ".".join(keys))

    faults = _faults_of_tables(tree, place)
    about = tree.get(SCENARIO, {})
    found: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for path, value, where in _stated(tree, place):
        if path.startswith(f"{INPUTS}.") and (isinstance(value, bool) or not isinstance(value, int | float)):
            cure = ungrouped(value) if isinstance(value, str) else None
            faults.append(Fault(where, f"{toml_or_text(value)} is not a number", "a number", cure or "correct the value"))
        elif path in found:
            faults.append(Fault(where, f"{path} is set twice", "each path once", "remove one of the two"))
        found[path], places[path] = value, where
    if len(found) > _MOST_SETTINGS:
        faults.append(Fault(Place(file), f"has {len(found):,} settings", f"at most {_MOST_SETTINGS:,}", "split it"))
    if not found and not faults:
        fix = "add a table [settings] or [inputs]"
        faults.append(Fault(Place(file), "sets nothing", "at least one setting", fix))
    ordered = {path: found[path] for path in sorted(found)}
    return Overrides(ordered, *_about(about), places), faults


def _about(about: Any) -> tuple[str, dt.date | None, str]:
    """Name, date and design, as far as they can be used."""
    if not isinstance(about, dict):
        return "", None, ""
    name, date, design = about.get("name"), about.get("date"), about.get("design")
    return (
        name if isinstance(name, str) else "",
        date if isinstance(date, dt.date) else None,
        design if isinstance(design, str) else "",
    )


def _faults_of_tables(tree: Mapping[str, Any], place: Where) -> list[Fault]:
    faults = []
    for name, branch in tree.items():
        if name not in _TABLES:
            fix = did_you_mean(name, _TABLES, "settings of the design stand in [settings], those of the inputs in [inputs]")
            faults.append(Fault(place(name), f"{name!r} is no table of an override file", ", ".join(_TABLES), fix))
        elif not isinstance(branch, dict):
            faults.append(Fault(place(name), f"{name!r} is a value", f"a table [{name}]", "write it as a table"))
        elif name == SCENARIO:
            faults += _faults_about(branch, place)
    return faults


def _stated(tree: Mapping[str, Any], place: Where) -> Iterator[tuple[str, Any, Place]]:
    """Every setting: its path as ``--set`` takes it, its value, and where it stands."""
    for table, front in ((SETTINGS, ""), (INPUTS, f"{INPUTS}.")):
        branch = tree.get(table, {})
        if isinstance(branch, dict):
            for path, value in _flat(branch):
                yield front + path, value, place(table, path)


def _faults_about(about: Mapping[str, Any], place: Where) -> list[Fault]:
    faults = []
    for key, value in about.items():
        where = place(SCENARIO, key)
        if key not in _ABOUT:
            faults.append(
                Fault(where, f"{key!r} is not known", ", ".join(_ABOUT), did_you_mean(key, _ABOUT, "move or remove it"))
            )
        elif key == "date" and (isinstance(value, dt.datetime) or not isinstance(value, dt.date)):
            faults.append(Fault(where, f"{toml_or_text(value)} is not a date", "a date", "write it as 2026-11-22"))
        elif key != "date" and not (isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_NAME):
            expected = f"a text of at most {_LONGEST_NAME} characters"
            faults.append(Fault(where, f"{key} cannot be used", expected, "write a short one between quotes"))
    return faults


def toml_or_text(value: Any) -> str:
    """A value in a message, short."""
    try:
        text = toml_value(value)
    except TypeError:
        text = str(value)
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 3] + "..."


def _flat(branch: Mapping[str, Any], front: str = "") -> Iterable[tuple[str, Any]]:
    """Values by dotted path. An empty table sets nothing."""
    for key, value in branch.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{front}{key}.")
        else:
            yield f"{front}{key}", value


def overrides_text(overrides: Overrides, use: str = "") -> str:
    """An override file with these settings; ``use`` is a command line to show at its top. Reads back as the same."""
    lines = ["# Settings for pilot-planner, on top of a design and the inputs; neither is changed."]
    if use:
        lines += [f"#     {line}" for line in use.splitlines()]
    lines += ["", f"[{SCENARIO}]", f"name = {toml_value(overrides.name)}"]
    if overrides.date is not None:
        lines.append(f"date = {overrides.date.isoformat()}")
    if overrides.design:
        lines.append(f"design = {toml_value(overrides.design)}")
    of_inputs = {path.removeprefix(f"{INPUTS}."): v for path, v in overrides.settings.items() if path.startswith("inputs.")}
    of_design = {path: value for path, value in overrides.settings.items() if not path.startswith("inputs.")}
    for table, values in ((SETTINGS, of_design), (INPUTS, of_inputs)):
        if values:
            lines += [
                "",
                f"[{table}]",
                *(f"{_path_key(path, values)} = {toml_value(values[path])}" for path in sorted(values)),
            ]
    return "\n".join(lines) + "\n"


def _path_key(path: str, others: Iterable[str]) -> str:
    """A dotted key; quoted as a whole where TOML would take it for both a value and a table."""
    clashes = any(other.startswith(f"{path}.") or path.startswith(f"{other}.") for other in others)
    return toml_value(path) if clashes else ".".join(toml_key(part) for part in path.split("."))


def relocated(faults: Iterable[Fault], places: Mapping[str, Place]) -> list[Fault]:
    """Faults of settings told at the place in a file where these settings stand; the others as they are."""
    return [replace(fault, place=_place(fault.place, places)) for fault in faults]


def _place(place: Place, places: Mapping[str, Place]) -> Place:
    path = place.file.removeprefix("--set ")
    parts = path.split(".")
    for length in itertools.count(len(parts), -1):
        found = places.get(".".join(parts[:length]))
        if found is not None or length == 0:
            break
    if found is None and place.row is None:
        # A fault of a whole limit (limits.KEY) stands where one of its bounds is set.
        found = next((one for other, one in places.items() if other.startswith(f"{path}.")), None)
    return place if found is None else found
