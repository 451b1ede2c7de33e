#!/usr/bin/env bash
# OR-Tools and highspy: whichever is imported second fails with an undefined symbol.
#
# Guess of most: two wheels are two libraries, so a referee that asks both solvers can import both.
# What happens (Linux wheels): both bring a HiGHS of their own with the same symbols, and the second import raises
# ImportError. In processes of their own both work. On other systems the linker binds otherwise; this script says so and
# passes.
# Documented: not found in either documentation. OR-Tools 9.15 names HiGHS among the solvers that its wheel carries.
# Why a planner cares: a programme that has its plan checked by a second solver dies at the import, and which import
# depends on the order of modules.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check ortools==9.15.6755 highspy==1.15.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("ortools", "highspy",):
    print(package, importlib.metadata.version(package))

import subprocess
import sys


def imports(line):
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True)
    last = (done.stderr.strip().splitlines() or ["imported"])[-1]
    said = "undefined symbol" if "undefined symbol" in last else last
    print(f"{line!r}: {said}")
    return said


OR_TOOLS = "from ortools.linear_solver.python import model_builder"
alone = [imports(OR_TOOLS), imports("import highspy")]
together = [imports(f"{OR_TOOLS}; import highspy"), imports(f"import highspy; {OR_TOOLS}")]
assert alone == ["imported", "imported"]
if sys.platform != "linux":
    print("seen on Linux only: nothing to compare here")
else:
    assert together == ["undefined symbol", "undefined symbol"]
PYTHON
echo "as described: each loads alone, neither beside the other"
