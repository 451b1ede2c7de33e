"""Which way to go on at a gate, by what is known there: a tree of yes-or-no facts, and what it is worth.

In each draw every *way* (what is signed now with what is signed at the gate) has a benefit. Whoever knows nothing at the
gate takes the way of the best mean in every draw; whoever knows some facts takes the best way of each *branch*, the draws
that look alike by what is known. What that gains on average is the worth of the gate. Within a branch there is one way, so
that nothing is decided by what is not known yet.

A tree is grown fact by fact, the one of the greatest gain first, each branch with so many draws that its best way can be
told: a heuristic. Perfect knowledge of each draw bounds it from above (``value_of_information.evpi``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any

MOST_BRANCHES = 8
FEWEST_DRAWS = 20
"""Draws in a branch; with fewer nobody can tell which way is best there."""


@dataclass(frozen=True)
class Fact:
    """Something that is so or is not so in each draw, and is known at the gate.

    ``yes``, ``no``: what it is in words, either way.
    """

    yes: str
    no: str
    so: Array


@dataclass(frozen=True)
class Branch:
    """Draws that look alike at the gate.

    Attributes:
        facts: places of facts among those known, and whether each is so.
        way: taken in all of these draws.
    """

    facts: tuple[tuple[int, bool], ...]
    way: int

    def holds(self, known: Sequence[Fact], draws: int) -> Array:
        """In which draws the plan is in this branch."""
        found = np.ones(draws, dtype=bool)
        for place, so in self.facts:
            found &= known[place].so == so
        return found


def grow(benefits: Array, known: Sequence[Fact], most: int = MOST_BRANCHES, fewest: int = FEWEST_DRAWS) -> list[Branch]:
    """Branches for these draws, of which there are up to ``most``, each with at least ``fewest`` draws.

    ``benefits``: draws x ways, more is better. A split that gains nothing is not made, so facts that change no decision are
    in no branch.
    """
    leaves = [Branch((), _best(benefits))]
    while len(leaves) < most:
        splits = [one for leaf in leaves for one in _splits(leaf, benefits, known, fewest)]
        gain, leaf, parts = max(splits, key=lambda one: one[0], default=(0.0, leaves[0], ()))
        if gain <= _NOTHING * max(1.0, float(np.abs(benefits).max(initial=0.0))):
            break
        place = leaves.index(leaf)
        leaves[place : place + 1] = parts
    return leaves


_NOTHING = 1e-9
_Split = tuple[float, Branch, tuple[Branch, ...]]


def _splits(
    leaf: Branch, benefits: Array, known: Sequence[Fact], fewest: int
) -> list[tuple[float, Branch, tuple[Branch, ...]]]:
    """Ways to tell the draws of a branch apart: what that gains in sum, the branch, and its parts."""
    its = leaf.holds(known, len(benefits))
    found = []
    for place, fact in enumerate(known):
        sides = [(so, its & (fact.so == so)) for so in (True, False)]
        if min(side.sum() for _, side in sides) < fewest:
            continue
        parts = tuple(Branch((*leaf.facts, (place, so)), _best(benefits[side])) for so, side in sides)
        after = sum(float(benefits[side, part.way].sum()) for (_, side), part in zip(sides, parts, strict=True))
        found.append((after - float(benefits[its, leaf.way].sum()), leaf, parts))
    return found


def _best(benefits: Array) -> int:
    """The way of the best mean; of equals the first."""
    return int(benefits.mean(axis=0).argmax())


def taken(branches: Sequence[Branch], known: Sequence[Fact], draws: int) -> Array:
    """The way that is taken in each draw, fresh ones included."""
    ways = np.zeros(draws, dtype=int)
    for one in branches:
        ways[one.holds(known, draws)] = one.way
    return ways


def worth_of_knowing(benefits: Array, cells: Array) -> float:
    """What it gains on average to choose the best way by a partition of the draws, exact on these draws.

    ``cells``: the number of the cell that each draw is in. 0 with one cell; with a cell for each draw the expected value of
    perfect information; never less with a finer partition.
    """
    known = sum(float(benefits[cells == one].sum(axis=0).max()) for one in np.unique(cells))
    return (known - float(benefits.sum(axis=0).max())) / len(benefits)
