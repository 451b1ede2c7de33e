#!/usr/bin/env bash
# Two calendars of public holidays: workalendar gives Mozambique a Good Friday and no day in lieu; holidays gives no
# Good Friday and moves a holiday that falls on a Sunday to the Monday. Checked for 2025 to 2030.
#
# Guess of most: national public holidays are a list that two maintained libraries share.
# What happens: they differ in every year, in both directions; nothing else is different.
# Documented: each library lists its days in its code (include_good_friday in workalendar's Mozambique); neither
# mentions the other. Which is right is a question for the labour law, not answered here.
# Why a planner cares: paid days, overtime premiums and the months of a work plan are counted from such calendars.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check holidays==0.109 workalendar==17.0.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("holidays", "workalendar",):
    print(package, importlib.metadata.version(package))

import datetime

import holidays
from workalendar.africa import Mozambique

EASTER_FRIDAYS = {2025: (4, 18), 2026: (4, 3), 2027: (3, 26), 2028: (4, 14), 2029: (3, 30), 2030: (4, 19)}
for year, (month, day) in EASTER_FRIDAYS.items():
    one = {date for date, _ in Mozambique().holidays(year)}
    other = set(holidays.country_holidays("MZ", years=year))
    print(year, "only workalendar:", [str(date) for date in sorted(one - other)], "only holidays:", [str(date) for date in sorted(other - one)])
    assert one - other == {datetime.date(year, month, day)}
    assert all(date.weekday() == 0 and date - datetime.timedelta(days=1) in one & other for date in other - one)
PYTHON
echo "as described: other days off in each of the two"
