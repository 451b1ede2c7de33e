"""Which members of a design cannot hold together: its irreducible infeasible subsets, and what would resolve them all.

The subsets (conflicts) and the minimal sets of members without which there is a plan (corrections) are hitting sets of each
other. So both are found in turn: a minimal hitting set of the conflicts known so far is a correction if there is a plan
without it; if there is none, what is left holds one more conflict. When every minimal hitting set is a correction, all
conflicts are known (Reiter 1987; Liffiton et al., "Fast, flexible MUS enumeration", Constraints 21, 2016).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from pilot_planner.solving.feasibility import Verdict, feasibility
from pilot_planner.solving.hitting_sets import HittingSets
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.explain.conflict_members import TAKE_UP, Members

Paths = frozenset[str]


@dataclass
class Known:
    """What is known of a design without a plan.

    Attributes:
        conflicts: sets that cannot hold together; without any one of its members the others can.
        corrections: minimal sets without which everything else can hold together.
        undecided: hitting sets of which no solver could say whether they are corrections.
        complete: whether these are all conflicts and all corrections.
    """

    conflicts: list[Paths] = field(default_factory=list)
    corrections: list[Paths] = field(default_factory=list)
    undecided: list[Paths] = field(default_factory=list)
    complete: bool = False


class Conflicts:
    """The members of one design that has no plan, and which of them are to blame."""

    def __init__(self, members: Members, deadline: float, progress: Progress) -> None:
        """After ``deadline`` (as ``time.perf_counter`` counts) what is known has to do."""
        self.members = members
        self.all = frozenset(members.paths)
        self.deadline = deadline
        self.known = Known()
        self.asked = 0
        self.typical: tuple[float, ...] = ()
        """A solution that breaks little, for the usual size of things."""
        self._progress = progress
        self._breaks: list[Paths] = []
        """What each solution found so far breaks, at most."""
        self._impossible: list[Paths] = [frozenset([path]) for path in members.impossible_alone]
        self._verdicts: dict[Paths, Verdict] = {}
        self._hitting = HittingSets()

    @property
    def out_of_time(self) -> bool:
        return time.perf_counter() > self.deadline

    def verdict(self, held: Paths) -> Verdict:
        """Whether some members can hold together, whatever happens to the others."""
        if any(one <= held for one in self._impossible):
            return "impossible"
        if any(not one & held for one in self._breaks):
            return "possible"
        if held not in self._verdicts:
            self._verdicts[held] = self._asked(held)
        return self._verdicts[held]

    def _asked(self, held: Paths) -> Verdict:
        self.asked += 1
        programme = self.members.programme(held)
        found = feasibility(programme, self.members.case.design.solver.time_limit)
        if found.verdict == "impossible":
            self._impossible.append(held)
        elif found.verdict == "possible":
            breaks = self.members.broken(programme, found.solution, held)
            if not self._breaks or len(breaks) <= min(map(len, self._breaks)):
                self.typical = found.solution
            self._breaks.append(breaks)
        return found.verdict

    def find(self) -> Known:
        """Conflicts and corrections in turn, until all are known or the time is up. At least one conflict is found."""
        known, tried = self.known, set[Paths]()
        while True:
            waiting = [one for one in self._hitting.found if one not in tried]
            if not waiting:
                known.complete = not known.undecided
                return known
            if known.conflicts and self.out_of_time:
                return known
            if not self._progress("looking for what conflicts", 0.5 * len(tried) / (len(tried) + len(waiting))):
                self.deadline = 0.0
            removed = min(waiting, key=self._order)
            tried.add(removed)
            match self.verdict(self.all - removed):
                case "possible":
                    known.corrections.append(removed)
                case "unknown":
                    known.undecided.append(removed)
                case "impossible":
                    self.add(self.shrunk(self.all - removed))

    def add(self, conflict: Paths) -> None:
        """One more conflict."""
        self.known.conflicts.append(conflict)
        self._impossible.append(conflict)
        self._hitting.add(conflict)

    @property
    def hitting(self) -> list[Paths]:
        """Every minimal hitting set of the conflicts known so far, corrections or not."""
        return list(self._hitting.found)

    def take_up(self, conflict: Paths) -> list[str]:
        """Rates of take-up that a conflict rests on: were they 1, its members could hold together."""
        rates = list(TAKE_UP)
        if conflict & self.members.impossible_alone.keys() or self._under_choice(conflict, rates) != "possible":
            return []
        part = list(rates)
        for rate in rates:
            free = [one for one in rates if one not in part or one == rate]
            if self._under_choice(conflict, free) == "impossible":
                part.remove(rate)
        return part

    def _under_choice(self, conflict: Paths, free: list[str]) -> Verdict:
        programme = self.members.programme(conflict, free_choice=frozenset(free))
        return feasibility(programme, self.members.case.design.solver.time_limit).verdict

    def shrunk(self, impossible: Paths) -> Paths:
        """An irreducible subset of a set that cannot hold together: QuickXplain (Junker 2004).

        Where there is a choice it is made of money and capacity rather than of safeguards and law.
        """
        for one in self._impossible:
            if one < impossible:
                impossible = one
        return frozenset(self._explained([], False, sorted(impossible, key=lambda path: (self.members.weight(path), path))))

    def _explained(self, kept: list[str], changed: bool, rest: list[str]) -> list[str]:
        if changed and self.verdict(frozenset(kept)) == "impossible":
            return []
        if len(rest) == 1:
            return rest
        first, last = rest[: len(rest) // 2], rest[len(rest) // 2 :]
        of_last = self._explained(kept + first, True, last)
        of_first = self._explained(kept + of_last, bool(of_last), first)
        return of_first + of_last

    def _order(self, paths: Paths) -> tuple[int, int, int, list[str]]:
        """Sets that may be changed first, small ones first, money and capacity first."""
        kept = sum(not self.members.changeable(one) for one in paths)
        return kept, len(paths), sum(map(self.members.weight, paths)), sorted(paths)
