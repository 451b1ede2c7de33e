#!/usr/bin/env bash
# PuLP: lpDot of three costs and two variables leaves the third cost out without an error; so with more variables than
# costs.
#
# Guess of most: an error, as numpy and math.sumprod give for lists of different lengths.
# What happens: the shorter list decides. A host that was added to the variables and forgotten in the costs costs
# nothing, and the optimum rests on it.
# Documented: the docstring says "Calculate the dot product of two lists of linear expressions"; lengths are not
# mentioned.
# Why a planner cares: costs come from one table and variables from another. A row that is missing in one of them
# should stop the plan; here it makes the missing host free, and the solver chooses it.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check pulp==4.2.0 highspy==1.15.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("pulp", "highspy"):
    print(package, importlib.metadata.version(package))

import math

import pulp

COSTS = [3.0, 4.0]  # of Kazakhstan and Mongolia; that of Mozambique was forgotten
HOSTS = ["KAZ", "MNG", "MOZ"]
problem = pulp.LpProblem("plan", pulp.LpMinimize)
workers = [problem.add_variable(host, 0, 100) for host in HOSTS]
problem += pulp.lpDot(COSTS, workers)
problem += pulp.lpSum(workers) >= 120, "people"
status = problem.solve(pulp.HiGHS(msg=False))
plan = {one.name: one.varValue for one in workers}
print("objective:", pulp.lpDot(COSTS, workers))
print("with a cost too many:", pulp.lpDot([*COSTS, 5.0, 6.0], workers))
print(status.status_str, plan, "cost:", status.objective)
try:
    math.sumprod(COSTS, [1, 1, 1])
    raise AssertionError
except ValueError as error:
    print("math.sumprod:", error)
assert status.status_str == "Optimal"
assert plan["MOZ"] == 100.0
assert status.objective == 60.0
PYTHON
echo "as described: the forgotten host is free"
