#!/usr/bin/env bash
# libhxl: a filter "sector=health" takes Health, health and HEALTH for one; count() of the same rows makes three sectors
# of them.
#
# Guess of most: one library has one idea of when two texts are the same.
# What happens: filters compare after folding case; the groups of count() are the cells as they stand (blanks at the
# ends apart).
# Documented: not found; seen by running both.
# Why a planner cares: a table of sectors has three lines for one sector, and none of them is the figure that the filter
# shows.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check libhxl==5.2.2 six==1.17.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("libhxl",):
    print(package, importlib.metadata.version(package))

import hxl

ROWS = [["Sector", "People"], ["#sector", "#reached"], ["Health", "10"], ["health", "20"], ["HEALTH ", "40"]]
filtered = [row.values for row in hxl.data(ROWS).with_rows("sector=health")]
counted = [row.values for row in hxl.data(ROWS).count("sector")]
print("rows that pass sector=health:", len(filtered))
print("groups:", counted)
assert len(filtered) == 3
assert sorted(name for name, *_ in counted) == ["HEALTH", "Health", "health"]
PYTHON
echo "as described: one sector for the filter is three for the count"
