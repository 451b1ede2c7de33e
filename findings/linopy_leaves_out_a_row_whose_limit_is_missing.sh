#!/usr/bin/env bash
# linopy: a constraint with a NaN on its right-hand side, or a NaN coefficient, is left out without an error, and the
# solve ends as optimal.
#
# Guess of most: a missing limit is refused, as linopy refuses a NaN bound of a variable.
# What happens: the row of host "b" is gone, its 5 units are all taken, status ok and optimal. A NaN coefficient does
# the same. Only a NaN bound of a variable raises ValueError.
# Documented: the option auto_mask of linopy.Model is described as masking such rows on purpose and is off unless asked
# for; here it is off. The code knows a stricter rule in which NaN raises.
# Why a planner cares: a limit table with one empty cell (a cap nobody filled in) frees that host of its limit.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check linopy==0.10.1 highspy==1.15.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("linopy", "highspy",):
    print(package, importlib.metadata.version(package))

import warnings

import linopy
import pandas as pd
import xarray as xr

warnings.simplefilter("ignore")  # told below by what happens, not by wording
MISSING = float("nan")
HOSTS = pd.Index(["a", "b"], name="host")


def solved(limits=(3.0, 3.0), weights=(1.0, 1.0), upper=(5.0, 5.0)):
    limits, weights, upper = (xr.DataArray(list(one), coords=[HOSTS]) for one in (limits, weights, upper))
    model = linopy.Model()
    workers = model.add_variables(lower=0, upper=upper, coords=[HOSTS], name="workers")
    model.add_constraints(workers * weights <= limits, name="cap")
    model.add_objective(-workers.sum())
    status = model.solve("highs", output_flag=False)
    return tuple(status), [float(one) for one in workers.solution.values]


whole, no_limit, no_weight = solved(), solved(limits=(3.0, MISSING)), solved(weights=(1.0, MISSING))
print("both limits:", whole)
print("one limit missing:", no_limit)
print("one coefficient missing:", no_weight)
try:
    refused = solved(upper=(5.0, MISSING))
except ValueError as error:
    refused = "refused"
    print("one bound missing:", type(error).__name__)
assert whole == (("ok", "optimal"), [3.0, 3.0])
assert no_limit == no_weight == (("ok", "optimal"), [3.0, 5.0])
assert refused == "refused"
PYTHON
echo "as described: a missing limit is no limit"
