#!/usr/bin/env bash
# PuLP: fromMPS() passes over the section OBJSENSE; a maximisation that HiGHS has written is minimised, and ends as
# Optimal.
#
# Guess of most: the sense that stands in the file is kept, or the section is refused.
# What happens: HiGHS writes OBJSENSE MAX, and reads it, as SCIP and CBC do. PuLP reads the file without an error as a
# minimisation: the best plan, worth 25, becomes a plan worth 0.
# Documented: the docstring of fromMPS is empty. PuLP's own writer turns the costs' signs and says the sense in a
# comment ("*SENSE:Maximize"), which its reader does not take up either: the plan is then the same and its worth has
# the other sign.
# Why a planner cares: a programme checked by a second tool is the point of writing it to a file. Here the second tool
# answers another question, and says that it is optimal.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check pulp==4.2.0 highspy==1.15.1 pyscipopt==6.3.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("pulp", "highspy", "pyscipopt"):
    print(package, importlib.metadata.version(package))

import highspy
import pulp
import pyscipopt

highs = highspy.Highs()
highs.silent()
kaz, mng = highs.addVariable(0, 10), highs.addVariable(0, 10)
highs.addConstr(kaz + mng <= 15)
highs.maximize(2 * kaz + mng)
for number, name in enumerate(("kaz", "mng")):
    highs.passColName(number, name)
highs.passRowName(0, "budget")
best = highs.getObjectiveValue()
highs.writeModel("plan.mps")
print(open("plan.mps").read())
scip = pyscipopt.Model()
scip.hideOutput()
scip.readProblem("plan.mps")
scip.optimize()
variables, problem = pulp.LpProblem.fromMPS("plan.mps")
status = problem.solve(pulp.HiGHS(msg=False))
print("HiGHS:", best, "- SCIP reads the file:", scip.getObjVal(), "- PuLP reads it:", status.status_str, status.objective)
assert best == scip.getObjVal() == 25.0
assert problem.sense == pulp.LpMinimize
assert (status.status_str, status.objective) == ("Optimal", 0.0)
PYTHON
echo "as described: the best became the least"
