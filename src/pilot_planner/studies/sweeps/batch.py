"""Runs of a study whose inputs change every time, as draws of one programme: it is built once for many of them.

What a plan may staff can differ from run to run: runs in which the same placements pass every rights floor go together. A
run that no other one resembles, or whose values cannot be used, is left to be made by itself, with its own words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pilot_planner.case.case import Case, floors_of, make_case
from pilot_planner.data.amounts import whole
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import InputError, NoPlanError
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.drawn import Slices

FEWEST = 3
"""Different inputs for which one programme of draws is less work than a programme for each."""

Values = Mapping[str, Any]
Key = tuple[tuple[str, float], ...]
"""Values of inputs by path, sorted: one scenario."""

Exchange = Callable[[Programme, Design], Programme | None]
"""The programme of another design that differs in bounds of limits alone; None where more would change."""


@dataclass
class _Group:
    """Scenarios with one structure: their programme, and slices of it for the bounds asked for last."""

    programme: Programme
    places: dict[Key, int]
    slices: Slices | None = None


@dataclass
class Batch:
    """Scenarios that are about to be asked for. ``plain`` tells whether a value is one that may be drawn."""

    inputs: Inputs
    plain: Callable[[str, float], bool]
    exchange: Exchange
    expected: tuple[Key, ...] = ()
    _made: dict[str, list[_Group]] = field(default_factory=dict)

    def expect(self, scenarios: Iterable[Key]) -> None:
        """These scenarios come next; what was made for others is let go."""
        expected = tuple(dict.fromkeys(scenarios))
        if expected != self.expected:
            self.expected = expected
            self._made.clear()

    def of(self, about: str, scenario: Key, design: Design, needed: Callable[[Inputs], Inputs]) -> Programme | None:
        """The programme of a design in one scenario; None where it is to be made by itself.

        ``about``: the design but for bounds of its limits; ``needed`` leaves out of inputs what the design does.
        """
        if scenario not in self.expected:
            return None
        if about not in self._made:
            self._made[about] = self._groups(design, needed)
        group = next((one for one in self._made[about] if scenario in one.places), None)
        if group is None:
            return None
        if group.slices is None or group.slices.programme.case.design != design:
            same = group.programme.case.design == design
            other = group.programme if same else self.exchange(group.programme, design)
            if other is None:
                return None
            group.slices = Slices(other)
        return group.slices.at(group.places[scenario])

    def _groups(self, design: Design, needed: Callable[[Inputs], Inputs]) -> list[_Group]:
        usable = [one for one in self.expected if one and all(self.plain(path, value) for path, value in one)]
        by_paths: dict[tuple[str, ...], list[Key]] = {}
        for one in usable:
            by_paths.setdefault(tuple(path for path, _ in one), []).append(one)
        found = []
        for paths, scenarios in by_paths.items():
            found += self._of_paths(design, needed, paths, scenarios)
        return found

    def _of_paths(
        self, design: Design, needed: Callable[[Inputs], Inputs], paths: Sequence[str], scenarios: Sequence[Key]
    ) -> list[_Group]:
        if len(scenarios) < FEWEST:
            return []
        table = np.array([[value for _, value in one] for one in scenarios], dtype=float)

        def case_of(places: Sequence[int]) -> Case:
            # By position: a column of its own for each path, whole in memory.
            drawn = {path: table[places, column].copy() for column, path in enumerate(paths)}
            return make_case(design, needed(self.inputs.with_draws(drawn, scenarios=True)))

        try:
            first = case_of(range(len(scenarios)))
            found = []
            for gone, places in _by_structure(first, len(scenarios)).items():
                if len(places) >= FEWEST or not gone:
                    case = case_of(places) if gone else first if len(places) == len(scenarios) else case_of(places)
                    found.append(_Group(build(case), {scenarios[place]: n for n, place in enumerate(places)}))
        except (InputError, NoPlanError):
            # Whoever asks for a scenario by itself is told what is wrong with it.
            return []
        return found


def _by_structure(case: Case, draws: int) -> dict[Collection[tuple[str, str]], list[int]]:
    """Draws by the placements of the case that fail a rights floor, or whose demand is too small, in them."""
    fails = {one.key: np.zeros(draws, dtype=bool) for one in case.placements}
    smallest = case.design.programme.min_placement
    for one in case.placements:
        fails[one.key] |= np.broadcast_to(whole(one.demand) < smallest, draws)
    for name, floor in floors_of(case).items():
        place = name.partition(".")[2]
        for (h, s), mask in fails.items():
            if place in (h, f"{h}.{s}"):
                mask |= np.broadcast_to(floor.fails, draws)
    found: dict[Collection[tuple[str, str]], list[int]] = {}
    for draw in range(draws):
        found.setdefault(frozenset(key for key, mask in fails.items() if mask[draw]), []).append(draw)
    return found
