"""When no plan exists: every conflict between limits that is found in the time, what each bound alone would do, the least
set of bounds to change, and the least joint change. Every repair is rounded outward and verified by solving.

Works for integer conflicts: feasibility is decided by branch and bound, never by the relaxation alone. Law and evidence
are named where they take part and never offered for change; safeguards come last and are labelled.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.wording import listed
from pilot_planner.design.schema import Design
from pilot_planner.errors import CancelledError, NoPlanError, NoTimeError, SolverError
from pilot_planner.programme.build import build
from pilot_planner.solving.feasibility import feasibility
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.explain.conflict_members import ORDER, TAKE_UP, Member, Members
from pilot_planner.studies.explain.conflict_sets import Conflicts, Paths
from pilot_planner.studies.explain.repairs import Repair, Repairs

SECONDS = 10.0
"""How long conflicts are looked for, beside repairs, where nobody asks for more or less."""
PROMISE = ("limits.workers_total.min", "limits.worker_months.min")
"""The people that a design promises: a joint change keeps to them where it can."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What a change of one member alone does.

    Attributes:
        enough: whether it gives a plan; None where that is not known, or where the member is not to be changed.
        repairs: how little of it is enough, solved; none although ``enough`` where only a plan without anybody is left.
        then: a conflict that is left without the member, by path; empty where there is none or none is known.
    """

    member: Member
    enough: bool | None
    repairs: tuple[Repair, ...]
    then: tuple[str, ...]


@dataclass(frozen=True)
class Diagnosis:
    """Why a design has no plan.

    Attributes:
        reasons: the same in sentences.
        conflicts: irreducible infeasible subsets: each cannot hold together, and can without any one of its members.
        complete: whether these are all there are.
        alone: every member of a conflict, changed alone.
        least_set: the fewest bounds whose change gives a plan, where no single one does.
        joint: the least sum of changes over their bounds that gives a plan with the people whom the design promises.
        structural: there is no plan even without every limit.
        not_known: what no solver could say, in sentences.
    """

    reasons: tuple[str, ...]
    conflicts: tuple[tuple[Member, ...], ...] = ()
    complete: bool = True
    alone: tuple[Alone, ...] = ()
    least_set: Repair | None = None
    joint: Repair | None = None
    structural: bool = False
    not_known: tuple[str, ...] = ()

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """Changes of one member that are enough alone: money and capacity first, safeguards last."""
        found = [repair for one in self.alone for repair in one.repairs]
        return tuple(sorted(found, key=lambda one: (one.weakens_safeguard, not one.hosts, ORDER.index(one.kind))))

    @property
    def offered(self) -> tuple[Repair, ...]:
        """Every repair once: of one member, of the least set, of all together."""
        found: list[Repair] = []
        for one in (*self.repairs, self.least_set, self.joint):
            if one is not None and one.changes not in [other.changes for other in found]:
                found.append(one)
        return tuple(found)

    @property
    def least(self) -> Repair | None:
        """The first repair to try: of one member where one is enough, else of the fewest."""
        return next(iter(self.offered), None)


def diagnose(design: Design, inputs: Inputs, progress: Progress | None = None, seconds: float = SECONDS) -> Diagnosis | None:
    """Diagnose a design; None when it has a plan.

    Conflicts are looked for during ``seconds``, and one at least is found; repairs come on top. Impossible data is said
    before any solve. Raises NoTimeError where the design's own time limit does not tell whether there is a plan,
    CancelledError (with the ``Diagnosis`` as far as it came, one conflict at least) when ``progress`` returns False.
    """
    case = make_case(design, inputs)
    if not case.placements:
        try:
            build(case)
        except NoPlanError as error:
            return Diagnosis(error.reasons, structural=True)
    members = Members(case)
    if not members.impossible_alone:
        try:
            outcome = Session(members.whole).solve()
            if outcome.has_plan or outcome.status == "unbounded":
                return None
        except NoTimeError:
            raise
        except SolverError:
            if feasibility(members.whole, design.solver.time_limit).verdict == "possible":
                return None
    stopped = False

    def goes_on(text: str, fraction: float) -> bool:
        nonlocal stopped
        stopped = stopped or (progress is not None and not progress(text, fraction))
        return not stopped

    found = _Doctor(members, goes_on, seconds).diagnose()
    if stopped:
        raise CancelledError("stopped while looking for what conflicts and for repairs", replace(found, complete=False))
    return found


class _Doctor:
    """One impossible case."""

    def __init__(self, members: Members, progress: Progress, seconds: float) -> None:
        self.members = members
        self.progress = progress
        self.conflicts = Conflicts(members, time.perf_counter() + seconds, progress)

    def diagnose(self) -> Diagnosis:
        conflicts = self.conflicts
        if (nothing := conflicts.verdict(frozenset())) != "possible":
            reason = "there is no plan even without any policy limit: demand, intake or the smallest placement leave none"
            if nothing == "unknown":
                reason = "it is not known what conflicts: no solver could say whether there is a plan without the limits"
            return Diagnosis((reason,), complete=False, structural=nothing == "impossible")
        known = conflicts.find()
        if not known.conflicts:
            reason = "the search found no plan, and no solver could prove that there is none: what conflicts is not known"
            return Diagnosis((reason,), complete=False, not_known=(reason,))
        repairs = Repairs(self.members, conflicts.typical)
        alone = self._alone(repairs)
        least_set = None if any(one.repairs for one in alone) else self._least_set(repairs)
        joint = self._joint(repairs, [*(repair for one in alone for repair in one.repairs), least_set])
        told = tuple(self._told(conflict) for conflict in sorted(known.conflicts, key=self._first))
        return Diagnosis(
            reasons=tuple(self._reasons(told, alone)),
            conflicts=told,
            complete=known.complete,
            alone=tuple(alone),
            least_set=least_set,
            joint=joint,
            not_known=tuple(self._not_known(repairs, alone)),
        )

    def _first(self, conflict: Paths) -> tuple[int, int, list[str]]:
        return len(conflict), sum(map(self.members.weight, conflict)), sorted(conflict)

    def _told(self, conflict: Paths) -> tuple[Member, ...]:
        """A conflict with the take-up that it rests on, which is no bound of the design but what workers choose."""
        paths = sorted(conflict, key=lambda path: (self.members.weight(path), path))
        return tuple(self.members.told(path) for path in [*paths, *self.conflicts.take_up(conflict)])

    # --- one member alone ---

    def _alone(self, repairs: Repairs) -> list[Alone]:
        """Every member of a conflict, changed alone; those that take part in most come first."""
        conflicts = self.conflicts
        found: list[Alone] = []
        asked: set[str] = set()
        # What is left without one member may be a conflict that nobody knew.
        while waiting := sorted(self._involved() - asked, key=lambda path: (self.members.weight(path), path)):
            path = waiting[0]
            asked.add(path)
            if not self.progress(f"looking for a repair of {path}", 0.5 + 0.4 * len(asked) / (len(asked) + len(waiting))):
                break
            member = self.members.told(path)
            if not member.changeable:
                found.append(Alone(member, None, (), ()))
                continue
            rest = conflicts.all - {path}
            verdict = conflicts.verdict(rest)
            if verdict == "unknown":
                found.append(Alone(member, None, (), ()))
            elif verdict == "possible":
                found.append(Alone(member, True, tuple(repairs.alone(path)), ()))
            else:
                left = [one for one in conflicts.known.conflicts if path not in one]
                if not left and not conflicts.out_of_time:
                    left = [conflicts.shrunk(rest)]
                    conflicts.add(left[0])
                then = min(left, key=self._first, default=frozenset[str]())
                found.append(Alone(member, False, (), tuple(sorted(then, key=self.members.weight))))
        return sorted(found, key=lambda one: (one.enough is not True, self.members.weight(one.member.path), one.member.path))

    def _involved(self) -> Paths:
        return frozenset[str]().union(*self.conflicts.known.conflicts)

    # --- several ---

    def _least_set(self, repairs: Repairs) -> Repair | None:
        """The fewest members that can be changed so that there is a plan; of equals those that keep the promise."""
        known = self.conflicts.known
        sets = [one for one in known.corrections if all(map(self.members.changeable, one))]
        if not sets and not known.complete:
            sets = [one for one in self.conflicts.hitting if all(map(self.members.changeable, one))]
        sets.sort(key=lambda one: (len(one), len(one & set(PROMISE)), sum(map(self.members.weight, one)), sorted(one)))
        for one in sets[:_MOST_SETS]:
            if not self.progress(f"looking for a repair of {listed(sorted(one))}", 0.9):
                return None
            if (repair := repairs.together(sorted(one, key=self.members.weight))) is not None:
                return repair
        return None

    def _joint(self, repairs: Repairs, others: list[Repair | None]) -> Repair | None:
        """The least joint change that keeps the people promised; None where another repair is as small."""
        if not self.progress("looking for the smallest joint change", 0.95):
            return None
        movable = [path for path in self.members.paths if self.members.changeable(path) and repairs.stretches(path)]
        needed = list(self.members.impossible_alone)
        kept = [path for path in movable if path not in PROMISE]
        found = repairs.together([*needed, *kept]) or repairs.together([*needed, *movable])
        smaller = [one for one in others if one is not None and one.hosts]
        if found is None or any(repairs.size(one) <= repairs.size(found) for one in smaller):
            return None
        return found

    # --- in words ---

    def _reasons(self, told: tuple[tuple[Member, ...], ...], alone: list[Alone]) -> list[str]:
        known = self.conflicts.known
        several = len(told) > 1 or not known.complete
        said: list[str] = []
        if several:
            single = len(told) == 1
            found = "One conflict was found" if single else f"{len(told)} conflicts stand in the way of a plan"
            more = "" if known.complete else "; there may be more, which were not found in the time"
            said.append(f"{found}{more}. {'It' if single else 'Each'} has to be resolved:")
        for number, conflict in enumerate(told, start=1):
            first = f"Conflict {number}: " if several else ""
            if len(conflict) == 1:
                said.append(f"{first}{'one' if first else 'One'} {_what(conflict)} cannot be met by any plan:")
            else:
                # Every member of the only conflict there is resolves it, and that was asked of each.
                only = not several and all(one.enough or not one.member.changeable for one in alone)
                whole = "; without any one of them there is a plan" if only else ""
                said.append(f"{first}{'these' if first else 'These'} {len(conflict)} cannot hold together{whole}:")
            said += [_line(one) for one in conflict]
        return said

    def _not_known(self, repairs: Repairs, alone: list[Alone]) -> list[str]:
        found = [
            f"It is not known whether a change of {one.member.path} alone gives a plan."
            for one in alone
            if one.member.changeable and one.enough is None
        ]
        if repairs.not_known:
            found.append(f"It is not known how little a change of {', '.join(dict.fromkeys(repairs.not_known))} is enough.")
        return found


def _what(conflict: tuple[Member, ...]) -> str:
    return "requirement" if conflict[0].kind == "required" else "limit"


def _line(member: Member) -> str:
    """A member of a conflict with its kind, and whether it is not to be changed."""
    kind = "what workers choose" if member.path in TAKE_UP else member.kind
    return f"{member.sentence} ({kind}{'' if member.changeable else ', not to be changed'})"


_MOST_SETS = 3
"""Least sets that are tried: the first that has a repair is told."""
