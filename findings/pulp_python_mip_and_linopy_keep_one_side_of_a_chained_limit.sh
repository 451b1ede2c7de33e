#!/usr/bin/env bash
# PuLP, python-mip and linopy: of "2 <= x + y <= 8" only "<= 8" is kept, without an error; highspy keeps both sides.
#
# Guess of most: both sides, or an error. highspy allows this way of writing and its guide shows it; PySCIPOpt, cvxpy
# and Pyomo refuse it and say why.
# What happens: Python reads "a <= b <= c" as "(a <= b) and (b <= c)". A row that counts as true in that place gives
# the second one alone: the least is gone, and the answer, 0, is called optimal.
# Documented: not found in the documentation of PuLP, python-mip or linopy.
# Why a planner cares: limits come in pairs, a floor for workers and a ceiling for money. The floor is the one that
# goes.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check pulp==4.2.0 mip==1.17.6 linopy==0.10.1 highspy==1.15.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("pulp", "mip", "linopy", "highspy"):
    print(package, importlib.metadata.version(package))

import subprocess
import sys

# Each in a process of its own, so that no solver meets another one.
TRIALS = {
    "highspy": """
import highspy
h = highspy.Highs(); h.silent(); x = h.addVariable(0, 10); y = h.addVariable(0, 10)
h.addConstr(2 <= x + y <= 8); h.minimize(x + y); print(h.getObjectiveValue())""",
    "pulp": """
import pulp
p = pulp.LpProblem("p", pulp.LpMinimize); x = p.add_variable("x", 0, 10); y = p.add_variable("y", 0, 10)
p += x + y; p += (2 <= x + y <= 8), "people"
assert p.solve(pulp.HiGHS(msg=False)).status_str == "Optimal"; print(x.varValue + y.varValue)""",
    "mip": """
import mip
m = mip.Model(sense=mip.MINIMIZE); m.verbose = 0; x = m.add_var(ub=10); y = m.add_var(ub=10)
m.objective = x + y; m += 2 <= x + y <= 8
assert m.optimize() == mip.OptimizationStatus.OPTIMAL; print(m.objective_value)""",
    "linopy": """
import linopy
m = linopy.Model(); x = m.add_variables(0, 10, name="x"); y = m.add_variables(0, 10, name="y")
m.add_constraints(2 <= x + y <= 8, name="people"); m.add_objective(x + y)
assert m.solve("highs", io_api="direct", output_flag=False)[1] == "optimal"; print(float(m.objective.value))""",
}
least = {}
for name, trial in TRIALS.items():
    ended = subprocess.run([sys.executable, "-c", trial], capture_output=True, text=True, check=True)
    least[name] = float(ended.stdout.strip().splitlines()[-1])
    print(f"{name:8} least of x + y with 2 <= x + y <= 8: {least[name]}")
assert least == {"highspy": 2.0, "pulp": 0.0, "mip": 0.0, "linopy": 0.0}
PYTHON
echo "as described: the floor is gone"
