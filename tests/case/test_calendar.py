import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import tiny_design

from pilot_planner.case.calendar import Period, periods, working_months


def _periods(months, duration=24, start="2027-01-01"):
    changes = {
        "programme.period_months": months,
        "programme.duration_months": duration,
        "programme.start_date": start,
        "programme.lead_periods": 1,
    }
    return periods(tiny_design(changes).programme)


@pytest.mark.parametrize("months", [1, 2, 3, 4, 6, 12])
def test_periods_follow_each_other_without_gap_to_the_end(months):
    made = _periods(months)
    assert [one.number for one in made] == list(range(1, 24 // months + 1))
    assert made[0].first_month == 1
    assert made[-1].last_month == 24
    assert all(later.first_month == earlier.last_month + 1 for earlier, later in itertools.pairwise(made))
    assert all(one.months == months == len(one.calendar_months) for one in made)


@pytest.mark.parametrize("months", [1, 2, 3, 4, 6, 12])
def test_calendar_months_run_through_both_years(months):
    made = _periods(months)
    assert [month for one in made for month in one.calendar_months] == [*range(1, 13), *range(1, 13)]


def test_a_start_late_in_the_year_runs_over_its_end():
    made = _periods(3, 12, "2027-11-01")
    assert [one.calendar_months for one in made] == [(11, 12, 1), (2, 3, 4), (5, 6, 7), (8, 9, 10)]
    assert [one.start for one in made] == [
        dt.date(2027, 11, 1),
        dt.date(2028, 2, 1),
        dt.date(2028, 5, 1),
        dt.date(2028, 8, 1),
    ]


def test_a_programme_year_is_twelve_programme_months():
    assert [one.year for one in _periods(3, 24, "2027-11-01")] == [1, 1, 1, 1, 2, 2, 2, 2]
    assert [one.year for one in _periods(12, 36)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("season", "first", "expected"),
    [
        (12, 1, [3, 3, 3, 3]),
        (7, 4, [0, 3, 3, 1]),
        (6.5, 4, [0, 3, 3, 0.5]),
        (4, 11, [2, 0, 0, 2]),
        (0, 1, [0, 0, 0, 0]),
        (1, 12, [0, 0, 0, 1]),
    ],
)
def test_months_with_work_of_a_season_by_quarter(season, first, expected):
    assert [working_months(one, season, first) for one in _periods(3, 12)] == expected


@given(
    season=st.floats(0, 12),
    first=st.integers(1, 12),
    months=st.sampled_from([1, 2, 3, 4, 6, 12]),
    start=st.integers(1, 12),
)
def test_a_year_has_as_many_months_with_work_as_the_season_is_long(season, first, months, start):
    year = _periods(months, 24, f"2027-{start:02d}-01")[: 12 // months]
    worked = [working_months(one, season, first) for one in year]
    assert sum(worked) == pytest.approx(season)
    assert all(0 <= part <= months for part in worked)


def test_a_season_over_new_year_counts_both_ends():
    december_to_february = Period(1, 1, 3, (12, 1, 2), dt.date(2027, 12, 1))
    assert working_months(december_to_february, 2, 12) == 2.0
