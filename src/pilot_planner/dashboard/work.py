"""What jobs do, each in a process of its own: studies on one question, told as plain records.

A task is what a question needs and nothing that lives: the folder of inputs, the design's file, the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pilot_planner.dashboard.jobs import Tell
from pilot_planner.studies.plan import Progress

Task = Mapping[str, Any]


def _asked(task: Task) -> dict[str, Any]:
    return {"model": task["model"], "inputs": task["inputs"], "settings": task["settings"]}


def _progress(tell: Tell) -> Progress:
    return lambda text, share: tell("progress", (text, share))


def diagnosis(task: Task, tell: Tell) -> Any:
    """Why there is no plan, and what would make one."""
    from pilot_planner.studies.diagnosis import diagnose
    from pilot_planner.studies.setup import set_up

    design, inputs = set_up(task["model"], task["inputs"], task["settings"])
    return diagnose(design, inputs, _progress(tell))


def prices_only(task: Task, tell: Tell) -> Any:
    """Prices at the plan, without the full re-solves: for the notes beside the controls."""
    from pilot_planner.studies.prices import prices

    return prices(**_asked(task), progress=_progress(tell), resolve=False).prices


def why(task: Task, tell: Tell) -> Any:
    """Prices with re-solves, hosts left out, and what each floor costs."""
    from pilot_planner.studies.prices import prices
    from pilot_planner.studies.why_not import why_not

    def part(begin: float, end: float) -> Progress:
        return lambda text, share: tell("progress", (text, begin + (end - begin) * share))

    priced = prices(**_asked(task), progress=part(0.0, _SHARE_OF_PRICES))
    tell("item", ("prices", priced.prices))
    left = why_not(**_asked(task), progress=part(_SHARE_OF_PRICES, 1.0))
    return {"prices": priced.prices, "why_not": left}


_SHARE_OF_PRICES = 0.7
"""Prices take about so much of the time."""


def front(task: Task, tell: Tell) -> Any:
    """The trade-offs, point by point."""
    from pilot_planner.studies.tradeoffs import trade_offs

    found = trade_offs(
        **_asked(task),
        points=task["points"],
        on_point=lambda point: _ignore(tell("item", _bare(point))),
        progress=_progress(tell),
    )
    return {
        "axes": found.axes,
        "points": tuple(_bare(point) for point in found.points),
        "switches": found.switches,
        "resolution": found.resolution,
        "complete": found.complete,
        "cells": found.cells,
        "solved": found.solved,
    }


def _ignore(_: object) -> None:
    return None


def _bare(point: Any) -> Any:
    """A point without its solution, which only a solver needs."""
    from dataclasses import replace

    return replace(point, solution=())


def alternatives(task: Task, tell: Tell) -> Any:
    """Plans nearly as good that differ most."""
    from pilot_planner.studies.alternatives import alternatives as find

    found = find(**_asked(task), within=task["within"], count=task["count"], progress=_progress(tell))
    return tuple(_bare(one) for one in found.alternatives)


def what_if(task: Task, tell: Tell) -> Any:
    """One plan for each value of one path, or for each pair of values of two."""
    from pilot_planner.studies.what_if import what_if as study_of

    return study_of(task["study"], **_asked(task), progress=_progress(tell))


def risk(task: Task, tell: Tell) -> Any:
    """The plan put to the test; without the plan itself, which the page has."""
    from dataclasses import replace

    from pilot_planner.studies.risk import risk as put_to_the_test

    found = put_to_the_test(**_asked(task), draws=task["draws"], seed=task["seed"], progress=_progress(tell))
    bare: Any = None
    return replace(found, plan=bare)


def influence(task: Task, tell: Tell) -> Any:
    """How far each group of uncertain inputs moves what workers are paid, told one by one."""
    from pilot_planner.studies.influence import influence as find

    return find(**_asked(task), on_family=lambda one: _ignore(tell("item", one)), progress=_progress(tell))
