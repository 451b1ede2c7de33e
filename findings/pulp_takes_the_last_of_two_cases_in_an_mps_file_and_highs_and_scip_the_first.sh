#!/usr/bin/env bash
# MPS files with two sets of right-hand sides or bounds: PuLP takes the last one, HiGHS and SCIP the first, GLPK none
# at all (an error).
#
# Guess of most: the first set is taken, as the format's founders have it, by every reader that reads the file.
# What happens: the name in the second column of RHS, RANGES and BOUNDS tells the set, so that one file holds several
# cases. HiGHS and SCIP take the first one (HiGHS with a warning in its log), PuLP lays one over the other, so that
# the last one counts.
# Documented: HiGHS and PuLP: not found. GLPK says in its error that several vectors are not supported.
# Why a planner cares: a file with the case "low" and the case "high" gives the low plan in one program and the high
# one in another, both optimal.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check pulp==4.2.0 highspy==1.15.1 pyscipopt==6.3.0 swiglpk==5.0.13
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("pulp", "highspy", "pyscipopt", "swiglpk"):
    print(package, importlib.metadata.version(package))

import pathlib

import highspy
import pulp
import pyscipopt
import swiglpk

pathlib.Path("two.mps").write_text(
    "NAME TWO\nROWS\n N cost\n G need\nCOLUMNS\n local cost 1 need 1\n abroad cost 3 need 1\n"
    "RHS\n low need 50\n high need 90\nBOUNDS\n UP low local 40\n UP high local 70\nENDATA\n"
)


def highs():
    solver = highspy.Highs()
    solver.silent()
    print("HiGHS: readModel gives", solver.readModel("two.mps").name)
    solver.run()
    return dict(zip(solver.getLp().col_names_, solver.getSolution().col_value))


def scip():
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem("two.mps")
    model.optimize()
    return {variable.name: model.getVal(variable) for variable in model.getVars()}


def by_pulp():
    variables, problem = pulp.LpProblem.fromMPS("two.mps")
    assert problem.solve(pulp.HiGHS(msg=False)).status_str == "Optimal"
    return {name: variable.varValue for name, variable in variables.items()}


found = {reader.__name__: reader() for reader in (highs, scip, by_pulp)}
swiglpk.glp_term_out(0)
refused = swiglpk.glp_read_mps(swiglpk.glp_create_prob(), swiglpk.GLP_MPS_FILE, None, "two.mps")
for name, plan in found.items():
    print(f"{name:8} {plan}")
print("GLPK refuses:", bool(refused))
assert found["highs"] == found["scip"] == {"local": 40.0, "abroad": 10.0}
assert found["by_pulp"] == {"local": 70.0, "abroad": 20.0}
assert refused
PYTHON
echo "as described: one file, two plans"
