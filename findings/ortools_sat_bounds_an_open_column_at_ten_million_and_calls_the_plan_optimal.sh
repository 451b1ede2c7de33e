#!/usr/bin/env bash
# OR-Tools, linear programmes by CP-SAT ("SAT"): a column without an upper bound gets one of 10,000,000; a plan that
# it holds back is called optimal, with a bound that agrees.
#
# Guess of most: a column up to infinity() is open, and a solver that cannot have that says so.
# What happens: most pay that a budget of 100 million allows is 30 million; SAT answers 10 million, status OPTIMAL,
# best bound 10 million. The same programme by GLOP gives 30 million. Seen with pywraplp and with ModelBuilder.
# Since: reported in August 2020 for version 7.8 as an infeasible row (google/or-tools, issue 2139); there the
# parameter mip_max_bound was found.
# Documented: in the comment of mip_max_bound in the parameters of CP-SAT ("we need to bound any variable"); not where
# columns are made, nor in the answer.
# Why a planner cares: money in dollars or tugriks passes ten million easily; the total that is proven best is then a
# number of the solver's.
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
    pay = solver.NumVar(0, solver.infinity(), "pay")
    tax = solver.NumVar(0, solver.infinity(), "tax")
    solver.Add(3 * pay + tax <= 100_000_000)
    solver.Add(tax >= pay / 3)
    solver.Maximize(pay)
    assert solver.Solve() == pywraplp.Solver.OPTIMAL
    return pay.solution_value(), solver.Objective().BestBound()


def by_builder(name):
    model = model_builder.Model()
    pay = model.new_num_var(0, float("inf"), "pay")
    tax = model.new_num_var(0, float("inf"), "tax")
    model.add(3 * pay + tax <= 100_000_000)
    model.add(tax - pay / 3 >= 0)
    model.maximize(pay)
    solver = model_builder.Solver(name)
    assert solver.solve(model) == model_builder.SolveStatus.OPTIMAL
    return solver.value(pay)


sat, bound = by_wrapper("SAT")
glop, _ = by_wrapper("GLOP")
print("most pay, pywraplp:    SAT", sat, "with bound", bound, "- GLOP", glop, "- all optimal")
print("most pay, ModelBuilder: sat", by_builder("sat"), "- glop", by_builder("glop"), "- all optimal")
assert sat == bound == by_builder("sat") == 10_000_000
assert round(glop) == round(by_builder("glop")) == 30_000_000
PYTHON
echo "as described: what is proven best is the bound that the solver put there"
