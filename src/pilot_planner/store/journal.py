"""The history: rows that are only ever added, numbered without a gap, each sealed together with the one before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from pilot_planner.errors import StoreError
from pilot_planner.store.blobs import RECORD, as_json, damaged, parts_of, unpacked
from pilot_planner.store.records import Item, described, item_of
from pilot_planner.store.schema import content, revision
from pilot_planner.store.seals import seal, stamp

_SHORTEST_ID = 4
_SEALED = tuple(column.name for column in revision.columns if column.name != "seal")


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written of one change of one item. ``after`` is the item as it shall be."""

    key: str
    who: str
    action: str
    why: str
    after: Item
    before_values: Mapping[str, Any]
    after_values: Mapping[str, Any]


def append(connection: sa.Connection, change: Change) -> Item:
    """Add a change to the history. The transaction must be the only one that writes."""
    last = connection.execute(sa.select(revision.c.seq, revision.c.seal).order_by(revision.c.seq.desc()).limit(1)).first()
    item = replace(change.after, changed_at=stamp(), changed_by=change.who)
    row: dict[str, Any] = {
        "seq": 1 if last is None else last.seq + 1,
        "item": item.id,
        "number": item.revision,
        "key": change.key,
        "kind": item.kind,
        "at": item.changed_at,
        "who": change.who,
        "action": change.action,
        "name": item.name,
        "description": item.description,
        "archived": item.archived,
        "content": item.content,
        "about": as_json(item.about),
        "before": as_json(change.before_values),
        "after": as_json(change.after_values),
        "why": change.why,
    }
    row["seal"] = seal_of(row, "" if last is None else last.seal)
    connection.execute(revision.insert().values(row))
    return item


def seal_of(row: Mapping[str, Any], before: str) -> str:
    """SHA-256 of a row and the seal before it. Empty columns are left out, so that one added later breaks no seal."""
    values = {name: bool(row[name]) if name == "archived" else row[name] for name in _SEALED if row[name] != ""}
    return seal(values, before)


def written(connection: sa.Connection, key: str) -> Item | None:
    """What an earlier attempt at the same change has written, if it has."""
    row = connection.execute(sa.select(revision).where(revision.c.key == key)).first()
    return None if row is None else item_of(row)


def latest(archived: bool | None = None, kind: str | None = None) -> sa.Select[Any]:
    """The last row of each item, the last changed first. ``archived`` None: both."""
    newest = sa.select(revision.c.item, sa.func.max(revision.c.number).label("number")).group_by(revision.c.item).subquery()
    found = sa.select(revision).join(newest, sa.and_(revision.c.item == newest.c.item, revision.c.number == newest.c.number))
    if archived is not None:
        found = found.where(revision.c.archived == archived)
    if kind is not None:
        found = found.where(revision.c.kind == kind)
    return found.order_by(revision.c.seq.desc())


