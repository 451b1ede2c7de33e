"""Four questions about a pilot that runs, one chart each: plan in ink, what happened in full colour, what comes pale.

Each ``headline`` answers its question; ``caption`` adds where the difference lies.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from pilot_planner.figures.core.base_layout import base_axis, frame, value_axis, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import Palette, Theme, clear, palette
from pilot_planner.studies.after_signature.course import BAND, Course, PlaceNow, Series
from pilot_planner.text.labels import Scale, counted, exact, listed, minus, scale_for, shown, signed, tied

Question = Literal["people", "kept", "visits", "balance"]
QUESTIONS: dict[Question, str] = {
    "people": "Are people where they were planned to be?",
    "kept": "Does pay reach workers?",
    "visits": "Are visits made?",
    "balance": "Does the money last?",
}
HEIGHT = 236
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 26, 26
_THICK = 0.72
_HALF = 0.5
_PERIODS = {1: ("month", "M"), 2: ("two months", "P"), 3: ("quarter", "Q"), 6: ("half-year", "H"), 12: ("year", "Y")}
_WHOLE = 0.5
_MOST_TICKS = 12
_HEADROOM = 1.15
_BAND_OPACITY = 0.45


def day_in_words(day: dt.date) -> str:
    """``1 October 2027``."""
    return f"{day.day} {day:%B %Y}"


def period_words(course: Course) -> str:
    """What one period is called."""
    return _PERIODS.get(course.period_months, ("period", "P"))[0]


def figure(course: Course, question: Question, theme: Theme = "light", width: int = 420) -> Chart:
    """The chart of one question. ``width`` in px."""
    series: Series = getattr(course, question)
    drawing = _Drawing(course, series, theme, width)
    match question:
        case "people" | "visits":
            return drawing.bars()
        case _:
            return drawing.lines()


@dataclass(frozen=True)
class _Drawing:
    course: Course
    series: Series
    theme: Theme
    width: int

    @property
    def colours(self) -> Palette:
        return palette(self.theme)

    @property
    def scale(self) -> Scale:
        return scale_for(self.series.unit, [*self.series.plan, *self.series.now])

    def _frame(self, low: float, high: float) -> Chart:
        result = frame(self.theme, HEIGHT, left=_LEFT, right=_RIGHT, top=_TOP, bottom=_BOTTOM)
        count, letter = len(self.course.ends), _PERIODS.get(self.course.period_months, ("", "P"))[1]
        step = -(-count // _MOST_TICKS)
        ticks = list(range(1, count + 1, step))
        words = [f"{letter}{t}" for t in ticks]
        result.update_xaxes(base_axis(self.colours, range=[_HALF, count + _HALF], tickvals=ticks, ticktext=words))
        result.update_yaxes(value_axis(self.colours, range=[low, high], tickformat=self.scale.format, nticks=4))
        return result

    def bars(self) -> Chart:
        """What is there as bars, the plan as a line across each; of visits, what is asked as an outline around."""
        series, over, colours, scale = self.series, self.course.over, self.colours, self.scale
        tops = [*series.plan, *series.now, *series.asked, *series.high]
        high = max((value for one in tops if (value := scale.of(one)) is not None), default=1.0) or 1.0
        result = self._frame(0.0, high * _HEADROOM)
        count = len(series.now)
        if series.asked:
            result.add_trace(self._bar(series.asked, [colours.page] * count, colours.others, "asked"))
        fills = [colours.accent if t <= over else colours.tint2 for t in range(1, count + 1)]
        result.add_trace(self._bar(series.now, fills, None, "made" if series.asked else "at work"))
        for t, value in enumerate(series.plan, start=1):
            self._mark(result, t, scale.of(value))
        result.update_layout(barmode="overlay")
        self._name_plan(result)
        return result

    def _bar(self, values: tuple[float | None, ...], fills: list[str], edge: str | None, name: str) -> dict[str, object]:
        return trace(
            "bar",
            x=list(range(1, len(values) + 1)),
            y=self.scale.all(values),
            width=_THICK,
            marker={"color": fills, "line": {"width": 1 if edge else 0, "color": edge or self.colours.page}},
            hovertext=self._hovers(),
            hoverinfo="text",
            name=name,
        )

    def lines(self) -> Chart:
        """What happened as a line with its points, what comes dashed in its band, the plan as a thin line."""
        series, over, colours, scale = self.series, self.course.over, self.colours, self.scale
        values = [
            value for one in (*series.plan, *series.now, *series.low, *series.high) if (value := scale.of(one)) is not None
        ]
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        room = (high - low or 1.0) * (_HEADROOM - 1.0)
        money = series.unit == "USD"
        result = self._frame(min(0.0, low) - room if money else low - room, high + room)
        if money:
            line = {"color": colours.second, "width": 1}
            result.add_shape(type="line", xref="paper", yref="y", x0=0, x1=1, y0=0, y1=0, line=line, layer="below")
        self._band(result)
        self._line(result, series.plan, range(1, len(series.plan) + 1), colours.ink, "solid", "plan", 1.0)
        self._line(result, series.now, range(max(1, over), len(series.now) + 1), colours.accent, "dash", "what comes", 2.0)
        self._line(result, series.now, range(1, over + 1), colours.accent, "solid", "what happened", 2.0, "lines+markers")
        self._name_plan(result)
        last = series.now[over - 1] if over else None
        if last is not None:
            at = "right bottom" if over == len(series.now) else "left bottom"
            write(
                result, self._face(last), over, scale.of(last) or 0.0, on="x y", at=at, shift=(4, 8), colour=colours.accent
            )
        return result

    def _band(self, result: Chart) -> None:
        there = [t for t, value in enumerate(self.series.low, start=1) if value is not None]
        if not there:
            return
        of = self.scale.of
        low, high = ([of(ends[t - 1]) for t in there] for ends in (self.series.low, self.series.high))
        last = self.series.now[there[0] - 2] if there[0] > 1 else None
        if last is not None:
            there, low, high = [there[0] - 1, *there], [of(last), *low], [of(last), *high]
        result.add_trace(
            trace(
                "scatter",
                x=[*there, *reversed(there)],
                y=[*high, *reversed(low)],
                mode="lines",
                line={"width": 0, "color": self.colours.tint2},
                fill="toself",
                fillcolor=clear(self.colours.tint2, _BAND_OPACITY),
                hoverinfo="skip",
                name="band",
            )
        )

    def _line(
        self,
        result: Chart,
        values: tuple[float | None, ...],
        periods: range,
        colour: str,
        dash: str,
        name: str,
        wide: float,
        mode: str = "lines",
    ) -> None:
        some = [t for t in periods if values[t - 1] is not None]
        if not some:
            return
        result.add_trace(
            trace(
                "scatter",
                x=some,
                y=[self.scale.of(values[t - 1]) for t in some],
                mode=mode,
                line={"color": colour, "width": wide, "dash": dash},
                marker={"size": 7, "color": colour, "symbol": "circle"} if "markers" in mode else None,
                hovertext=[self._hovers()[t - 1] for t in some],
                hoverinfo="text",
                name=name,
            )
        )

    def _mark(self, result: Chart, t: int, value: float | None) -> None:
        if value is None:
            return
        line = {"color": self.colours.ink, "width": 2}
        half = _HALF * 0.92
        result.add_shape(type="line", xref="x", yref="y", x0=t - half, x1=t + half, y0=value, y1=value, line=line)

    def _name_plan(self, result: Chart) -> None:
        colours, last = self.colours, len(self.series.plan)
        start = -_LEFT
        keys = [("━", colours.ink, "plan"), ("■", colours.accent, "until now"), ("■", colours.tint2, "to come")]
        if not self.course.over:
            keys.pop(1)
        if self.series.asked:
            keys.append(("□", colours.second, "asked for"))
        for sign, colour, words in keys:
            write(result, sign, 0, 1, at="left bottom", shift=(start, 9), colour=colour)
            write(result, words, 0, 1, at="left bottom", shift=(start + 16, 9), colour=colours.second)
            start += 34 + 7 * len(words)
        value = self.series.plan[-1]
        if value is not None and not self.series.asked:
            at = self.scale.of(value) or 0.0
            write(result, self._face(value), last + _HALF, at, on="x y", at="right bottom", shift=(0, 4))
        if self.scale.unit:
            write(result, self.scale.unit, 1, 1, at="right bottom", shift=(_RIGHT, 9), colour=colours.second)

    def _face(self, value: float) -> str:
        """A value beside its point, in the unit that stands at the top of the chart."""
        decimals = 1 if self.scale.unit else 0
        return f"<b>{minus(f'{self.scale.of(value) or 0.0:,.{decimals}f}')}</b>"

    def _hovers(self) -> list[str]:
        series, found = self.series, []
        for t, end in enumerate(self.course.ends, start=1):
            rows = [f"<b>{period_words(self.course).capitalize()} {t}</b>, to {day_in_words(end)}"]
            rows.append(f"Plan: {exact(series.plan[t - 1], series.unit)}")
            word = "Reported" if t <= self.course.over else "Forecast"
            rows.append(f"{word}: {exact(series.now[t - 1], series.unit)}")
            if series.low[t - 1] is not None:
                ends = " to ".join(exact(one[t - 1], series.unit) for one in (series.low, series.high))
                rows.append(f"{BAND[1] - BAND[0]} of 100 draws: {ends}")
            if series.asked:
                rows.append(f"Asked for: {exact(series.asked[t - 1], series.unit)}")
            found.append("<br>".join(rows))
        return found


# --- the answers ---


def headline(course: Course, question: Question) -> str:
    """The answer in one sentence."""
    return tied(_HEADLINES[question](course))


def caption(course: Course, question: Question) -> str:
    """Where it lies, in one or two sentences."""
    return tied(_CAPTIONS[question](course))


def summary(course: Course, question: Question) -> str:
    """The chart in words: its numbers, period by period."""
    series: Series = getattr(course, question)
    rows = [
        f"{period_words(course)} {t}: plan {exact(plan, series.unit)}, "
        f"{'reported' if t <= course.over else 'forecast'} {exact(now, series.unit)}"
        for t, (plan, now) in enumerate(zip(series.plan, series.now, strict=True), start=1)
    ]
    return tied(f"{headline(course, question)}. {'; '.join(rows)}.")


def of_hundred(course: Course) -> int:
    """In how many of 100 draws money lasts."""
    return round(100 * course.lasts.value)


def missing(course: Course) -> int:
    """Persons fewer at work than planned in the last period that is over; negative where there are more."""
    return round(sum(one.planned - one.there for one in course.places))


def _people(course: Course) -> str:
    if not course.over:
        most = max((value for value in course.people.plan if value is not None), default=0.0)
        return f"{shown(most, 'persons')} are to be at work at most"
    planned, there = (sum(getattr(one, name) for one in course.places) for name in ("planned", "there"))
    if not round(planned) and not round(there):
        return "Nobody was to be at work yet"
    short = missing(course)
    told = f"{shown(there, 'persons')} of {shown(planned, 'persons')} are at work"
    if not short:
        return f"{told}, as planned"
    if short < 0:
        return f"{told}: {-short:,} more than planned"
    first = course.places[0]
    most = round(first.planned - first.there)
    return f"{told}; {min(most, short):,} of the missing {short:,} are in {first.name}" if most > 0 else told


def _of_people(course: Course) -> str:
    if not course.over:
        return "What the plan expects, until something is reported."
    moved = [one for one in course.places if abs(one.planned - one.there) >= _WHOLE][:3]
    told = listed([_place(one) for one in moved])
    end = sum(one.coming for one in course.places)
    rest = f"Forecast for the end: {shown(end, 'persons')}, if nothing is decided anew."
    return f"{told}. {rest}" if told else rest


def _place(one: PlaceNow) -> str:
    return f"{one.name} {shown(one.there, 'persons')} of {shown(one.planned, 'persons')}"


def _kept(course: Course) -> str:
    plan, now = _last(course.kept.plan, course.over), _last(course.kept.now, course.over)
    if now is None:
        coming = next((value for value in course.kept.plan if value is not None), None)
        return f"{_of_100(coming)} of 100 USD of net pay are to stay with workers"
    told = f"{_of_100(now)} of 100 USD of net pay stay with workers, as far as was found"
    by = round(100 * now) - round(100 * (plan or now))
    return f"{told}; the plan expects {_of_100(plan)}" if by else f"{told}, as planned"


def _of_kept(course: Course) -> str:
    planned, paid = course.on_card
    band = _last_of(course.kept.low), _last_of(course.kept.high)
    rest = f"To come: {_of_100(band[0])} to {_of_100(band[1])} in 80 of 100 draws." if band[0] is not None else ""
    if paid is None or planned is None:
        return f"The rest is what is taken from workers after payday. {rest}".strip()
    cards = f"{_of_100(paid)} of 100 were paid to cards (plan {_of_100(planned)})"
    return f"{cards}. {rest}".strip()


def _visits(course: Course) -> str:
    over = course.over
    if not over:
        asked = sum(value or 0.0 for value in course.visits.asked)
        return f"{shown(asked, 'count')} visits are asked for until the end"
    made, asked = (sum(value or 0.0 for value in some[:over]) for some in (course.visits.now, course.visits.asked))
    missed = sum(by for _, by in course.missed)
    told = f"{shown(made, 'count')} visits were made, {shown(asked, 'count')} asked for"
    return f"{told}; {round(missed):,} are missing in {course.missed[0][0]}" if len(course.missed) == 1 else told


def _of_visits(course: Course) -> str:
    if not course.over:
        return "Visits that inspectors can make, against those that the oversight level asks for."
    if not course.missed:
        return "In no host were fewer made than asked for."
    return f"Missing: {listed([f'{round(by):,} in {name}' for name, by in course.missed])}."


def _balance(course: Course) -> str:
    told = f"Money lasts to the end in {of_hundred(course)} of 100 draws"
    return f"{told} if nothing is decided" if course.over else told


def _of_balance(course: Course) -> str:
    funds, following = course.funds, course.funds.next_tranche
    parts = []
    if course.over:
        bound = f"{shown(float(funds.committed), 'USD')} of it" if funds.committed else "none of it"
        left = f"{signed_or_plain(float(funds.left))} left, {bound} committed in writing"
        parts.append(f"{shown(float(funds.spent), 'USD')} are spent, {left}.")
        if funds.overdue:
            parts.append(f"{shown(float(funds.overdue), 'USD')} are overdue from donors.")
    if following is not None:
        needed = (
            "nothing before the end" if following.needed_from is None else f"all from {day_in_words(following.needed_from)}"
        )
        parts.append(
            f"Next tranche: {shown(float(following.usd), 'USD')} on {day_in_words(following.day)}, needed for {needed}."
        )
    return " ".join(parts) or "All money has come."


def signed_or_plain(usd: float) -> str:
    """An amount; with its minus where it is below zero."""
    return signed(usd, "USD") if usd < 0 else shown(usd, "USD")


def _of_100(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f}"


def _last(values: tuple[float | None, ...], over: int) -> float | None:
    return values[over - 1] if over else None


def _last_of(values: tuple[float | None, ...]) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)


def title(course: Course) -> str:
    """The finding of the page."""
    if not course.over:
        return "Nothing is reported yet: this is what the signed plan expects"
    short = missing(course)
    words = period_words(course)
    after = f"After {counted(course.over, words, f'{words}s' if words != 'two months' else 'periods')}"
    people = f"{short:,} people are missing" if short > 0 else "people are where they were planned to be"
    broken = len(course.broken)
    limits = f", {counted(broken, 'limit was', 'limits were')} not kept" if broken else ""
    return tied(f"{after} {people}{limits}, and money lasts in {of_hundred(course)} of 100 draws")


_HEADLINES = {"people": _people, "kept": _kept, "visits": _visits, "balance": _balance}
_CAPTIONS = {"people": _of_people, "kept": _of_kept, "visits": _of_visits, "balance": _of_balance}
