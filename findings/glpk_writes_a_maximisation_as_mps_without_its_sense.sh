#!/usr/bin/env bash
# GLPK: a maximisation written as MPS holds neither its sense nor its costs' signs turned; whoever reads it, GLPK too,
# minimises.
#
# Guess of most: the sense is written (OBJSENSE), as by HiGHS, or the signs are turned, as by PuLP.
# What happens: the objective's row is written as it stands; the comment above says no sense either. The best plan of
# 36 comes back as a plan of 0, by GLPK's own reader and by HiGHS, both optimal.
# Documented: not found. The MPS format of GLPK's manual has no place for a sense.
# Why a planner cares: MPS is what is sent to a colleague who has another solver. A zero plan is seen; with some costs
# on both sides of zero it is not.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check swiglpk==5.0.13 highspy==1.15.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("swiglpk", "highspy"):
    print(package, importlib.metadata.version(package))

import highspy
import swiglpk

swiglpk.glp_term_out(0)
problem = swiglpk.glp_create_prob()
swiglpk.glp_set_obj_dir(problem, swiglpk.GLP_MAX)
swiglpk.glp_add_cols(problem, 2)
swiglpk.glp_add_rows(problem, 1)
for number, (name, worth) in enumerate((("kaz", 3.0), ("mng", 2.0)), start=1):
    swiglpk.glp_set_col_name(problem, number, name)
    swiglpk.glp_set_col_bnds(problem, number, swiglpk.GLP_LO, 0.0, 0.0)
    swiglpk.glp_set_obj_coef(problem, number, worth)
rows, columns, values = swiglpk.intArray(3), swiglpk.intArray(3), swiglpk.doubleArray(3)
for number in (1, 2):
    rows[number], columns[number], values[number] = 1, number, 1.0
swiglpk.glp_load_matrix(problem, 2, rows, columns, values)
swiglpk.glp_set_row_name(problem, 1, "budget")
swiglpk.glp_set_row_bnds(problem, 1, swiglpk.GLP_UP, 0.0, 12.0)
swiglpk.glp_simplex(problem, None)
best = swiglpk.glp_get_obj_val(problem)
swiglpk.glp_write_mps(problem, swiglpk.GLP_MPS_FILE, None, "plan.mps")
print(open("plan.mps").read())

again = swiglpk.glp_create_prob()
swiglpk.glp_read_mps(again, swiglpk.GLP_MPS_FILE, None, "plan.mps")
swiglpk.glp_simplex(again, None)
highs = highspy.Highs()
highs.silent()
highs.readModel("plan.mps")
highs.run()
print("best:", best, "- GLPK reads its own file:", swiglpk.glp_get_obj_val(again), "- HiGHS:", highs.getObjectiveValue())
assert best == 36.0
assert swiglpk.glp_get_status(again) == swiglpk.GLP_OPT
assert swiglpk.glp_get_obj_val(again) == highs.getObjectiveValue() == 0.0
PYTHON
echo "as described: the best became the least"
