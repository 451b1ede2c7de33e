#!/usr/bin/env bash
# PuLP 4: cat="integer" and cat="binary" are taken for continuous, as is any other word; cat="Binary" with an upper
# bound of 3 is no 0-or-1.
#
# Guess of most: an error for a category that is not known, and 0 or 1 for a binary.
# What happens: "integer", "INTEGER", "bool" or "whole" make a continuous column, and its answer of 3.5 is Optimal.
# "Binary" with a bound of its own keeps that bound and becomes an integer column from 0 to 3.
# Documented: the docstring of add_variable lists "Continuous", "Integer" and "Binary", and says of the last: stored
# as an integer variable with bounds 0 and 1.
# Why a planner cares: whether a host is open is a yes or no. With one small letter the best plan opens half of it;
# with a bound that came from a table it opens three.
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

import pulp


def most(category):
    problem = pulp.LpProblem("plan", pulp.LpMaximize)
    offices = problem.add_variable("offices", 0, 3.5, cat=category)
    problem += offices
    problem += offices <= 20, "room"
    assert problem.solve(pulp.HiGHS(msg=False)).status_str == "Optimal"
    return offices.cat, offices.varValue


found = {category: most(category) for category in ("Integer", "integer", "binary", "whole", "Binary")}
for category, (kept, value) in found.items():
    print(f"cat={category!r:10} is kept as {kept!r:13} most offices: {value}")
assert found["Integer"] == ("Integer", 3.0)
assert all(found[category] == ("Continuous", 3.5) for category in ("integer", "binary", "whole"))
assert found["Binary"] == ("Integer", 3.0)
PYTHON
echo "as described: half an office for a small letter"
