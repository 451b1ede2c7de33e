#!/usr/bin/env bash
# PySCIPOpt: getValsLinear() of a row in which a column stands twice gives only the last of its coefficients; SCIP
# itself solves with the sum.
#
# Guess of most: the dictionary of coefficients is the row.
# What happens: for "2 x + 3 y + 5 x >= 21" the dictionary says 5 for x; the plan that SCIP finds meets the row with 7,
# and by the dictionary it would break it.
# Documented: the docstring says "coefficients of a linear constraint" and a dict of str to float; that a file may leave
# a column twice in a row is not said.
# Why a planner cares: who checks a plan against the rows as read (as an auditor would) finds a breach that is none, or
# misses one.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check pyscipopt==6.3.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("pyscipopt",):
    print(package, importlib.metadata.version(package))

import pathlib

import pyscipopt

pathlib.Path("rows.lp").write_text(
    "Minimize\n cost: 2 x + 30 y\nSubject To\n need: 2 x + 3 y + 5 x >= 21\nBounds\n 0 <= x <= 3\n 0 <= y <= 9\nEnd\n"
)
model = pyscipopt.Model()
model.hideOutput()
model.readProblem("rows.lp")
told = model.getValsLinear(model.getConss()[0])
model.optimize()
plan = {variable.name: model.getVal(variable) for variable in model.getVars()}
by_dictionary = sum(value * plan[name] for name, value in told.items())
by_file = 2 * plan["x"] + 3 * plan["y"] + 5 * plan["x"]
print("coefficients told:", told)
print("plan:", plan, "- left side by the file:", by_file, "by the dictionary:", by_dictionary)
assert told == {"x": 5.0, "y": 3.0}
assert round(by_file, 6) == 21.0
assert by_dictionary < 20.0
PYTHON
echo "as described: the row that is solved is not the row that is shown"
