#!/usr/bin/env bash
# Babel: the week of a date in kk_KZ, ru_KZ, mn_MN, ko_KR or en_TZ is one more than the ISO week throughout 2027; in
# ru_RU, en_GB and fr_FR it is the ISO week. The same goes for a locale without a country ("ru", "fr").
#
# Guess of most: weeks begin on a Monday in all of these, so numbers are those of ISO 8601.
# What happens: CLDR says how many days of January make a first week: four in Russia and most of Europe, one
# elsewhere. 2027 begins on a Friday, so its first week is 53 of 2026 in the one and 1 in the other, and all that
# follow differ.
# Documented: the attribute Locale.min_week_days; the page on date formats lists "w" as week of the year.
# Why a planner cares: weekly pay and time sheets go by week number. The Kazakh and the Russian print of one sheet
# bear different numbers, and the database (ISO) agrees with one of them; in 2026 and 2024 nobody notices.
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
"$folder/venv/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check babel==2.19.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

for package in ("babel",):
    print(package, importlib.metadata.version(package))

import datetime

from babel import Locale
from babel.dates import format_date

PLACES = ("kk_KZ", "ru_KZ", "mn_MN", "ko_KR", "en_TZ", "ru", "fr", "ru_RU", "en_GB", "fr_FR")
AHEAD = PLACES[:7]
for year in (2026, 2027):
    day = datetime.date(year, 3, 10)
    weeks = {place: int(format_date(day, "w", locale=place)) for place in PLACES}
    print(day, "ISO week", day.isocalendar().week, weeks)
    for place, week in weeks.items():
        ahead = year == 2027 and place in AHEAD
        assert week == day.isocalendar().week + ahead, (day, place)
print({place: (Locale.parse(place).min_week_days, Locale.parse(place).first_week_day) for place in ("kk_KZ", "ru_RU")})
assert Locale.parse("kk_KZ").first_week_day == Locale.parse("ru_RU").first_week_day == 0
all_year = [datetime.date(2027, 1, 4) + datetime.timedelta(days) for days in range(350)]
assert all(int(format_date(day, "w", locale="kk_KZ")) == day.isocalendar().week + 1 for day in all_year)
PYTHON
echo "as described: a Monday all the same, and another number"
