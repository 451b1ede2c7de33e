"""The slow way: the programme of a held plan made anew for one draw, and what breaks in it by the rows of a single plan."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linprog

from pilot_planner.case.case import make_case
from pilot_planner.programme.build import build
from pilot_planner.programme.limits import find_limit
from pilot_planner.studies.planning.accounts import Accounts
from pilot_planner.studies.planning.limit_status import standings
from pilot_planner.studies.uncertainty.trial import broken_limits, figures, floors_broken, without_floors

ALIKE = ("hosts", "sectors_per_host", "inspectors_host", "inspectors_total")
"""Limits on capacity that no draw changes."""
COUNTED = ("legal", "safeguard", "money")


@dataclass(frozen=True)
class Told:
    """Figures of one draw, what is broken by how much, and rights floors that fail."""

    figures: dict
    broken: dict
    floors: dict


def rebuilt(trial, values):
    """The programme of a trial with these values (numbers, by path) read as inputs; caps need not fit the demand."""
    known = {path: value for path, value in values.items() if tuple(path.split(".")) in trial.inputs.estimates}
    inputs = trial.inputs.with_values(known, drawn=True) if known else trial.inputs
    programme = build(replace(make_case(without_floors(trial.design), inputs), design=trial.design))
    programme.rows = [row for row in programme.rows if not row.name.startswith("cap_most.")]
    return programme


def as_planned(trial, programme):
    """The plan as it is signed, in a rebuilt programme."""
    solution = trial.solution(programme)
    standing = standings(programme, solution, Accounts(trial.held.levels, (), (), (), (), ()))
    return Told(figures(programme, solution), broken_limits(standing), floors_broken(programme.case))


def counted(design, name):
    key, side = name.split(".")[:2]
    limit = find_limit(key, design)
    return limit is None or key in ("demand", "intake", *design.promise) or limit.kind_of(side) in COUNTED


def not_run(programme, told):
    """Placements that fail a rights floor or cannot be staffed."""
    last, smallest = programme.case.periods[-1].number, programme.case.design.programme.min_placement
    return {
        placement.key
        for placement in programme.case.placements
        if any(name.partition(".")[2] in (placement.iso3, ".".join(placement.key)) for name in told.floors)
        or programme.q.reach(placement)[last] < smallest
    }


def released(name, stopped):
    """Whether a row asks something of placements that are not run."""
    kind, *where = name.split(".")
    if kind == "at_work":
        return where[0] in {h for h, _ in stopped}
    return kind == "staffed" and tuple(where[:2]) in stopped


def bounds_of(trial, programme, stopped):
    """What is signed is fixed; nobody works where nothing is run."""
    d = programme.d
    bounds = [[one.lower, one.upper] for one in d.columns]
    for j in {*d.level.values(), *d.open.values(), *d.cap.values(), *d.solo.values()}:
        bounds[j] = [trial.held.columns.get(d.columns[j].name, 0.0)] * 2
    for table in (d.workers, d.arrivals):
        for (h, s, _, _), j in table.items():
            bounds[j] = [0.0, 0.0] if (h, s) in stopped else bounds[j]
    return bounds


def rebuilt_lp(trial, values):
    """The best objective of a draw that is rebuilt with what is signed; None without an answer. Another solver interface,
    no stretching."""
    programme = rebuilt(trial, values)
    d, design = programme.d, trial.design
    stopped = not_run(programme, as_planned(trial, programme))
    rows, sides, equal, equal_sides = [], [], [], []
    for row in programme.rows:
        if released(row.name, stopped):
            continue
        if row.limit is not None and row.limit.key not in ALIKE and not counted(design, f"{row.limit.key}.{row.limit.side}"):
            continue
        line = np.zeros(len(d.columns))
        for j, one in row.expression.terms.items():
            line[j] = one
        sign = -1.0 if row.sense == ">=" else 1.0
        (equal if row.sense == "=" else rows).append(sign * line)
        (equal_sides if row.sense == "=" else sides).append(sign * row.right_side)
    costs = np.zeros(len(d.columns))
    for j, one in programme.objective.terms.items():
        costs[j] = -one if programme.maximise else one
    found = linprog(
        costs,
        rows,
        sides,
        equal,
        equal_sides,
        bounds_of(trial, programme, stopped),
        method="highs-ds",
    )
    assert found.status in (0, 2)
    return found.fun if found.status == 0 else None
