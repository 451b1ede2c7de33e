#!/usr/bin/env bash
# SciPy: linprog takes NaN as an upper bound for "no bound"; milp refuses that, but drops a coefficient that is NaN.
#
# Guess of most: NaN is refused, as both do for costs.
# What happens: linprog with bounds (0, nan) sends all it can to the column whose cap is missing, and ends with
# success. milp of the same package calls such bounds a model error; a NaN in its matrix is a coefficient of 0, the
# row is met without that column, and it ends with success.
# Documented: the docstring of linprog gives None for "no bound"; NaN is mentioned in neither docstring.
# Why a planner cares: tables come from CSV files, and a cell that nobody filled in is NaN. A host whose cap is not
# known yet gets everybody.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check scipy==1.18.1 numpy==2.5.5
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("scipy", "numpy"):
    print(package, importlib.metadata.version(package))

import math

import numpy
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

CAPS = [(0, 30), (0, math.nan)]
placed = linprog([-1, -1], A_ub=[[1, 1]], b_ub=[500], bounds=CAPS)
print("linprog, caps 30 and NaN:", placed.x, placed.message)
refused = milp([-1, -1], constraints=LinearConstraint([[1, 1]], -numpy.inf, 500), bounds=Bounds(0, [30, math.nan]))
print("milp, caps 30 and NaN:", refused.x, refused.message)
dropped = milp([1, 1], constraints=LinearConstraint([[1, 1]], 2, 2))
missing = milp([5, 1], constraints=LinearConstraint([[1, math.nan]], 2, 2))
print("milp, 5 x + y least with x + NaN y = 2:", missing.x, missing.message)
for costs in ([math.nan, 1], [1, math.inf]):
    try:
        milp(costs, constraints=LinearConstraint([[1, 1]], 2, 2))
        raise AssertionError
    except ValueError as error:
        print("milp, costs", costs, "-", error)
assert placed.success and placed.x.sum() == 500 and placed.x[1] > 30
assert not refused.success and refused.x is None
assert dropped.success and missing.success
assert list(missing.x) == [2.0, 0.0]
PYTHON
echo "as described: what is missing is no limit"
