"""The front of a knapsack by pyaugmecon, an independent published implementation, run as a program of its own.

Reads ``{"weights": [...], "capacity": n, "profits": [[...], ...]}`` from standard input and prints the points.
"""

import json
import sys
import tempfile

import pyomo.environ as pyo
from pyaugmecon import PyAugmecon, PyAugmeconConfig


def front(weights, capacity, profits):
    model = pyo.ConcreteModel()
    model.item = pyo.RangeSet(0, len(weights) - 1)
    model.taken = pyo.Var(model.item, within=pyo.Binary)
    model.weight = pyo.Constraint(expr=sum(weights[i] * model.taken[i] for i in model.item) <= capacity)
    model.obj_list = pyo.ObjectiveList()
    for profit in profits:
        model.obj_list.add(expr=sum(profit[i] * model.taken[i] for i in model.item), sense=pyo.maximize)
    for number in range(1, len(profits) + 1):
        model.obj_list[number].deactivate()
    with tempfile.TemporaryDirectory() as folder:
        quiet = {"write_csv": False, "progress_bar": False, "log_to_console": False, "artifact_folder": folder}
        result = PyAugmecon(model, PyAugmeconConfig(workers=1, **quiet)).solve()
    return [[round(float(value)) for value in point] for point in result.points]


if __name__ == "__main__":
    print(json.dumps(front(**json.load(sys.stdin))))
