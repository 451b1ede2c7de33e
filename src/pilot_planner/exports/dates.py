"""Days of a programme by month and by period."""

from __future__ import annotations

import datetime as dt

from pilot_planner.design.schema import Programme


def months_after(day: dt.date, months: int) -> dt.date:
    """The first day of the month that lies so many months after that of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def period_days(programme: Programme, number: int) -> tuple[dt.date, dt.date]:
    """First and last day of a period; 0 and less lie before the programme, as an escrow account that is filled ahead."""
    start = months_after(programme.start_date, (number - 1) * programme.period_months)
    return start, months_after(start, programme.period_months) - dt.timedelta(days=1)
