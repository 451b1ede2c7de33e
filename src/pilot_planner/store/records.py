"""What a store gives back: items, their revisions, and names that it can keep."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pilot_planner.errors import StoreError

KINDS = ("design", "scenario", "plan", "front", "study")
LONGEST_NAME = 200
LONGEST_TEXT = 10_000
_FILE_NAME_BYTES = 80
_OF_WINDOWS = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """Something saved, as it was after one of its revisions: the last one, unless another was asked for.

    Attributes:
        id: sixteen characters that never change.
        kind: one of ``KINDS``.
        revision: the number of that revision, from 1.
        changed_at, changed_by: of that revision; times are UTC in ISO 8601.
        about: what a list shows of it without reading the whole.
        content: where its record is kept.
    """

    id: str
    kind: str
    name: str
    description: str
    archived: bool
    revision: int
    changed_at: str
    changed_by: str
    about: Mapping[str, Any]
    content: str


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of one item: who made it, when, why, and the values of what changed before and after it.

    ``seq`` numbers the changes of the whole store, ``number`` those of the item, both from 1 and without a gap.
    """

    seq: int
    item: str
    number: int
    kind: str
    name: str
    at: str
    who: str
    action: str
    why: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


SAVED = "the saved "
"""How the name of an item begins in messages about what is damaged."""


def described(kind: str, name: str, identity: str, number: int, who: str, at: str) -> str:
    """What people know an item by, for messages about what is damaged."""
    return f"{SAVED}{kind} {name!r} ({identity}, revision {number}, of {at[:10]} by {who})"


def item_described(item: Item) -> str:
    """The same of an item."""
    return described(item.kind, item.name, item.id, item.revision, item.changed_by, item.changed_at)


def item_of(row: sa.Row[Any]) -> Item:
    """The item that a row of the history describes."""
    return Item(
        id=row.item,
        kind=row.kind,
        name=row.name,
        description=row.description,
        archived=bool(row.archived),
        revision=row.number,
        changed_at=row.at,
        changed_by=row.who,
        about=_written(row, row.about),
        content=row.content,
    )


def _written(row: sa.Row[Any], text: str) -> Any:
    """What a column of a change says. Raises StoreError where it was altered so that it says nothing."""
    try:
        return json.loads(text)
    except ValueError:
        whose = described(row.kind, row.name, row.item, row.number, row.who, row.at)
        fix = "keep a copy of the store and restore the last backup into a new one"
        raise StoreError(
            f"{whose} is damaged: its change {row.seq} is not what was written then; {fix}", "damaged"
        ) from None


def revision_of(row: sa.Row[Any]) -> Revision:
    """The change that a row of the history is."""
    return Revision(
        seq=row.seq,
        item=row.item,
        number=row.number,
        kind=row.kind,
        name=row.name,
        at=row.at,
        who=row.who,
        action=row.action,
        why=row.why,
        before=_written(row, row.before),
        after=_written(row, row.after),
    )


def check_name(text: str, what: str = "a name") -> str:
    """A text on one line that can be kept as it is. Raises StoreError."""
    if not text.strip():
        raise StoreError(f"{what} is empty; give it at least one sign that can be seen")
    if len(text) > LONGEST_NAME:
        raise StoreError(f"{what} has {len(text):,} characters; at most {LONGEST_NAME} fit")
    bad = next((sign for sign in text if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")), None)
    if bad is not None:
        raise StoreError(f"{what} holds the sign U+{ord(bad):04X}, which is none to be read; leave it out")
    return text


def check_text(text: str, what: str = "a description") -> str:
    """A text of several lines that can be kept as it is. Raises StoreError."""
    if len(text) > LONGEST_TEXT:
        raise StoreError(f"{what} has {len(text):,} characters; at most {LONGEST_TEXT:,} fit")
    bad = next((sign for sign in text if sign not in "\n\r\t" and unicodedata.category(sign) in ("Cc", "Cs")), None)
    if bad is not None:
        raise StoreError(f"{what} holds the sign U+{ord(bad):04X}, which is none to be read; leave it out")
    return text


def file_name(item: Item) -> str:
    """A name for a file or folder that every system takes, from a name that may hold anything; no two items share one."""
    text = unicodedata.normalize("NFC", item.name)
    text = "".join(sign if sign.isalnum() or sign in " -_." else "_" for sign in text).strip(" .")
    while len(text.encode()) > _FILE_NAME_BYTES:
        text = text[:-1]
    text = text.rstrip(" .") or item.kind
    return f"{'_' if _OF_WINDOWS.match(text.partition('.')[0]) else ''}{text}_{item.id[:8]}"
