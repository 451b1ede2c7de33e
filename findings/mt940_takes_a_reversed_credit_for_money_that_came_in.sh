#!/usr/bin/env bash
# mt-940: in a bank statement, a reversed credit (RC: money taken back) has a positive amount, as has a reversed debit
# (RD); only D is negative.
#
# Guess of most: transactions of a statement add up to the closing balance less the opening one.
# What happens: for a statement with one of each they do not: the reversed credit of 50 counts as +50. With
# Options(reversal_sign=True) they do.
# Documented: in the docstring of mt940.models.Amount of 5.1, which keeps the old behaviour unless asked; the release
# that brought the option was not looked up.
# Why a planner cares: an escrow account is reconciled by such sums, and wages that were paid in by mistake and taken
# back are exactly such entries.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check mt-940==5.1.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("mt-940",):
    print(package, importlib.metadata.version(package))

import mt940

STATEMENT = """:20:ESCROW
:25:12345678
:28C:1/1
:60F:C270101USD1000,00
:61:2701050105D200,00NTRFWAGES//1
:61:2701060106C70,00NTRFTRANCHE//2
:61:2701070107RD200,00NTRFBACK//3
:61:2701080108RC50,00NTRFTAKEN//4
:62F:C270131USD1020,00
"""
statement = mt940.parse(STATEMENT)
entries = [(entry.data["status"], float(entry.data["amount"].amount)) for entry in statement]
opening = float(statement.data["final_opening_balance"].amount.amount)
closing = float(statement.data["final_closing_balance"].amount.amount)
total = sum(amount for _, amount in entries)
print("entries:", entries)
print("sum of entries:", total, "- closing less opening:", closing - opening)
assert entries == [("D", -200.0), ("C", 70.0), ("RD", 200.0), ("RC", 50.0)]
assert (total, closing - opening) == (120.0, 20.0)
PYTHON
echo "as described: the entries do not add up to the balance"
