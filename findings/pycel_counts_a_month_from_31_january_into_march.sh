#!/usr/bin/env bash
# pycel: EDATE(31 January, 1) is 3 March, where Excel, LibreOffice and the package formulas give 28 February; EOMONTH
# of the same package is right. "=-2^2" is -4, where a spreadsheet says 4.
#
# Guess of most: a package that computes a workbook's formulas outside Excel gives Excel's answers, or an error.
# What happens: months are added to year and month, and the day is kept, so days that February lacks run on into
# March: three days later than Excel, and in another month. The sign before a power is taken last, as in Python.
# Documented: the source has a link to Microsoft's page on EDATE, which says nothing of it; Excel's own rule for
# "-2^2" stands on its page on operators.
# Why a planner cares: instalments and quarters of a budget workbook are made with EDATE. Checked with pycel, the
# February instalment is in March, and quarters have another sum.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check pycel==1.0b30 formulas==1.3.4 openpyxl==3.1.5
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("pycel", "formulas", "openpyxl"):
    print(package, importlib.metadata.version(package))

import datetime
import warnings

import formulas
import openpyxl
import pycel

warnings.simplefilter("ignore")
FORMULAS = ("=EDATE(DATE(2027,1,31),1)", "=EOMONTH(DATE(2027,1,31),1)", "=EDATE(DATE(2027,8,31),6)", "=-2^2")
book = openpyxl.Workbook()
for row, formula in enumerate(FORMULAS, start=1):
    book.active.cell(row, 1, formula)
book.save("months.xlsx")
compiled = pycel.ExcelCompiler(filename="months.xlsx")
by_pycel = [float(compiled.evaluate(f"Sheet!A{row}")) for row in range(1, len(FORMULAS) + 1)]
by_formulas = [float(formulas.Parser().ast(formula)[1].compile()()) for formula in FORMULAS]


def shown(value):
    return str(datetime.date(1899, 12, 30) + datetime.timedelta(value)) if value > 1000 else f"{value:g}"


for formula, one, other in zip(FORMULAS, by_pycel, by_formulas):
    print(f"{formula:28} pycel {shown(one):11} formulas {shown(other)}")
assert list(map(shown, by_pycel)) == ["2027-03-03", "2027-02-28", "2028-03-02", "-4"]
assert list(map(shown, by_formulas)) == ["2027-02-28", "2027-02-28", "2028-02-29", "4"]
PYTHON
echo "as described: February is paid in March"
