#!/usr/bin/env bash
# Monthly dates from 31 January by five libraries: polars and pendulum keep the end of the month; pandas (DateOffset)
# and DuckDB (generate_series) stay at the 28th for good; dateutil leaves out every month without a 31st.
#
# Guess of most: 31 January, 28 February, 31 March and so on, or the same drift everywhere.
# What happens: pandas and DuckDB add a month to the date before; February makes it the 28th, and it stays so. polars
# and pendulum count months from the first date. dateutil's rule gives four dates in seven months.
# Documented: dateutil says that days a month lacks are skipped; DuckDB, pandas and polars describe the interval and
# not the drift.
# Why a planner cares: pay that falls due at the month's end comes three days early from March on, or not at all in
# four months of twelve, depending on which library made the calendar; two of them in one pipeline disagree.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check pandas==3.1.1 polars==2.1.0 duckdb==2.0.1 pendulum==3.3.0 python-dateutil==4.0.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("pandas", "polars", "duckdb", "pendulum", "python-dateutil"):
    print(package, importlib.metadata.version(package))

import datetime

import duckdb
import pandas
import pendulum
import polars
from dateutil.rrule import MONTHLY, rrule

FIRST, LAST = datetime.date(2027, 1, 31), datetime.date(2027, 7, 31)
days = {
    "polars date_range": polars.date_range(FIRST, LAST, "1mo", eager=True).to_list(),
    "pendulum interval": list(pendulum.interval(pendulum.date(2027, 1, 31), pendulum.date(2027, 7, 31)).range("months")),
    "pandas DateOffset": list(pandas.date_range(FIRST, LAST, freq=pandas.DateOffset(months=1))),
    "DuckDB series": [
        row[0]
        for row in duckdb.sql(
            "SELECT unnest(generate_series(DATE '2027-01-31', DATE '2027-07-31', INTERVAL 1 MONTH))"
        ).fetchall()
    ],
    "dateutil rule": list(rrule(MONTHLY, dtstart=datetime.datetime(2027, 1, 31), until=datetime.datetime(2027, 7, 31))),
}
shown = {name: [day.strftime("%m-%d") for day in found] for name, found in days.items()}
for name, found in shown.items():
    print(f"{name:18} {' '.join(found)}")
ends = ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31"]
drift = ["01-31", "02-28", "03-28", "04-28", "05-28", "06-28", "07-28"]
assert shown["polars date_range"] == shown["pendulum interval"] == ends
assert shown["pandas DateOffset"] == shown["DuckDB series"] == drift
assert shown["dateutil rule"] == ["01-31", "03-31", "05-31", "07-31"]
PYTHON
echo "as described: one rule, three lists of days"
