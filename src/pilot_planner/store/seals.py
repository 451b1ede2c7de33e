"""Seals that chain rows of a history: one that was altered, taken out or put in between shows."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from pilot_planner.store.blobs import as_json


def seal(values: Mapping[str, Any], before: str) -> str:
    """SHA-256 of a row's values and of the seal before it."""
    return hashlib.sha256(as_json([before, values]).encode()).hexdigest()


def stamp() -> str:
    """Now, in UTC and ISO 8601, to the microsecond."""
    return dt.datetime.now(tz=dt.UTC).isoformat(timespec="microseconds")
