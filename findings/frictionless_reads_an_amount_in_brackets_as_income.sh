#!/usr/bin/env bash
# frictionless: with bareNumber false, an amount in accountants' brackets and one with a minus behind are read as
# positive; a percentage keeps its hundredfold.
#
# Guess of most: "(1,200)" is -1200 or an error, "1,200-" is -1200 or an error, "95%" is 0.95.
# What happens: 1200, 1200 and 95, all valid. Only a minus directly before the digits counts.
# Documented: Table Schema says that leading and trailing characters must be stripped and that it is up to the
# implementation what it does with them; the sign that goes with them is not mentioned.
# Why a planner cares: refunds and reversals of a donor's ledger, as spreadsheets show them, are added instead of taken
# off, and the validator calls the file good.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check frictionless==5.21.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("frictionless",):
    print(package, importlib.metadata.version(package))

from frictionless import Resource, Schema, validate

SCHEMA = {"fields": [{"name": "usd", "type": "number", "groupChar": ",", "bareNumber": False}]}
CELLS = ["(1,200)", "1,200-", "USD -1,200", "95%"]
resource = Resource(data=[["usd"], *[[cell] for cell in CELLS]], schema=Schema.from_descriptor(SCHEMA))
report = validate(resource)
with Resource(data=[["usd"], *[[cell] for cell in CELLS]], schema=Schema.from_descriptor(SCHEMA)) as opened:
    read = {cell: float(row["usd"]) for cell, row in zip(CELLS, opened.row_stream)}
print("valid:", report.valid)
for cell, value in read.items():
    print(f"{cell!r:14} -> {value}")
assert report.valid
assert read == {"(1,200)": 1200.0, "1,200-": 1200.0, "USD -1,200": -1200.0, "95%": 95.0}
PYTHON
echo "as described: brackets and a minus behind are dropped"
