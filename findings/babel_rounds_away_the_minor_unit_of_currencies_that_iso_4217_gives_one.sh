#!/usr/bin/env bash
# Babel: amounts in KPW, LAK, MMK, IQD and others are written without decimals, though ISO 4217 gives these currencies
# two or three.
#
# Guess of most: the decimals of format_currency are those of ISO 4217.
# What happens: the decimals come from CLDR, which tells how amounts are usually shown: 1234.56 KPW is written as 1,235.
# Documented: the docstring of get_currency_precision speaks of the decimals of the currency's format pattern; the
# figures stand in Babel's table currency_fractions, made from CLDR. ISO 4217 is not mentioned there.
# Why a planner cares: a payslip or ledger made with it is off from the bank's by up to half a unit a line, and sums of
# lines do not agree.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check Babel==2.19.0 iso4217==1.16.20260101
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("Babel", "iso4217",):
    print(package, importlib.metadata.version(package))

from babel.numbers import format_currency, get_currency_precision
from iso4217 import Currency

differ = {}
for code in ("KPW", "LAK", "MMK", "IQD", "AFN", "MNT", "KZT", "KRW", "USD"):
    by_iso, by_babel = Currency(code).exponent, get_currency_precision(code)
    print(code, "ISO 4217:", by_iso, "- Babel:", by_babel, "-", format_currency(1234.56, code, locale="en"))
    if by_iso != by_babel:
        differ[code] = (by_iso, by_babel)
assert differ == {"KPW": (2, 0), "LAK": (2, 0), "MMK": (2, 0), "IQD": (3, 0), "AFN": (2, 0)}
PYTHON
echo "as described: shown decimals are not the currency's"
