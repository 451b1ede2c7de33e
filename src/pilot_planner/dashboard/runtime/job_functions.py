"""What jobs do, each in a process of its own: studies on one question, told as plain records.

A task is what a question needs and nothing that lives: the folder of inputs, the design's file, the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pilot_planner.dashboard.layout.controls import controls
from pilot_planner.dashboard.runtime.job_queue import Tell
from pilot_planner.errors import CancelledError, NoPlanError, PilotPlannerError
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.plan import Plan

if TYPE_CHECKING:
    from pilot_planner.studies.pareto.near_optimal import Alternative
    from pilot_planner.studies.pareto.pareto_front import FrontPoint
    from pilot_planner.studies.parties.party_records import RoomOfAgreement

Task = Mapping[str, Any]


def _asked(task: Task) -> dict[str, Any]:
    return {"model": task["model"], "inputs": task["inputs"], "settings": task["settings"]}


def _progress(tell: Tell) -> Progress:
    return lambda text, share: tell("progress", (text, share))


def _as_far_as[T](work: Callable[[], T]) -> T:
    """What work finds; where its page does not want it any more, what is finished of it."""
    try:
        return work()
    except CancelledError as error:
        if error.partial is None:
            raise
        return error.partial  # type: ignore[no-any-return]


def diagnosis(task: Task, tell: Tell) -> Any:
    """Why there is no plan, and what would make one."""
    from pilot_planner.studies.explain.infeasibility import diagnose
    from pilot_planner.studies.planning.setup import set_up

    design, inputs = set_up(task["model"], task["inputs"], task["settings"])
    return _as_far_as(lambda: diagnose(design, inputs, _progress(tell)))


def effects(task: Task, tell: Tell) -> Any:
    """What one step of each control gives, solved: for the notes beside them. Told one by one, those that bind first."""
    from pilot_planner.dashboard.pages.plan.hints import Effect, moves
    from pilot_planner.studies.planning.setup import set_up

    plans = _Plans(task)
    design, _ = set_up(task["model"], plans.quick.inputs, task["settings"])
    if design.confidence is not None:
        return  # each plan for a chance is a search over draws of its own: too long for a note
    own = plans.solved({})
    binding = {f"{one.key}.{one.sense}" for one in own.limits if one.binding}
    first = {control.name for control in controls() if binding & set(control.limits)}
    wanted = moves(design, first)
    codes = {host.iso3 for host in own.hosts}
    metric = design.objective.metric
    for place, move in enumerate(wanted):
        tell("progress", ("trying what each control is worth", place / len(wanted)))
        try:
            plan = plans.solved({move.path: move.after})
        except NoPlanError:
            found = Effect(move, None, None)
        except PilotPlannerError:
            continue  # a setting that no design may have, such as less than equal pay
        else:
            names = tuple(host.name for host in plan.hosts)
            other = {host.iso3 for host in plan.hosts} != codes
            aim = plan.metrics[metric]
            found = Effect(move, aim, aim - own.metrics[metric], names if other else ())
        if not tell("item", found):
            break


def why(task: Task, tell: Tell) -> Any:
    """Prices with re-solves, hosts left out and what each floor costs, then cliffs, as far as they are worth waiting for."""
    from pilot_planner.studies.explain.cliffs import cliffs
    from pilot_planner.studies.explain.host_exclusion import why_not
    from pilot_planner.studies.explain.shadow_prices import prices, solve_basis

    def part(begin: float, end: float) -> Progress:
        return lambda text, share: tell("progress", (text, begin + (end - begin) * share))

    basis = solve_basis(**_asked(task))
    priced = prices(progress=part(0.0, _PRICED), basis=basis)
    tell("item", ("prices", priced.prices))
    left = why_not(**_asked(task), progress=part(_PRICED, _ASKED), basis=basis)
    tell("item", ("why_not", left))
    found = cliffs(seconds=_SECONDS_OF_CLIFFS, progress=part(_ASKED, 1.0), basis=basis)
    tell("item", ("cliffs", found))
    return {"prices": priced.prices, "why_not": left, "cliffs": found}


_PRICED, _ASKED = 0.2, 0.3
"""Share of the time by which limits are priced, and by which it is asked why not another host."""
_SECONDS_OF_CLIFFS = 30.0
"""Somebody who opened the page reads the prices meanwhile; every input of the shipped designs is looked at in this time."""


def parties(task: Task, tell: Tell) -> Any:
    """Who would veto the plan, and what five parties could agree on; told before what each could still ask for."""
    from pilot_planner.studies.parties.agreement import parties as find

    return find(**_asked(task), progress=_progress(tell), on_room=lambda room: _told(tell, room)).told()


def _told(tell: Tell, room: RoomOfAgreement) -> None:
    tell("item", room.told())


def front(task: Task, tell: Tell) -> Any:
    """The trade-offs, point by point. Each is solved once more as its own plan, so that its link shows the same figures."""
    from pilot_planner.studies.pareto.pareto_front import trade_offs
    from pilot_planner.studies.planning.setup import set_up

    plans = _Plans(task)
    settled: dict[int, FrontPoint] = {}

    def found_one(point: FrontPoint) -> None:
        settled[point.number] = plans.of_point(point)
        tell("item", settled[point.number])

    design, inputs = set_up(task["model"], task["inputs"], task["settings"])
    found = _as_far_as(
        lambda: trade_offs(design, inputs, points=task["points"], on_point=found_one, progress=_progress(tell))
    )
    points = [settled.get(point.number) or plans.of_point(point) for point in found.points]
    return {
        "axes": found.axes,
        "points": tuple(points),
        "switches": found.switches,
        "resolution": found.resolution,
        "complete": found.complete,
        "about": " ".join(found.about),
        "cells": found.cells,
        "solved": found.solved,
    }


class _Plans:
    """Plans of points and alternatives, solved as the pages solve them."""

    def __init__(self, task: Task) -> None:
        from pilot_planner.data.loading import load_inputs
        from pilot_planner.design.loading import load_design
        from pilot_planner.studies.execution.live_plan import QuickPlans

        self.task = task
        self.design = load_design(task["model"])
        self.quick = QuickPlans(load_inputs(task["inputs"]))

    def of_point(self, point: FrontPoint) -> FrontPoint:
        """The point with the figures of the plan that its settings give; as it is where they give none."""
        plan = self._plan(point.settings)
        if plan is None:
            return replace(point, solution=())
        axes = {name: plan.metrics[name] for name in point.axes}
        hosts = "+".join(sorted(host.iso3 for host in plan.hosts))
        return replace(point, axes=axes, hosts=hosts, metrics=plan.metrics, ratios=plan.ratios, solution=())

    def of_alternative(self, one: Alternative) -> Alternative:
        """The alternative likewise; the best plan is the plan without further settings."""
        plan = self._plan(one.settings if one.number else {})
        bare = replace(one, solution=())
        return bare if plan is None else replace(bare, metrics=plan.metrics, ratios=plan.ratios)

    def solved(self, settings: Mapping[str, Any]) -> Plan:
        """The plan with settings on top of those of the task. Raises what ``make_plan`` raises."""
        return self.quick.plan(self.design, {**self.task["settings"], **settings}, lambda: False)

    def _plan(self, settings: Mapping[str, Any]) -> Plan | None:
        try:
            return self.solved(settings)
        except PilotPlannerError:
            return None


def alternatives(task: Task, tell: Tell) -> Any:
    """Plans nearly as good that differ most."""
    from pilot_planner.studies.pareto.near_optimal import alternatives as find

    asked = {**_asked(task), "within": task["within"], "count": task["count"]}
    found = _as_far_as(lambda: find(**asked, progress=_progress(tell)))
    plans = _Plans(task)
    return tuple(plans.of_alternative(one) for one in found.alternatives)


def what_if(task: Task, tell: Tell) -> Any:
    """One plan for each value of one path, or for each pair of values of two."""
    from pilot_planner.studies.sweeps.what_if import what_if as study_of

    return _as_far_as(lambda: study_of(task["study"], **_asked(task), progress=_progress(tell)))


def risk(task: Task, tell: Tell) -> Any:
    """The plan put to the test; without the plan itself, which the page has."""
    from pilot_planner.studies.uncertainty.risk import risk as put_to_the_test

    found = put_to_the_test(**_asked(task), draws=task["draws"], seed=task["seed"], progress=_progress(tell))
    bare: Any = None
    return replace(found, plan=bare)


def influence(task: Task, tell: Tell) -> Any:
    """How far each group of uncertain inputs moves what workers are paid, told one by one."""
    from pilot_planner.studies.uncertainty.one_at_a_time import influence as find

    return find(**_asked(task), on_family=lambda one: _tell_item(tell, one), progress=_progress(tell))


def worth(task: Task, tell: Tell) -> Any:
    """What knowing each group of uncertain inputs, and each event, is worth before signing, where it is worth anything; what
    to find out first, in the words of the documents."""
    from pilot_planner.reports.evidence_text import ceiling, first_to_find_out
    from pilot_planner.studies.uncertainty.summary import Swing
    from pilot_planner.studies.uncertainty.what_to_find_out import evidence

    found = evidence(**_asked(task), progress=_progress(tell))
    for one in found.known:
        worth_of = one.points if one.amount is None else one.amount
        if worth_of.found and found.paths.get(one.name):
            tell("item", Swing(one.name, found.paths[one.name], {}, {}, worth_of.value))
    return first_to_find_out(found), ceiling(found)


def _tell_item(tell: Tell, item: Any) -> None:
    tell("item", item)


def standing(task: Task, tell: Tell) -> Any:
    """Where a signed plan stands after what was reported: its course, or what is wrong with the report by cell."""
    from pilot_planner.studies.after_signature.course import course_of

    pilot = _pilot(task, tell)
    if pilot["faults"]:
        return pilot
    return {"faults": (), "note": pilot["note"], "course": course_of(pilot["now"], progress=_progress(tell))}


def decide_anew(task: Task, tell: Tell) -> Any:
    """The rest of a signed plan decided anew, in three ways side by side, each ready to be saved."""
    from pilot_planner.reports.replan_told import told
    from pilot_planner.store.plans import plan_parts
    from pilot_planner.studies.after_signature.learning import lessons_of
    from pilot_planner.studies.after_signature.replan import replan

    pilot = _pilot(task, tell)
    if pilot["faults"]:
        return pilot
    now = pilot["now"]
    lessons = lessons_of(now.plan, now.actuals) if task["learned"] else None
    found = replan(now.plan, now.actuals, progress=_progress(tell), lessons=lessons)
    ready = {one.way: plan_parts(one.plan) for one in found.answers if one.plan is not None}
    return {"faults": (), "note": pilot["note"], "told": told(found, _progress(tell)), "ready": ready}


def _pilot(task: Task, tell: Tell) -> dict[str, Any]:
    """The signed plan made again, and where it stands by what was sent, or by what the store keeps."""
    import datetime as dt

    from pilot_planner.data.actuals import Actuals, of_inputs
    from pilot_planner.reports.actuals_upload import read_upload
    from pilot_planner.store.plans import saved_inputs
    from pilot_planner.store.recompute import remade
    from pilot_planner.studies.after_signature.standing import standing as where_it_stands
    from pilot_planner.studies.planning.plan import make_plan

    tell("progress", ("making the signed plan again", 0.0))
    if task["saved"] is None:
        plan, note = make_plan(**_asked(task["question"])), ""
    else:
        again = remade(*task["saved"])
        plan, note = again.plan, "" if again.same else again.sentence
    actuals: Actuals | None = None
    if task["upload"] is not None:
        sent = read_upload(task["upload"], task["name"], plan, dt.date.fromisoformat(task["today"]))
        if sent.actuals is None:
            return {"faults": sent.faults, "note": note, "course": None}
        actuals = sent.actuals
    elif task["kept"] is not None:
        parts, record = task["kept"]
        actuals = of_inputs(saved_inputs(parts, record).tables, "saved")
    return {"faults": (), "note": note, "now": where_it_stands(plan, actuals or Actuals("", {}))}


def donor_files(task: Task, tell: Tell) -> Any:
    """Files for donors of the plan, solved as the command line solves it."""
    from pilot_planner.exports.formats import make_export
    from pilot_planner.exports.terms import load_terms, parse_terms
    from pilot_planner.studies.planning.plan import make_plan

    terms = load_terms() if task["terms"] is None else parse_terms(task["terms"].encode(), "terms.toml")
    plan = make_plan(**_asked(task))
    return make_export(plan, task["formats"], terms, progress=_progress(tell))
