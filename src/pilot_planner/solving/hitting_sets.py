"""Minimal hitting sets of sets that are found one by one (Berge's algorithm)."""

from __future__ import annotations


class HittingSets:
    """All minimal sets that share an element with each of some sets."""

    def __init__(self) -> None:
        """With no set to hit yet, which the empty set does."""
        self.found: list[frozenset[str]] = [frozenset()]

    def add(self, new: frozenset[str]) -> None:
        """One more set to hit. An empty one leaves none that does."""
        hit = [one for one in self.found if one & new]
        grown: set[frozenset[str]] = set()
        for one in self.found:
            if not one & new:
                # Grown by an element, it is minimal unless one that hits already lies within it.
                grown.update(one | {element} for element in new)
        self.found = hit + [one for one in grown if not any(other <= one for other in hit)]
