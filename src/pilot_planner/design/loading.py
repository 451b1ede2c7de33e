"""From a TOML file, what it extends, and settings on top, to a checked design."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pilot_planner.data.locations import is_file, resolve_model
from pilot_planner.data.nearest_name import did_you_mean, nearest
from pilot_planner.data.typed import ungrouped
from pilot_planner.data.units import how_to_write
from pilot_planner.design.rights import beyond_law
from pilot_planner.design.schema import Design
from pilot_planner.design.settings import descriptions, known_paths
from pilot_planner.errors import Fault, InputError, Place

_LONGEST_CHAIN = 8
_MOST_BYTES = 200_000
_MOST_CHARACTERS = 4_000
"""Of one row, or of one setting."""
_MOST_FAULTS = 50
_LARGEST_INTEGER = 10**18
"""Much as TOML's own; what is larger cannot be a choice, and Python would spend long on showing it."""
_DEEPEST = 20

Tree = dict[str, Any]


@dataclass(frozen=True)
class TomlSource:
    """One TOML file of a chain, for saying where a key stands."""

    file: str
    text: str


def load_design(model: str | Path | None = None, settings: Mapping[str, Any] | None = None) -> Design:
    """Read a design (default: ``models/base.toml`` here, else the shipped one) and set values on top.

    ``settings`` maps dotted paths of the design (``limits.operating_cost.max``) to values. Names of limits,
    metrics, hosts, sectors and tax schedules are checked later, against the programme and the inputs.
    Raises InputError with every fault, settings beyond what law sets among them.
    """
    tree, sources = _read_chain(resolve_model(model))
    return validated(tree, settings or {}, sources, lawful=True)


def validated(
    tree: Tree, settings: Mapping[str, Any], sources: Sequence[TomlSource] = (), *, lawful: bool = False
) -> Design:
    """A design from plain values with settings on top. Raises InputError with every fault, at its place if known.

    ``lawful`` asks for the bounds of law as well, which any design has to hold that comes from a person.
    """
    faults = _apply(tree, settings)
    if lawful:
        faults += beyond_law(tree, lambda path: _place(path, sources, settings))
    try:
        design = Design.model_validate(tree)
    except ValidationError as error:
        details = error.errors(include_url=False)
        faults += [fault_of(detail, sources, settings) for detail in details[:_MOST_FAULTS]]
        if len(details) > _MOST_FAULTS:
            more = f"{len(details) - _MOST_FAULTS:,} more faults in this design"
            faults.append(Fault(Place(sources[0].file if sources else "--set"), more, "a clean design", "mend those above"))
        raise InputError(_unique(faults)) from None
    if faults:
        raise InputError(_unique(faults))
    return design


def parse_setting(text: str) -> tuple[str, Any]:
    """``PATH=VALUE`` of the command line. The value is TOML; a bare word is a text, a comma makes a list."""
    path, equals, value = text.partition("=")
    path, value = path.strip(), value.strip()
    if not equals or not path:
        raise InputError([Fault(Place(f"--set {text}"), "is not a setting", "PATH=VALUE", "write it with an '='")])
    if len(text) > _MOST_CHARACTERS:
        what, most = f"has {len(text):,} characters", f"at most {_MOST_CHARACTERS:,}"
        raise InputError([Fault(Place(f"--set {path[:60]}"), what, most, "put it into a design of its own")])
    if (cure := ungrouped(value)) is not None:
        what, expected = f"{value!r} has thousands separators", "a plain number"
        raise InputError([Fault(Place(f"--set {path}"), what, expected, f"{cure}; a list is written in brackets")])
    found = parse_value(value)
    unusable = _unusable({path: found})
    if unusable is not None:
        raise InputError([Fault(Place(f"--set {path}"), *unusable[1])])
    return path, found


