#!/usr/bin/env bash
# HiGHS reading an LP file: a column named twice in a row is added up; named twice in the objective only its last
# coefficient is kept.
#
# Guess of most: both are sums, so "2 x + 3 y + 5 x" costs 7 a unit of x.
# What happens: the row gets 7, the objective 5; with the log off the only sign is that readModel returns a warning. The
# optimum of the programme in the file is not found.
# Documented: not found in the documentation of the LP format; seen by reading the model back. Seen with 1.15.1; since
# when is not known.
# Why a planner cares: LP files written by hand or by joining budget lines name a column once for each line. The plan
# that comes back is the best for other prices.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check highspy==1.15.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("highspy",):
    print(package, importlib.metadata.version(package))

import pathlib

import highspy

pathlib.Path("budget.lp").write_text(
    "Minimize\n cost: 2 x + 3 y + 5 x\nSubject To\n need: 2 x + 3 y + 5 x >= 21\n most: x <= 2\nBounds\n 0 <= x\n 0 <= y <= 9\nEnd\n"
)
highs = highspy.Highs()
highs.silent()
print("reading:", highs.readModel("budget.lp"))
lp = highs.getLp()
costs = {name: float(cost) for name, cost in zip(lp.col_names_, lp.col_cost_)}
start, index, value = list(lp.a_matrix_.start_), list(lp.a_matrix_.index_), list(lp.a_matrix_.value_)
x = list(lp.col_names_).index("x")
if lp.a_matrix_.format_ == highspy.MatrixFormat.kColwise:
    need = {index[k]: float(value[k]) for k in range(start[x], start[x + 1])}[0]
else:
    need = {index[k]: float(value[k]) for k in range(start[0], start[1])}[x]
print("cost of x:", costs["x"], "- in the row:", need)
assert need == 7.0
assert costs == {"x": 5.0, "y": 3.0}
PYTHON
echo "as described: the objective lost a term that the row kept"
