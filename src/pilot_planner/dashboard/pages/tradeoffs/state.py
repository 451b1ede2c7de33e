"""Which front a visitor sees and how far it is. Pure reading of a job; what the pages say and draw rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.plan_cache import Answer, Planner
from pilot_planner.dashboard.runtime.url_state import Question, page_values, read_address
from pilot_planner.dashboard.runtime.visitor_state import answer_to
from pilot_planner.design.schema import Axis
from pilot_planner.errors import InputError
from pilot_planner.figures.tradeoffs.front_labels import value_of
from pilot_planner.studies.pareto.front_summary import efficient, same_axes
from pilot_planner.studies.pareto.pareto_front import DEFAULT_POINTS, FrontPoint, Switch, ordered_axes
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import scale_for
from pilot_planner.text.names import metric_unit

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

FEWEST, MOST = 2, 60
"""Points that may be aimed at."""

Ranges = dict[str, list[list[float | None]]]
"""By metric or ratio, pairs of least and most in the units that its axis shows; None where there is no end."""


@dataclass(frozen=True)
class Shown:
    """A front as far as it is known.

    Attributes:
        status: ``idle``, ``look`` (a first look, nothing was begun), ``waiting``, ``running``, ``done``, ``stopped``
            (before its end) or ``failed``.
        points: none of them bettered by another in every axis.
    """

    status: str
    points: tuple[FrontPoint, ...]
    axes: tuple[Axis, ...]
    switches: tuple[Switch, ...] = ()
    message: str = ""


def points_aimed_at(search: str | None) -> int:
    """How many points the address asks for."""
    told = page_values(search, "points")
    if not told or not told[-1].isdecimal() or len(told[-1]) > _DIGITS:
        return DEFAULT_POINTS
    return min(MOST, max(FEWEST, int(told[-1])))


_DIGITS = 6


def front_key(question: Question, points: int) -> str:
    """The job's key: the same front for all who ask the same."""
    return f"front {question.key} {points}"


def shown(job: Job | None, axes: Sequence[Axis]) -> Shown:
    """A front from its job; ``axes`` are those of the design, the objective first."""
    if job is None:
        return Shown("idle", (), tuple(axes))
    before = efficient(job.earlier, axes)
    if isinstance(job.result, dict):
        found = job.result
        status = "done" if job.status == "done" and found["complete"] else "stopped"
        if status == "done" or len(found["points"]) >= len(before):
            return Shown(status, found["points"], found["axes"], found["switches"], found.get("about", ""))
    status = {"cancelled": "stopped", "done": "stopped"}.get(job.status, job.status)
    # Until a search that was begun again has found as many plans, those that were told before stay, also when it ends early.
    points = max(efficient(tuple(job.items), axes), before, key=len)
    return Shown(status, points, tuple(axes), message=job.message)


def known_front(services: Services, key: str | None, axes: Sequence[Axis]) -> Shown:
    """The front of a key: of its job where one was begun, else as far as it was looked at.

    Until a job has found as many plans, those that were seen before stay, also when it ends early.
    """
    job = services.jobs.get(key)
    look = services.looks.known(key)
    found = shown(job, axes)
    if look is None or found.status == "done":
        return found
    seen = efficient(look.points, axes)
    if job is None:
        return Shown("look", seen, tuple(axes))
    return found if len(found.points) >= len(seen) else Shown(found.status, seen, tuple(axes), message=found.message)


def front_at(services: Services, key: str, search: str, answer: Answer) -> Shown:
    """The front of a key over the axes of its own question, whose search is told; ``answer`` is the plan that is open.

    It may be another question's: the plan was chosen from that front, or has moved on since, to other axes even.
    """
    plan = answer.plan if search == answer.question.search else answer_to(services.planner, search).plan
    return Shown("idle", (), ()) if plan is None else known_front(services, key, axes_of(plan))


_OF_A_FRONT = ("key", "search", "aim", "elsewhere")


def front_of(services: Services, record: Mapping[str, Any] | None, answer: Answer | None) -> Shown | None:
    """The front that a page's record names; None where there is no plan."""
    if not record or any(record.get(name) is None for name in _OF_A_FRONT) or answer is None or answer.plan is None:
        return None
    return front_at(services, record["key"], record["search"], answer)


def question_of_front(planner: Planner, record: Mapping[str, Any]) -> Question:
    """The question whose front a page's record names."""
    return read_address(record["search"], planner.models, planner.first)


def open_number(planner: Planner, record: Mapping[str, Any], front: Shown, answer: Answer) -> int | None:
    """The number of the point that is the open plan, if it is one."""
    found = opened_point(planner, record["search"], front.points, answer.question.key)
    if found is None and answer.plan is not None:
        metrics = answer.plan.metrics
        found = next((one for one in front.points if same_axes(one, metrics)), None)
    return None if found is None else found.number


def axes_of(plan: Plan) -> tuple[Axis, ...]:
    """The axes of a plan's design, its objective first."""
    return tuple(ordered_axes(plan.design))


def opened_point(planner: Planner, origin: str, points: Sequence[FrontPoint], key: str) -> FrontPoint | None:
    """The point whose own question is the one with this key; None where the open plan is none of them."""
    try:
        question = read_address(origin, planner.models, planner.first)
    except InputError:
        return None
    return next((one for one in points if question.with_settings(one.settings).key == key), None)


def kept(points: Sequence[FrontPoint], ranges: Ranges | None) -> list[FrontPoint]:
    """The points within every range; a figure may have several ranges, of which one must hold."""
    left = list(points)
    for name, pairs in (ranges or {}).items():
        scale = scale_for(metric_unit(name), (value_of(point, name) for point in points))

        def inside(point: FrontPoint, name: str = name, pairs: Any = pairs, scale: Any = scale) -> bool:
            value = scale.of(value_of(point, name))
            return value is not None and any(
                (low is None or value >= low - _HAIR) and (high is None or value <= high + _HAIR) for low, high in pairs
            )

        left = [point for point in left if inside(point)]
    return left


_HAIR = 1e-9
