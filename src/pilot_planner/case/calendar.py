"""Periods of the programme and the months of each in which a season lets people work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pilot_planner.data.amounts import least, most
from pilot_planner.design.schema import Programme

_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """One period. ``number`` counts from 1; ``year`` is the programme year, 12 programme months long."""

    number: int
    first_month: int
    months: int
    calendar_months: tuple[int, ...]
    start: dt.date

    @property
    def year(self) -> int:
        return (self.first_month - 1) // _MONTHS_A_YEAR + 1

    @property
    def last_month(self) -> int:
        return self.first_month + self.months - 1


def periods(programme: Programme) -> tuple[Period, ...]:
    """All periods of a programme, in order."""
    return tuple(_period(programme, number) for number in range(1, programme.periods + 1))


def _period(programme: Programme, number: int) -> Period:
    first = (number - 1) * programme.period_months + 1
    months = [_calendar_month(programme.start_date, first + offset) for offset in range(programme.period_months)]
    year, month = months[0]
    return Period(number, first, programme.period_months, tuple(month for _, month in months), dt.date(year, month, 1))


def months_after(day: dt.date, months: int) -> dt.date:
    """The first day of the month that lies so many months after that of ``day``."""
    index = day.year * _MONTHS_A_YEAR + day.month - 1 + months
    return dt.date(index // _MONTHS_A_YEAR, index % _MONTHS_A_YEAR + 1, 1)


def period_days(programme: Programme, number: int) -> tuple[dt.date, dt.date]:
    """First and last day of a period; 0 and less lie before the programme, as an escrow account that is filled ahead."""
    start = months_after(programme.start_date, (number - 1) * programme.period_months)
    return start, months_after(start, programme.period_months) - dt.timedelta(days=1)


def _calendar_month(start: dt.date, programme_month: int) -> tuple[int, int]:
    index = start.month - 1 + programme_month - 1
    return start.year + index // _MONTHS_A_YEAR, index % _MONTHS_A_YEAR + 1


def working_months(period: Period, season_months: float, first_month: float) -> float:
    """Months of ``period`` with work, for a season of ``season_months`` that begins in calendar ``first_month``.

    A season that is not whole months ends within its last month; 12 months mean work all year.

    >>> from pilot_planner.case.calendar import Period
    >>> winter = Period(1, 1, 3, (1, 2, 3), dt.date(2027, 1, 1))
    >>> working_months(winter, 7, 4)
    0.0
    >>> working_months(winter, 12, 1)
    3.0
    """
    return sum(
        least(1.0, most(0.0, season_months - (month - first_month) % _MONTHS_A_YEAR)) for month in period.calendar_months
    )