def find(connection: sa.Connection, reference: str, number: int | None = None) -> Item:
    """The item of that id, beginning of an id, or name. Raises StoreError where there is none, or more than one."""
    ids = list(connection.execute(sa.select(revision.c.item).where(revision.c.item == reference).limit(1)).scalars())
    if not ids:
        by_name = latest().where(revision.c.name == reference)
        rows = connection.execute(by_name).all()
        if len(rows) > 1:
            # Who wants the one that was put away names it by its id.
            rows = [row for row in rows if not row.archived] or rows
        ids = [row.item for row in rows]
    if not ids and len(reference) >= _SHORTEST_ID:
        begins = revision.c.item.startswith(reference, autoescape=True)
        ids = list(connection.execute(sa.select(revision.c.item).where(begins).distinct()).scalars())
    if not ids:
        raise StoreError(f"nothing of the name or id {reference[:100]!r} is saved; 'pilot-planner store list' shows what is")
    if len(ids) > 1:
        raise StoreError(f"{len(ids)} items are named {reference[:100]!r}; take one by its id: {', '.join(sorted(ids))}")
    rows_of_item = sa.select(revision).where(revision.c.item == ids[0]).order_by(revision.c.number.desc()).limit(1)
    if number is not None:
        rows_of_item = rows_of_item.where(revision.c.number == number)
    row = connection.execute(rows_of_item).first()
    if row is None:
        raise StoreError(f"{reference[:100]!r} has no revision {number}; 'pilot-planner store history' shows those it has")
    return item_of(row)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the whole store has read: changes, items, contents and their bytes, and the seal of the last change.

    Whoever notes that seal elsewhere can tell later whether the history up to it is still the same.
    """

    changes: int
    items: int
    contents: int
    size: int
    seal: str


def check(connection: sa.Connection, progress: Callable[[str, float], bool] | None = None, known: str = "") -> Checked:
    """Read everything. Raises StoreError where the history has a gap, a row was altered, or a content is not what it was.

    ``known`` is a seal that was noted elsewhere: a history in which no change has it was cut or written anew.
    """
    met = not known
    numbers: dict[str, int] = {}
    records: dict[str, str] = {}  # the items that have them, in words
    last, seq = "", 0
    total = connection.execute(sa.select(sa.func.count()).select_from(revision)).scalar_one()
    for row in _stream(connection, sa.select(revision).order_by(revision.c.seq)):
        values = dict(row._mapping)
        number = numbers.get(row.item, 0) + 1
        if row.seq != seq + 1 or row.number != number:
            raise StoreError(f"the history has a gap before change {row.seq}; {_RESTORE}", "damaged")
        if row.seal != seal_of(values, last):
            what = f"change {row.seq} of the history is not what was written then (of the {row.kind} {row.name!r})"
            raise StoreError(f"{what}; {_RESTORE}", "damaged")
        seq, last, numbers[row.item] = row.seq, row.seal, number
        records[row.content] = described(row.kind, row.name, row.item, number, row.who, row.at)
        met = met or last == known
        if progress is not None and not progress("history", 0.3 * seq / total):
            raise StoreError("stopped before everything was checked; check again")
    if not met:
        what = f"no change of the history has the seal {known[:80]}: it was cut or written anew since"
        raise StoreError(f"{what}; {_RESTORE}", "damaged")
    sizes = _check_contents(connection, records, progress)
    return Checked(seq, len(numbers), len(sizes), sum(sizes.values()), last)


def _check_contents(
    connection: sa.Connection, records: Mapping[str, str], progress: Callable[[str, float], bool] | None
) -> dict[str, int]:
    """The size of each content. Raises StoreError with every item that has one which is missing or altered."""
    sizes: dict[str, int] = {}
    altered: set[str] = set()
    needed = {name: (whose, RECORD) for name, whose in records.items()}
    for row in _stream(connection, sa.select(content)):
        raw = unpacked(row.hash, row.size, row.data)
        sizes[row.hash] = row.size
        if raw is None:
            altered.add(row.hash)
        elif row.hash in records:
            needed |= {name: (records[row.hash], part) for part, name in parts_of(json.loads(raw)).items()}
        if progress is not None and not progress("contents", 0.3 + 0.69 * len(sizes) / max(len(needed), len(sizes))):
            raise StoreError("stopped before everything was checked; check again")
    wrong: dict[str, dict[str, bool]] = {}
    for name, (whose, part) in needed.items():
        if name in altered or name not in sizes:
            wrong.setdefault(whose, {})[part] = name in sizes
    for name in altered - needed.keys():
        # Of an item whose record is damaged itself, or of none any more.
        wrong.setdefault("an item that cannot be told", {})[f"content {name[:12]}"] = True
    if wrong:
        first, *others = (damaged(whose, parts) for whose, parts in wrong.items())
        more = "".join(f"; {str(one).partition(';')[0]}" for one in others[:_MOST_TOLD])
        rest = f"; and {len(others) - _MOST_TOLD} more items" if len(others) > _MOST_TOLD else ""
        raise StoreError(f"{first}{more}{rest}", "damaged")
    return sizes


_MOST_TOLD = 5


_RESTORE = "keep a copy of the store and restore the last backup into a new one"


def _stream(connection: sa.Connection, rows: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
    """Rows a few at a time: contents may be more than fit into memory."""
    yield from connection.execution_options(yield_per=20).execute(rows)
