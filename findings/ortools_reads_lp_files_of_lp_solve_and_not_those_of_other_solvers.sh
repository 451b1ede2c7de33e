#!/usr/bin/env bash
# OR-Tools: import_from_lp_string() and import_from_lp_file() read the LP format of lp_solve; a file in the LP format
# that CPLEX, HiGHS, SCIP, CBC and GLPK share is refused, also one that OR-Tools itself has written.
#
# Guess of most: "LP file" means the shared format, and what export_to_lp_string() writes can be read back.
# What happens: both return False; the same programme in lp_solve's format is read.
# Documented: the docstring calls the reader very limited and meant for test problems; that its format is that of
# lp_solve is not said there.
# Why a planner cares: a programme handed to a second office as an LP file cannot be opened there; MPS can.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check ortools==9.15.6755
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("ortools",):
    print(package, importlib.metadata.version(package))

from ortools.linear_solver.python import model_builder

SHARED = "Minimize\n cost: 2 x + 3 y\nSubject To\n need: x + y >= 4\nBounds\n 0 <= x <= 3\nEnd\n"
LP_SOLVE = "min: 2 x + 3 y;\nneed: x + y >= 4;\nx <= 3;\n"


def reads(text):
    return model_builder.Model().import_from_lp_string(text)


model = model_builder.Model()
x, y = model.new_var(0.0, 3.0, False, "x"), model.new_var(0.0, 9.0, False, "y")
model.add(x + y >= 4.0, "need")
model.minimize(2.0 * x + 3.0 * y)
own = model.export_to_lp_string()
found = {"shared format": reads(SHARED), "lp_solve's format": reads(LP_SOLVE), "what it wrote itself": reads(own)}
print(found)
assert found == {"shared format": False, "lp_solve's format": True, "what it wrote itself": False}
PYTHON
echo "as described: only lp_solve's format is read"
