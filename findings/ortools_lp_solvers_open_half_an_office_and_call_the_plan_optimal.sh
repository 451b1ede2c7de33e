#!/usr/bin/env bash
# OR-Tools: GLOP and PDLP, asked for whole columns, give fractions with the status OPTIMAL, by pywraplp and by
# ModelBuilder.
#
# Guess of most: a solver of linear programmes that gets a whole column refuses, or warns.
# What happens: "2 offices <= 7, as many as possible" is 3.5 offices, status OPTIMAL, without a word on any output. By
# SCIP, HiGHS and SAT it is 3. MathOpt, of the same package, refuses GLOP with an error.
# Documented: examples say that GLOP is for linear programmes; what it does with whole columns is not said in the
# docstring of CreateSolver, which lists it beside the others, nor is there a function to ask afterwards.
# Why a planner cares: the name of the solver is one word of configuration. Whoever takes GLOP for its speed opens
# half an office and plans with half a supervisor.
set -euo pipefail

find_python() {
    # Python 3.12 or newer; a shim of a version manager may exist and not run, so each candidate is tried.
    for candidate in ${PYTHON:-} python3.14 python3.13 python3.12 python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.12 or newer was not found: install it, or set PYTHON=/path/to/python3" >&2
    return 1
}

python=$(find_python)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check ortools==9.15.6755
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("ortools",):
    print(package, importlib.metadata.version(package))

from ortools.linear_solver import pywraplp
from ortools.linear_solver.python import model_builder


def by_wrapper(name):
    solver = pywraplp.Solver.CreateSolver(name)
    offices = solver.IntVar(0, 10, "offices")
    solver.Add(2 * offices <= 7)
    solver.Maximize(offices)
    assert solver.Solve() == pywraplp.Solver.OPTIMAL
    return round(offices.solution_value(), 6)


def by_builder(name):
    model = model_builder.Model()
    offices = model.new_int_var(0, 10, "offices")
    model.add(2 * offices <= 7)
    model.maximize(offices)
    solver = model_builder.Solver(name)
    assert solver.solve(model) == model_builder.SolveStatus.OPTIMAL
    return round(solver.value(offices), 6)


found = {name: by_wrapper(name) for name in ("GLOP", "PDLP", "SCIP", "SAT", "HIGHS")}
print("pywraplp, all optimal:", found)
built = {name: by_builder(name) for name in ("glop", "scip", "sat")}
print("ModelBuilder, all optimal:", built)
assert found == {"GLOP": 3.5, "PDLP": 3.5, "SCIP": 3.0, "SAT": 3.0, "HIGHS": 3.0}
assert built == {"glop": 3.5, "scip": 3.0, "sat": 3.0}
PYTHON
echo "as described: optimal, and half an office"
