"""What is saved as files again: complete or absent, and never outside the folder that was named."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pilot_planner.data.actuals import table_at
from pilot_planner.data.locations import shipped
from pilot_planner.design.overrides import Overrides, overrides_text
from pilot_planner.errors import StoreError
from pilot_planner.store.plans import FILES, INPUTS
from pilot_planner.store.records import Item, file_name
from pilot_planner.whole_files import is_working_name, sweep, write_folder

CHANGES_FILE = "changes.toml"


def export(
    item: Item, parts: Mapping[str, bytes], record: Mapping[str, Any], folder: str | Path | None, inputs: str | Path | None
) -> Path:
    """Write files, and inputs into a folder of their own if one is named. Both folders must be new or empty."""
    target = Path(folder) if folder is not None else Path(file_name(item))
    files = {name.removeprefix(FILES): raw for name, raw in parts.items() if name.startswith(FILES)}
    beliefs: dict[str, bytes] = {}
    if inputs is not None:
        beliefs = _inputs(item, parts, record)
        _check(Path(inputs))
    _check(target)
    if inputs is not None:
        _write(Path(inputs), beliefs)
    _write(target, files)
    return target


def _inputs(item: Item, parts: Mapping[str, bytes], record: Mapping[str, Any]) -> dict[str, bytes]:
    """The input files, and what was set on top of them as an override file."""
    found = {name.removeprefix(INPUTS): _as_csv(name, raw) for name, raw in parts.items() if name.startswith(INPUTS)}
    if not found:
        raise StoreError(f"{item.name!r} is a {item.kind} that no inputs were saved with")
    found["datapackage.json"] = (shipped("inputs") / "datapackage.json").read_bytes()
    changes = record["inputs"]["changes"]
    if changes:
        settings = {f"inputs.{path}{f'.{bound}' if bound else ''}": value for path, bound, value in changes}
        found[CHANGES_FILE] = overrides_text(Overrides(settings, item.name[:80])).encode()
    return found


def _as_csv(name: str, raw: bytes) -> bytes:
    import io

    table = json.loads(raw)
    columns = table["columns"] or [one.name for one in table_at(name.removeprefix(INPUTS)).fields]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in cells] for _, *cells in table["rows"])
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value).removesuffix(".0")
        case _:
            return str(value)


def _check(folder: Path) -> None:
    try:
        if folder.is_dir():
            sweep(folder)
        if folder.exists() and (not folder.is_dir() or not all(is_working_name(one.name) for one in folder.iterdir())):
            raise StoreError(f"{folder} is there already and not empty; name another folder")
    except OSError as error:
        raise StoreError(f"{folder} cannot be used ({error.strerror}); name another folder") from None


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name in files:
        # The names come from the store, and a store may have been restored from anybody's file.
        if any(
            part in ("", ".", "..") or not part.isprintable() or set(part) & set('\\:*?"<>|') for part in name.split("/")
        ):
            raise StoreError(f"a file named {name!r} will not be written; the store may have been altered", "damaged")
    try:
        write_folder(folder, files)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written ({error.strerror}); choose another folder") from None
