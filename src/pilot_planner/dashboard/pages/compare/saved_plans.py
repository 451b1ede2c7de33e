"""Plans saved in a browser: read strictly, since the list may come from a file of anybody."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import read_address
from pilot_planner.errors import InputError

MOST_SAVED = 40
_MOST_BYTES = 1_000_000
_LONGEST_NAME = 60
_LONGEST_STAMP = 32

Saved = list[dict[str, str]]
"""``name``, ``search`` and ``at``, oldest first; ``hosts``, ``cost`` and ``holds`` in words where they were known."""
_TOLD = ("hosts", "cost", "holds")


def clean_name(text: Any) -> str:
    """A name on one line without signs that cannot be printed or that a chart would read as a tag; cut if too long."""
    return " ".join("".join(sign if sign.isprintable() and sign not in "<>" else " " for sign in str(text)).split())[
        :_LONGEST_NAME
    ]


def readable(saved: Any) -> Saved:
    """What a browser holds, without entries that are no saved plan."""
    rows = saved if isinstance(saved, list) else []
    found = []
    for one in rows[-MOST_SAVED:]:
        if isinstance(one, Mapping) and isinstance(one.get("search"), str) and clean_name(one.get("name", "")):
            stamp = clean_name(one.get("at", ""))[:_LONGEST_STAMP]
            more = {key: clean_name(one[key]) for key in _TOLD if isinstance(one.get(key), str)}
            found.append({"name": clean_name(one["name"]), "search": one["search"], "at": stamp, **more})
    return found


def free_name(wanted: str, saved: Saved, but: str = "") -> str:
    """The name, with a number where another plan has it already. ``but`` is the search of the plan itself."""
    taken = {one["name"] for one in saved if one["search"] != but}
    name, number = wanted, 2
    while name in taken:
        name = f"{wanted} ({number})"
        number += 1
    return name


def renamed(saved: Saved, search: str, name: str) -> Saved:
    """The list with another name for one plan; as it was where the name is empty."""
    wanted = clean_name(name)
    if not wanted:
        return saved
    wanted = free_name(wanted, saved, search)
    return [{**one, "name": wanted} if one["search"] == search else one for one in saved]


def as_file(saved: Saved) -> str:
    """The list as it is downloaded."""
    return json.dumps({"pilot_planner_saved_plans": saved}, ensure_ascii=False, indent=1) + "\n"


def from_file(contents: str, planner: Planner, saved: Saved) -> tuple[Saved, str]:
    """The list with the plans of an uploaded file added, and what to tell. Nothing is taken from a file with a fault."""
    try:
        data = base64.b64decode(contents.partition(",")[2], validate=True)
        if len(data) > _MOST_BYTES:
            return saved, f"The file has {len(data):,} bytes; a list of saved plans has at most {_MOST_BYTES:,}."
        rows = json.loads(data.decode("utf-8"))["pilot_planner_saved_plans"]
        if not isinstance(rows, list):
            raise TypeError
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        return saved, "The file is not a list of saved plans; choose one that was downloaded here."
    added = list(saved)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or not isinstance(row.get("search"), str) or not clean_name(row.get("name", "")):
            return saved, f"Plan {number} of the file has no name or no address; nothing was added."
        try:
            search = read_address(row["search"], planner.models, planner.first).search
        except InputError as error:
            fault = error.faults[0]
            return saved, f"Plan {number} of the file cannot be read: {fault.place} {fault.what}. Nothing was added."
        if search not in {one["search"] for one in added}:
            name = free_name(clean_name(row["name"]), added)
            more = {key: clean_name(row[key]) for key in _TOLD if isinstance(row.get(key), str)}
            added.append({"name": name, "search": search, "at": clean_name(row.get("at", ""))[:_LONGEST_STAMP], **more})
    if len(added) > MOST_SAVED:
        return saved, f"There would be {len(added)} saved plans; {MOST_SAVED} fit. Delete some first."
    new = len(added) - len(saved)
    return added, "Every plan of the file is saved already." if not new else f"Added {new} plan{'s' if new > 1 else ''}."