def parse_value(value: str) -> Any:
    """The value of a setting as the command line takes it: TOML, a list with commas, else a text."""
    try:
        return tomllib.loads(f"x = {value}")["x"]
    except (ValueError, RecursionError):
        pass
    if "," in value:
        return [parse_value(part.strip()) for part in value.split(",") if part.strip()]
    number = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", value)
    return float(value) if number else value


def set_path(tree: Tree, path: Sequence[str], value: Any) -> None:
    """Put ``value`` at a dotted path, making the tables on the way; a whole number names a place in a list.

    ``funding.pledges.0.usd`` is the amount of the first pledge. The lists that are changed are copied, so that a design
    which shares them stays as it was.
    """
    for place, (part, following) in enumerate(itertools.pairwise(path)):
        branch = tree.get(part)
        if isinstance(branch, list | tuple) and following.isdecimal() and int(following) < len(branch):
            # Read as a table of places for a moment, so that one rule serves both.
            places = {str(number): _copied(one) for number, one in enumerate(branch)}
            set_path(places, path[place + 1 :], value)
            tree[part] = list(places.values())
            return
        if not isinstance(branch, dict):
            branch = tree[part] = {}
        tree = branch
    tree[path[-1]] = value


def _copied(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value


def _read_chain(file: Path) -> tuple[Tree, list[TomlSource]]:
    """The file merged over what it extends; sources from the file itself to the root of the chain."""
    trees: list[Tree] = []
    sources: list[TomlSource] = []
    while True:
        tree, source = _read(file)
        trees.append(tree)
        sources.append(source)
        parent = tree.pop("extends", None)
        if parent is None:
            break
        if not isinstance(parent, str) or len(trees) > _LONGEST_CHAIN:
            what = "extends a chain without end" if len(trees) > _LONGEST_CHAIN else "extends something other than a file"
            raise InputError(
                [Fault(Place(source.file, _row(source, ("extends",)), "extends"), what, "a file", "correct it")]
            )
        following = file.parent / parent
        if not is_file(following):
            raise InputError(
                [
                    Fault(
                        Place(source.file, _row(source, ("extends",)), "extends"),
                        f"{parent!r} does not exist",
                        "a design beside this one",
                        "correct the name",
                    )
                ]
            )
        file = following
    merged: Tree = {}
    for tree in reversed(trees):
        merged = _merge(merged, tree)
    return merged, sources


def _read(file: Path) -> tuple[Tree, TomlSource]:
    try:
        raw = file.read_bytes()
    except OSError as error:
        fault = Fault(Place(str(file)), f"cannot be read ({error.strerror})", "a readable file", "check its permissions")
        raise InputError([fault]) from None
    tree, text = read_toml(raw, file.as_posix())
    return tree, TomlSource(file.as_posix(), text)


def read_toml(raw: bytes, file: str) -> tuple[Tree, str]:
    """A TOML file within the limits of a design: its values and its text. Raises InputError with file and row."""
    try:
        # Some editors begin a file with a byte-order mark, which says nothing more.
        text = raw.decode("utf-8").removeprefix("\ufeff")
        fault = _too_large(file, raw, text)
        if fault is None:
            tree, source = tomllib.loads(text), TomlSource(file, text)
            unusable = _unusable(tree)
            if unusable is None:
                return tree, text
            path, words = unusable
            fault = Fault(Place(file, _row(source, path), ".".join(path)), *words)
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        fault = Fault(Place(file, row), "is not UTF-8", "UTF-8", "save it as UTF-8")
    except (ValueError, RecursionError) as error:
        found = re.search(r"line (\d+), column (\d+)", str(error))
        place = Place(file, int(found[1]), found[2]) if found else Place(file)
        what = re.sub(r" \(at .*\)$", "", str(error))
        fault = _grouped_number(text, place) or Fault(place, f"is not TOML ({what})", "TOML", "correct this line")
    raise InputError([fault])


def _grouped_number(text: str, place: Place) -> Fault | None:
    """A number written with thousands separators, which TOML does not know, told as what it is."""
    lines = text.split("\n")
    if place.row is None or place.row > len(lines):
        return None
    found = re.search(r"=\s*([^#=]*?)\s*(?:#.*)?$", lines[place.row - 1])
    cure = None if found is None else ungrouped(found[1])
    if found is None or cure is None:
        return None
    what = f"{found[1]!r} has thousands separators"
    return Fault(replace(place, column=str(found.start(1) + 1)), what, "a plain number", cure)


def _too_large(file: str, raw: bytes, text: str) -> Fault | None:
    """A guard against files that were never meant as designs."""
    if len(raw) > _MOST_BYTES:
        return Fault(Place(file), f"is {len(raw):,} bytes long", f"at most {_MOST_BYTES:,}", "check the file")
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > _MOST_CHARACTERS:
            what, most = f"a row of {len(line):,} characters", f"at most {_MOST_CHARACTERS:,}"
            return Fault(Place(file, number), what, most, "break it up")
    return None


def _unusable(tree: Tree) -> tuple[tuple[str, ...], tuple[str, str, str]] | None:
    """Where a value stands that no design can hold, and in words: what is wrong, what was expected, how to mend it."""
    waiting: list[tuple[tuple[str, ...], int, Any]] = [((key,), 1, value) for key, value in tree.items()]
    while waiting:
        path, depth, value = waiting.pop()
        if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
            return path, ("is too large", "a whole number of at most 18 digits", "correct the value")
        if depth > _DEEPEST:
            return path[:3], ("is nested too deeply", "values in tables", "correct it")
        if isinstance(value, dict):
            waiting += [((*path, key), depth + 1, inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(path, depth + 1, inner) for inner in value]
    return None


def _merge(below: Tree, above: Tree) -> Tree:
    """Tables are merged; anything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _apply(tree: Tree, settings: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for path, value in settings.items():
        parts = path.split(".")
        if not all(parts) or len(parts) > _DEEPEST:
            faults.append(Fault(Place(f"--set {path}"), "is not a path", "words with points between", "correct it"))
            continue
        set_path(tree, parts, value)
    return faults


def _unique(faults: list[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))


def fault_of(
    detail: Any,
    sources: Sequence[TomlSource],
    settings: Mapping[str, Any],
    known: Sequence[str] | None = None,
    kind: str = "a design",
) -> Fault:
    """A pydantic error in our words, at the file and row (or the setting) where the value stands.

    ``known`` are the paths that ``kind`` of file may hold; None those of a design.
    """
    location = tuple(str(part) for part in detail["loc"] if part != _OF_A_KEY)
    path = ".".join(location)
    place = _place(location, sources, settings)
    given = detail.get("input")
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            close = nearest(path, known_paths() if known is None else known)
            fix = f"nearest: {', '.join(close)}" if close else "remove it"
            return Fault(place, f"{path!r} is not a setting of {kind}", "a known setting", fix)
        case "missing":
            return Fault(
                place, f"{path!r} is missing", "a value", "add it, or extend base.toml" if known is None else "add it"
            )
        case "value_error":
            return Fault(place, f"{path}: {context.get('error')}", "values that agree", "correct one of them")
        case "told":  # by a check that says all of it
            return Fault(place, f"{path} {context['what']}", context["expected"], context["fix"])
        case "literal_error":
            words = str(context["expected"])
            options = re.findall(r"'([^']*)'", words)
            return Fault(
                place,
                f"{path} = {_short(given)}",
                words,
                did_you_mean(_short(given).strip("'"), options, "use one of these"),
            )
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal" as kind:
            bound = next(iter(context.values()))
            bound = f"{bound:g}" if isinstance(bound, float) else bound
            words = {
                "greater_than": f"more than {bound}",
                "greater_than_equal": f"at least {bound}",
                "less_than": f"less than {bound}",
                "less_than_equal": f"at most {bound}",
            }[kind]
            most = bound if isinstance(bound := context.get("le"), int | float) else None
            share = "share" in descriptions().get(path, "")
            fix = how_to_write(given, most, share) if isinstance(given, int | float) else "correct the value"
            return Fault(place, f"{path} = {_short(given)} is out of bounds", words, fix)
        case "string_pattern_mismatch":
            what = path if _OF_A_KEY in detail["loc"] else f"{path} = {_short(given)}"
            return Fault(place, f"{what} has the wrong form", f"the pattern {context['pattern']}", "correct it")
        case "tuple_type":
            fix = f'write ["{given}"]' if isinstance(given, str) else "write [ ] around what it holds"
            return Fault(place, f"{path} = {_short(given)} is no list", "a list in brackets", fix)
        case _ if isinstance(given, str) and (cure := ungrouped(given)) is not None:
            return Fault(place, f"{path} = {_short(given)} has thousands separators", "a plain number", cure)
        case _:
            message = str(detail["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")
            return Fault(place, f"{path} = {_short(given)} cannot be used", message, "correct the value")


_OF_A_KEY = "[key]"
"""How pydantic says that a key is wrong and not the value under it."""


def _short(value: Any) -> str:
    text = value.isoformat() if isinstance(value, dt.date) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _place(location: Sequence[str], sources: Sequence[TomlSource], settings: Mapping[str, Any]) -> Place:
    path = ".".join(location)
    for setting in settings:
        if path == setting or path.startswith(f"{setting}.") or setting.startswith(f"{path}."):
            return Place(f"--set {setting}")
    for source in sources:
        row = _row(source, location)
        if row is not None:
            return Place(source.file, row, path)
    return Place(sources[0].file, None, path) if sources else Place(path)


def row_of_key(text: str, location: Sequence[str]) -> int | None:
    """The row of a TOML text on which a dotted key stands, or the table that should hold it."""
    return _row(TomlSource("", text), location)


_TOLD_AT_ITS_ROW = re.compile(r"limits\.[a-z0-9_]+\.(min|max)|rules\.[a-z0-9_.]+|(hosts|sectors)\.allowed")


def places_in(faults: Sequence[Fault], model: Design | str | Path | None, settings: Mapping[str, Any]) -> list[Fault]:
    """Faults of single bounds (``limits.hosts.max``) and of own limits told where these are set; the others as they are.

    ``model`` and ``settings`` are what the design was made of, as ``load_design`` takes them.
    """
    if not faults:
        return []
    sources = [] if isinstance(model, Design) else _read_chain(resolve_model(model))[1]
    found = []
    for fault in faults:
        path = fault.place.file
        set_here = any(path == one or path.startswith(f"{one}.") for one in settings)
        known = _TOLD_AT_ITS_ROW.fullmatch(path) and (sources or set_here)
        found.append(replace(fault, place=_place(path.split("."), sources, settings)) if known else fault)
    return found


def _row(source: TomlSource, location: Sequence[str]) -> int | None:
    """The row on which a dotted key stands, or the table that should hold it. Reads TOML's usual layout."""
    table: tuple[str, ...] = ()
    best: int | None = None
    items: Counter[tuple[str, ...]] = Counter()
    for number, line in enumerate(source.text.splitlines(), start=1):
        header = re.match(r"\s*(\[\[?)([^\[\]]+)\]", line)
        if header:
            table = tuple(part.strip().strip('"') for part in header[2].split("."))
            if table == tuple(location):
                return number
            if header[1] == "[[":
                # An item of a list of tables: its place in the list is part of its path.
                items[table] += 1
                table = (*table, str(items[table] - 1))
            if table == tuple(location[: len(table)]):
                best = number
            continue
        key = re.match(r'\s*([A-Za-z0-9_."-]+)\s*=', line)
        if key:
            full = table + tuple(part.strip().strip('"') for part in key[1].split("."))
            if full == tuple(location):
                return number
            if len(full) < len(location) and tuple(location[: len(full)]) == full:
                best = number
    return best
