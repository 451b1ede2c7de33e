#!/usr/bin/env bash
# beancount: a transaction that is 4 cents short is accepted when one of its amounts is written with one decimal.
#
# Guess of most: double entry means that a transaction balances to the cent.
# What happens: the tolerance is half of the last digit of the coarsest amount: 90.4 allows 0.05. The same transaction
# with 90.40 is refused.
# Documented: in "Beancount Precision & Tolerances".
# Why a planner cares: a ledger kept from spreadsheets that drop a final zero passes its check while the escrow account
# drifts.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check beancount==3.2.3
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("beancount",):
    print(package, importlib.metadata.version(package))

from beancount import loader

ACCOUNTS = """
2027-01-01 open Assets:Escrow
2027-01-01 open Expenses:Wages
2027-01-01 open Expenses:Tax
"""


def errors(wages):
    text = f"""{ACCOUNTS}
2027-02-01 * "wages of January"
  Assets:Escrow   -100.44 USD
  Expenses:Wages    {wages} USD
  Expenses:Tax      10.00 USD
"""
    _, found, _ = loader.load_string(text)
    print(f"wages {wages}:", [error.message for error in found] or "accepted")
    return len(found)


assert errors("90.4") == 0
assert errors("90.40") == 1
PYTHON
echo "as described: a dropped zero lets four cents go"
