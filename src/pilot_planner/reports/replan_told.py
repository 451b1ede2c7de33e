"""What was found when the rest of a pilot was decided anew, as plain records that a page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pilot_planner.studies.after_signature.course import Steps, income_steps, lasting
from pilot_planner.studies.after_signature.replan import Answer, ForWorkers, Replan, Way
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.plan import ChosenPlacement
from pilot_planner.studies.uncertainty.chance import Share
from pilot_planner.text.names import host_names, place_in_words, sector_names


@dataclass(frozen=True)
class AnswerTold:
    """One way to go on. ``metrics`` is empty and ``steps``, ``workers`` and ``lasts`` are None where it has no plan.

    Attributes:
        caps: worker caps by placement in words.
        given_up: a sentence for each limit that no rest can keep any more.
        proven: whether nothing better exists under these limits.
    """

    way: Way
    sentence: str
    reasons: tuple[str, ...]
    given_up: tuple[str, ...]
    same: bool
    proven: bool
    metrics: Mapping[str, float]
    caps: Mapping[str, int]
    workers: ForWorkers | None
    steps: Steps | None
    lasts: Share | None


@dataclass(frozen=True)
class ReplanTold:
    """The answers beside the signed plan."""

    over: int
    last: int
    signed: ForWorkers
    caps: Mapping[str, int]
    answers: tuple[AnswerTold, ...]


def told(found: Replan, progress: Progress | None = None) -> ReplanTold:
    """The records of all answers. Raises CancelledError when ``progress`` returns False."""
    answers = tuple(_answer(found, one, progress) for one in found.answers)
    caps = _caps(found.before.placements, found)
    return ReplanTold(found.standing.over, found.standing.last, found.signed, caps, answers)


def _answer(found: Replan, one: Answer, progress: Progress | None) -> AnswerTold:
    plan = one.plan
    return AnswerTold(
        way=one.way,
        sentence=one.sentence,
        reasons=one.reasons,
        given_up=tuple(lost.sentence for lost in one.given_up),
        same=one.same,
        proven=plan is not None and plan.outcome.status == "optimal",
        metrics={} if plan is None else dict(plan.metrics),
        caps={} if plan is None else _caps(plan.placements, found),
        workers=one.workers,
        steps=None if plan is None else income_steps(found.standing, one),
        lasts=None if plan is None else lasting(plan, progress=progress),
    )


def _caps(placements: Iterable[ChosenPlacement], found: Replan) -> dict[str, int]:
    names = {**host_names(found.before.inputs), **sector_names(found.before.inputs)}
    return {place_in_words(f"{one.iso3}.{one.sector}", names): one.worker_cap for one in placements}
