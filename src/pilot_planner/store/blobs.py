"""What was saved, each text once: under the SHA-256 of its bytes, compressed."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from pilot_planner.errors import StoreError
from pilot_planner.store.schema import content

LARGEST = 256 * 2**20
"""Bytes of one file; a study of 200,000 runs has a quarter of it."""
_AT_ONCE = 200


def address_of(raw: bytes) -> str:
    """The name under which these bytes are kept."""
    return hashlib.sha256(raw).hexdigest()


def as_json(value: Any, ordered: bool = True) -> str:
    """In ASCII, so that it goes through every database unchanged. ``ordered``: the same text in whatever order keys are."""
    try:
        return json.dumps(value, sort_keys=ordered, separators=(",", ":"), allow_nan=False)
    except ValueError as error:
        raise StoreError(f"what is to be saved holds a value that cannot be kept ({error}); take it out") from None


def put(connection: sa.Connection, contents: Iterable[bytes]) -> None:
    """Add those contents that are not there yet."""
    by_hash = {address_of(raw): raw for raw in contents}
    hashes = list(by_hash)
    there: set[str] = set()
    for start in range(0, len(hashes), _AT_ONCE):
        wanted = hashes[start : start + _AT_ONCE]
        there.update(connection.execute(sa.select(content.c.hash).where(content.c.hash.in_(wanted))).scalars())
    for name, raw in by_hash.items():
        if name not in there:
            if len(raw) > LARGEST:
                raise StoreError(f"a file of {len(raw):,} bytes is too large to be saved; at most {LARGEST:,} fit")
            row = {"hash": name, "size": len(raw), "data": zlib.compress(raw)}
            connection.execute(content.insert().values(row))


def get(connection: sa.Connection, where: Mapping[str, str], whose: str) -> dict[str, bytes]:
    """Parts of an item by name, from the names of their contents. ``whose`` names the item in messages.

    Raises StoreError with every part that is missing or is not what was saved.
    """
    wanted = list(dict.fromkeys(where.values()))
    found: dict[str, bytes | None] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = sa.select(content).where(content.c.hash.in_(wanted[start : start + _AT_ONCE]))
        found.update((row.hash, unpacked(row.hash, row.size, row.data)) for row in connection.execute(some))
    whole = {part: raw for part, name in where.items() if (raw := found.get(name)) is not None}
    if len(whole) < len(where):
        raise damaged(whose, {part: name in found for part, name in where.items() if part not in whole})
    return whole


def damaged(whose: str, parts: Mapping[str, bool]) -> StoreError:
    """The error for parts of an item by name; each is there and not what was saved, or is missing."""
    told = [f"{_part(one)} {'is not what was saved' if there else 'is missing'}" for one, there in sorted(parts.items())]
    more = f" and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    fix = "keep a copy of the store and restore the last backup into a new one; what else is saved can be read as before"
    return StoreError(f"{whose} is damaged: {', '.join(told[:_MOST_TOLD])}{more}; {fix}", "damaged")


_MOST_TOLD = 5


def _part(name: str) -> str:
    kind, _, rest = name.partition("/")
    return {"files": f"its file {rest}", "inputs": f"its input file {rest}"}.get(kind, f"its {name}")


RECORD = "record"
"""What messages call the part that names all others."""


def unpacked(name: str, size: int, data: bytes) -> bytes | None:
    """The bytes that were saved; None where these are others."""
    if not 0 <= size <= LARGEST:
        return None
    try:
        # No more than was promised: a backup from anybody may hold a small row that would become a huge one.
        raw = zlib.decompressobj().decompress(data, size + 1)
    except zlib.error:
        raw = b""
    return raw if len(raw) == size and address_of(raw) == name else None


def parts_of(record: Mapping[str, Any]) -> dict[str, str]:
    """Names of an item's parts and where their contents are. Raises StoreError for a record that is none."""
    parts = record.get("parts")
    if not isinstance(parts, dict) or not all(isinstance(one, str) for one in parts.values()):
        raise StoreError("what was saved has no list of its parts; restore the last backup into a new store", "damaged")
    return parts
