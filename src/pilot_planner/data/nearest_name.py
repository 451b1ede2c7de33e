"""The nearest known names to a misspelt one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Up to ``count`` known names, best first; empty when none comes close."""
    return difflib.get_close_matches(name, list(known), n=count, cutoff=0.5)


def did_you_mean(name: str, known: Iterable[str], fallback: str = "see the list of known names") -> str:
    """A sentence for the end of a message."""
    found = nearest(name, known)
    return f"did you mean {' or '.join(repr(word) for word in found)}?" if found else fallback
