"""A grid of bounds on one aim of a programme by pyaugmecon, run as a program of its own.

Reads ``{"lower", "upper", "whole", "rows": [[columns, values, low, high]], "aims": [{column: value}], "points", "nadir"}``
from standard input; both aims are maximised. Prints the points and the CPU seconds of the search alone, children included:
imports and the making of the model are not counted.
"""

import json
import os
import sys
import tempfile

import pyomo.environ as pyo
from pyaugmecon import PyAugmecon, PyAugmeconConfig


def used() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def front(lower, upper, whole, rows, aims, points, nadir, gap):
    integers = set(whole)
    model = pyo.ConcreteModel()
    model.column = pyo.RangeSet(0, len(lower) - 1)
    model.x = pyo.Var(
        model.column,
        within=lambda _, j: pyo.Integers if j in integers else pyo.Reals,
        bounds=lambda _, j: (lower[j], upper[j]),
    )
    model.row = pyo.ConstraintList()
    for columns, values, low, high in rows:
        body = pyo.quicksum(value * model.x[j] for j, value in zip(columns, values, strict=True))
        model.row.add((low, body, high) if low != high else body == low)
    model.obj_list = pyo.ObjectiveList()
    for aim in aims:
        model.obj_list.add(expr=pyo.quicksum(value * model.x[int(j)] for j, value in aim.items()), sense=pyo.maximize)
    for number in range(1, len(aims) + 1):
        model.obj_list[number].deactivate()
    with tempfile.TemporaryDirectory() as folder:
        config = PyAugmeconConfig(
            mode="sampled",
            sample_points=points,
            nadir_points=[nadir],
            objective_order="given",
            workers=1,
            solver_options={"mip_rel_gap": gap},
            write_csv=False,
            progress_bar=False,
            log_to_console=False,
            artifact_folder=folder,
        )
        begin = used()
        result = PyAugmecon(model, config).solve()
        seconds = used() - begin
    return [[float(value) for value in point] for point in result.points], seconds


if __name__ == "__main__":
    found, taken = front(**json.load(sys.stdin))
    print(json.dumps({"points": found, "seconds": taken}))
