#!/usr/bin/env bash
# libhxl: a row filter "value>250" leaves out "1,200" and keeps "n/a"; a sum leaves "1,200" out as well.
#
# Guess of most: a filter by a number compares numbers, and what is no number does not pass.
# What happens: a cell that is no plain number is compared as text, and "1,200" comes before "250" while "n/a" comes
# after it. The aggregator sum() skips it with a line in the log.
# Documented: not found; in hxl/filters.py the comparison tries both sides as numbers and else compares text.
# Why a planner cares: "show everything above 250 USD" on a humanitarian data file shows neither the largest amounts nor
# only amounts.
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

import logging

import hxl

logging.disable(logging.CRITICAL)
ROWS = [["Sector", "USD"], ["#sector", "#value+usd"], ["Health", "1,200"], ["Food", "300"], ["Shelter", "50"], ["Water", "n/a"]]
kept = [row.values for row in hxl.data(ROWS).with_rows("value>250")]
total = [row.values for row in hxl.data([*ROWS[:2], ["Health", "1,200"], ["Health", "300"]]).count("sector", aggregators="sum(#value) as Sum#value+sum")]
print("above 250:", kept)
print("sum of 1,200 and 300:", total)
assert kept == [["Food", "300"], ["Water", "n/a"]]
assert total == [["Health", 300]]
PYTHON
echo "as described: the largest amount is left out, the missing one kept"
