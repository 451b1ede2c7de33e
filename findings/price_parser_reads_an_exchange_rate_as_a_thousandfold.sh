#!/usr/bin/env bash
# price-parser: "1.125 USD" is read as 1125, "0.125 USD" as 125.
#
# Guess of most: a point before three digits is a decimal point where the number begins with a nought, and may be one
# elsewhere.
# What happens: three digits after a single point or comma are taken for thousands, whatever stands before. With
# decimal_separator="." the number is read as meant.
# Documented: the README shows 140.600 and names the argument; the leading nought is not mentioned.
# Why a planner cares: exchange rates and unit costs are written with three decimals; an error of a thousand in one line
# of a budget.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check price-parser==0.5.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("price-parser",):
    print(package, importlib.metadata.version(package))

from price_parser import Price

CELLS = ["1.125 USD", "0.125 USD", "0,125 EUR", "1.1250 USD", "12.50 USD"]
read = {cell: float(Price.fromstring(cell).amount) for cell in CELLS}
told = float(Price.fromstring("0.125 USD", decimal_separator=".").amount)
for cell, amount in read.items():
    print(f"{cell!r:14} -> {amount}")
print("told the separator:", told)
assert read["1.125 USD"] == 1125.0
assert read["0.125 USD"] == read["0,125 EUR"] == 125.0
assert (read["1.1250 USD"], read["12.50 USD"], told) == (1.125, 12.5, 0.125)
PYTHON
echo "as described: three decimals are taken for thousands"
