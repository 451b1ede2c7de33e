"""What differs between two saved items that are no plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Differences:
    """Values that two items do not share: each names what differs, with the value in A and in B (None: not there)."""

    values: tuple[dict[str, Any], ...]

    def document(self) -> dict[str, Any]:
        """What ``store compare --json`` prints."""
        return {"values": list(self.values)}


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> Differences:
    """What differs between two sets of values by name."""
    names = [name for name in {**first, **second} if first.get(name) != second.get(name)]
    return Differences(tuple({"name": name, "a": first.get(name), "b": second.get(name)} for name in names))
