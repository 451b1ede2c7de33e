#!/usr/bin/env bash
# SCIP and GLPK: a plan in whole numbers that spends 300 dollars more than the budget is called optimal; HiGHS does
# not take it.
#
# Guess of most: a limit is kept to a millionth of a dollar or so, whatever its size.
# What happens: SCIP's tolerance (numerics/feastol, 1e-6) is a share of the numbers of the row, so a budget of 1,000
# million is kept to 1,000 dollars; GLPK takes 0.9999995 of an office as one (tol_int 1e-5) and shows it as 1. Both
# say optimal. HiGHS finds the best plan that keeps the budget: one host less.
# Documented: SCIP's parameter list says "feasibility tolerance for constraints"; that it is relative stands in the
# description of SCIPisFeasLE. GLPK's manual gives tol_int.
# Why a planner cares: a budget in dollars is a large number beside one host's cost. The plan that is called optimal
# cannot be paid from the budget that it was given, and an auditor's sum shows it.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check pyscipopt==6.3.0 swiglpk==5.0.13 highspy==1.15.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("pyscipopt", "swiglpk", "highspy"):
    print(package, importlib.metadata.version(package))

import pathlib

import highspy
import pyscipopt
import swiglpk

COST = {"kaz": 600_000_300, "mng": 400_000_000}
BUDGET = 1_000_000_000
pathlib.Path("plan.lp").write_text(
    "Maximize\n hosts: kaz + mng\nSubject To\n budget: 600000300 kaz + 400000000 mng + fee <= 1000000000\n"
    "Bounds\n fee <= 1\nBinaries\n kaz mng\nEnd\n"
)


def highs():
    solver = highspy.Highs()
    solver.silent()
    solver.readModel("plan.lp")
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return dict(zip(solver.getLp().col_names_, solver.getSolution().col_value))


def scip():
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem("plan.lp")
    model.optimize()
    assert model.getStatus() == "optimal"
    return {variable.name: model.getVal(variable) for variable in model.getVars()}


def glpk():
    swiglpk.glp_term_out(0)
    problem = swiglpk.glp_create_prob()
    assert swiglpk.glp_read_lp(problem, None, "plan.lp") == 0
    swiglpk.glp_simplex(problem, None)
    swiglpk.glp_intopt(problem, None)
    assert swiglpk.glp_mip_status(problem) == swiglpk.GLP_OPT
    columns = range(1, swiglpk.glp_get_num_cols(problem) + 1)
    return {swiglpk.glp_get_col_name(problem, j): swiglpk.glp_mip_col_val(problem, j) for j in columns}


over = {}
for solver in (highs, scip, glpk):
    plan = solver()
    over[solver.__name__] = sum(cost * round(plan[host]) for host, cost in COST.items()) - BUDGET
    print(f"{solver.__name__}: optimal, {plan}; spent beyond the budget: {max(over[solver.__name__], 0):,} USD")
assert over["highs"] < 0
assert over["scip"] == over["glpk"] == 300
PYTHON
echo "as described: optimal, and 300 dollars over"
