#!/usr/bin/env bash
# HiGHS and SCIP, reading an MPS file: a coefficient written "1,5" is 1, without an error; SCIP reads "1.5D1", which
# is 15 in Fortran's way of writing, as 1.5. PuLP and GLPK refuse both.
#
# Guess of most: an error with the line; a reader of numbers that leaves some of them unread must not go on.
# What happens: the part before the comma is the number and the rest is passed over. The programme is another one, its
# status is optimal, and reading gives kOk.
# Documented: not found; the MPS format knows no comma.
# Why a planner cares: files come from spreadsheets of offices that write 1,5 for one and a half. A cost that loses
# its decimals is not seen in a file of ten thousand lines.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check highspy==1.15.1 pyscipopt==6.3.0 pulp==4.2.0 swiglpk==5.0.13
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("highspy", "pyscipopt", "pulp", "swiglpk"):
    print(package, importlib.metadata.version(package))

import pathlib

import highspy
import pulp
import pyscipopt
import swiglpk


def file(number):
    path = pathlib.Path("need.mps")
    path.write_text(
        f"NAME NEED\nROWS\n N cost\n G need\nCOLUMNS\n x cost 1\n x need {number}\nRHS\n R need 60\nENDATA\n"
    )
    return str(path)


def highs(path):
    solver = highspy.Highs()
    solver.silent()
    read = solver.readModel(path)
    if read == highspy.HighsStatus.kError:
        return "refused"
    assert read == highspy.HighsStatus.kOk
    solver.run()
    return solver.getObjectiveValue()


def scip(path):
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(path)
    model.optimize()
    return model.getObjVal()


def glpk(path):
    swiglpk.glp_term_out(0)
    problem = swiglpk.glp_create_prob()
    if swiglpk.glp_read_mps(problem, swiglpk.GLP_MPS_FILE, None, path):
        return "refused"
    swiglpk.glp_simplex(problem, None)
    return swiglpk.glp_get_obj_val(problem)


def by_pulp(path):
    try:
        pulp.LpProblem.fromMPS(path)
    except RuntimeError:
        return "refused"
    return "read"


found = {number: [reader(file(number)) for reader in (highs, scip, glpk, by_pulp)] for number in ("1.5", "1,5", "1.5D1")}
print("least x with coefficient * x >= 60, by HiGHS, SCIP, GLPK, PuLP:")
for number, values in found.items():
    print(f"  coefficient {number:6} {values}")
assert found["1.5"] == [40.0, 40.0, 40.0, "read"]
assert found["1,5"] == [60.0, 60.0, "refused", "refused"]
assert found["1.5D1"] == [4.0, 40.0, "refused", "refused"]
PYTHON
echo "as described: one and a half is one"
