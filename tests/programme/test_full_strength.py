"""From which period on the least number of workers holds."""

import pytest
from tiny import tiny_case

from pilot_planner.programme.build import build


def periods_held(month, months=12, each=4):
    settings = {
        "limits.workers_total.min": 20,
        "programme.full_strength_month": month,
        "programme.duration_months": months,
        "programme.period_months": each,
    }
    return [row.period for row in build(tiny_case(settings)).limit_rows if row.key == "workers_total"]


@pytest.mark.parametrize(("month", "expected"), [(1, [2, 3]), (5, [2, 3]), (8, [2, 3]), (9, [3]), (12, [3])])
def test_the_minimum_holds_from_the_period_that_reaches_the_month_of_full_strength(month, expected):
    assert periods_held(month) == expected


def test_a_programme_that_ends_before_must_reach_full_strength_in_its_last_period():
    assert periods_held(12, months=8) == [2]
    assert periods_held(24) == [3]
