#!/usr/bin/env bash
# CBC, reading an LP file: "2 <= x + y <= 8" and "x >= y" are read without an error as other rows; HiGHS and GLPK
# refuse both.
#
# Guess of most: the row as it reads, or an error, as the two others give.
# What happens: for the least x + y with "2 <= x + y <= 8" CBC says optimal, 0; what it solved has the columns x0, x1,
# x2. For the least x with "x >= y" and y at 2 or more it says optimal, x = 0.
# Documented: not found. Rows with columns on both sides are allowed by some readers of LP files and not by others.
# Why a planner cares: an LP file is what people write by hand to check a rule. The answer is optimal, and the rule is
# not in it.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check cbcbox==2.929 highspy==1.15.1 swiglpk==5.0.13
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("cbcbox", "highspy", "swiglpk"):
    print(package, importlib.metadata.version(package))

import pathlib
import subprocess

import cbcbox
import highspy
import swiglpk

FILES = {
    "range": "Minimize\n cost: x + y\nSubject To\n people: 2 <= x + y <= 8\nBounds\n x <= 5\n y <= 5\nEnd\n",
    "sides": "Minimize\n cost: x\nSubject To\n pair: x >= y\n least: y >= 2\nEnd\n",
}
program = next(path for path in pathlib.Path(cbcbox.__file__).parent.rglob("cbc") if path.is_file() and path.parent.name == "bin")
swiglpk.glp_term_out(0)
told = {}
for name, text in FILES.items():
    pathlib.Path(f"{name}.lp").write_text(text)
    solver = highspy.Highs()
    solver.silent()
    assert solver.readModel(f"{name}.lp") == highspy.HighsStatus.kError
    assert swiglpk.glp_read_lp(swiglpk.glp_create_prob(), None, f"{name}.lp") != 0
    ended = subprocess.run(
        [program, f"{name}.lp", "-solve", "-solution", f"{name}.txt", "-quit"], capture_output=True, text=True, check=False
    )
    told[name] = pathlib.Path(f"{name}.txt").read_text()
    print(f"{name}: HiGHS and GLPK refuse; CBC ({ended.returncode}):", " | ".join(told[name].splitlines()))
assert all(text.startswith("Optimal - objective value 0.0000") for text in told.values())
assert "x2" in told["range"]
PYTHON
echo "as described: optimal, and the rule is not in it"
