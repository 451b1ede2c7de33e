"""What the Progress page shows: four questions, money, limits, faults beside their cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from dash import html

from pilot_planner.dashboard.layout.components import aria, folded, graph, section, table
from pilot_planner.figures.after_signature import questions
from pilot_planner.figures.after_signature.questions import QUESTIONS, Question, day_in_words, period_words
from pilot_planner.figures.core.theme import Theme
from pilot_planner.reports.actuals_upload import CellFault
from pilot_planner.studies.after_signature.course import BAND, DRAWS, Course
from pilot_planner.text.labels import counted, exact, minus, shown, tied
from pilot_planner.text.names import metric_label, metric_unit

_TWO_COLUMNS = 760
_GAP = 48
_MOST_SPLITS = 12
_SHOWN = ("worker_income", "secured_income", "worker_months", "operating_cost", "funds_at_risk", "state_revenue")


def body(course: Course, note: str, theme: Theme, width: int) -> list[Any]:
    """The page of a pilot."""
    return [
        html.H1(questions.title(course), className="pp-title"),
        html.P(_lead(course), className="pp-lead"),
        *([html.P(note, className="pp-note-line")] if note else []),
        html.Div([_panel(course, one, theme, width) for one in get_args(Question)], className="pp-questions"),
        html.P(
            f"Pale: what comes if nothing is decided anew. Bands: {BAND[1] - BAND[0]} of 100 of {DRAWS} draws of what is "
            "uncertain, events among it, with what was decided held. People are what is decided, so they have no band.",
            className="pp-sub",
        ),
        _money(course),
    ]


def below(course: Course) -> list[Any]:
    """Limits, the whole programme and why money differs."""
    return [_limits(course), _why(course)]


def _lead(course: Course) -> str:
    over, last = course.over, len(course.ends)
    word = period_words(course)
    parts = [f"Plan {course.plan_id}, {course.title}."]
    if over:
        parts.append(f"{over} of {last} periods are closed, to {day_in_words(course.ends[over - 1])}.")
    else:
        parts.append(f"It has {last} periods of one {word} each.")
    if course.reported > over:
        parts.append(f"Period {course.reported} is reported in part: shown in the report, not forecast from.")
    if course.corrections:
        figures = counted(course.corrections, "figure was", "figures were", capital=True)
        parts.append(f"{figures} corrected; older ones are kept.")
    return tied(" ".join(parts))


def _panel(course: Course, question: Question, theme: Theme, width: int) -> html.Section:
    room = width if width < _TWO_COLUMNS else (width - _GAP) // 2
    chart = questions.figure(course, question, theme, room)
    return html.Section(
        [
            html.P(QUESTIONS[question], className="pp-question"),
            html.H2(questions.headline(course, question)),
            graph(chart, questions.summary(course, question), name=f"progress-{question}", still=room),
            html.P(questions.caption(course, question), className="pp-sub"),
        ],
        className="pp-question-panel",
        id=f"question-{question}",
    )


def _money(course: Course) -> html.Section:
    funds, following = course.funds, course.funds.next_tranche
    if following is None:
        finding = "No more money of donors is to come"
    elif following.needed_from is None:
        finding = f"The next tranche of {shown(float(following.usd), 'USD')} is needed for nothing before the end"
    else:
        finding = (
            f"Without the next tranche of {shown(float(following.usd), 'USD')}, "
            f"what begins on {day_in_words(following.needed_from)} cannot be paid"
        )
    names = {
        "Received from donors": funds.received,
        "Levies of employers": funds.levies,
        "Spent": funds.spent,
        "Left": funds.left,
        "of it committed in writing": funds.committed,
        "Overdue from donors": funds.overdue,
    }
    rows = [(name, minus(f"{usd:,.2f}")) for name, usd in names.items()]
    if following is not None:
        rows.append((f"Next tranche, {day_in_words(following.day)} ({following.donor})", f"{following.usd:,.2f}"))
    sub = "USD, to the cent, in periods that are closed"
    if funds.lasts_to is not None:
        sub = f"{sub}. Without another payment of donors money lasts to {day_in_words(funds.lasts_to)}"
    return section(tied(finding), sub, table(("", "USD"), rows, label="Money of donors"), name="money")


def _limits(course: Course) -> html.Section:
    broken, ahead = len(course.broken), len(course.limits_ahead)
    if not broken and not ahead:
        finding = "Every limit is kept, and will be by the forecast"
    else:
        was = f"{counted(broken, 'limit was', 'limits were', capital=True)} not kept"
        finding = f"{was}, {counted(ahead, 'more', 'more')} will not be if nothing is decided"
    items = [
        *(html.Li(["Was not kept: ", one]) for one in course.broken),
        *(html.Li(["Will not be kept: ", one]) for one in course.limits_ahead),
    ]
    rows = [
        (metric_label(name), exact(before, metric_unit(name)), exact(now, metric_unit(name)))
        for name in _SHOWN
        for before, now in (course.metrics[name],)
    ]
    return section(
        finding,
        "Limits of the signed design, period by period",
        html.Ul(items, className="pp-list") if items else html.Div(),
        table(("Whole programme", "Signed plan", "Forecast"), rows, label="Plan and forecast"),
        name="limits",
    )


def _why(course: Course) -> Any:
    moved = sorted((one for one in course.splits if one.difference), key=lambda one: -abs(one.difference))[:_MOST_SPLITS]
    if not moved:
        return html.Div()
    rows = [
        (one.item.replace("_", " ").capitalize(), *(minus(f"{value:+,.2f}") for value in parts))
        for one in moved
        for parts in ((one.difference, one.people, one.price, one.mix),)
    ]
    found = table(
        ("Channel or cost line", "Difference", "People", "Price", "Mix"),
        rows,
        label="Why money differs from the plan",
        spare=(4,),
    )
    note = html.P("USD to date; people, price and mix add up to the difference, to the cent.", className="pp-sub")
    return folded(f"Why money differs from the plan: {len(rows)} largest differences", note, found)


# --- faults ---


def faults(found: Sequence[CellFault], name: str) -> html.Div:
    """What is wrong with a report, each fault in its row, beside the cell."""
    by_table: dict[str, list[CellFault]] = {}
    for one in found:
        by_table.setdefault(one.table, []).append(one)
    head = f"{name}: {counted(len(found), 'fault', 'faults')}; nothing of it is used until they are mended"
    parts: list[Any] = [html.H2(tied(head))]
    for title, some in by_table.items():
        if title:
            parts.append(html.H3(title))
        rows = [one for one in some if one.heads]
        parts += [_plain(one) for one in some if not one.heads]
        heads = list(dict.fromkeys(head for one in rows for head in one.heads))
        if rows:
            parts.append(_cells(title, heads, rows))
    return html.Div(parts, className="pp-alert pp-faults", role="alert")


def _plain(one: CellFault) -> html.P:
    where = " ".join(part for part in (f"Row {one.row}" if one.row else "", one.column or "") if part)
    return html.P([html.Strong(f"{where}: " if where else ""), one.what, "; expected: ", one.expected, "; ", one.fix, "."])


def _cells(title: str, heads: list[str], rows: Sequence[CellFault]) -> html.Div:
    top = html.Tr([html.Th("Row"), *(html.Th(head) for head in heads), html.Th("What is wrong")])
    lines = [html.Tr([html.Td(str(one.row)), *_row(one, heads), html.Td(_words(one))]) for one in rows]
    found = html.Table([html.Thead(top), html.Tbody(lines)], className="pp-table pp-words-9 pp-fault-table")
    return html.Div(found, className="pp-scroll", tabIndex="0", role="region", **aria(label=f"Faults in {title}"))


def _row(one: CellFault, heads: list[str]) -> list[html.Td]:
    cells = dict(zip(one.heads, one.cells, strict=True))
    return [
        html.Td(html.Strong(cells.get(head) or "empty") if head == one.column else cells.get(head, ""),
                className="pp-fault-cell" if head == one.column else "")
        for head in heads
    ]  # fmt: skip


def _words(one: CellFault) -> list[Any]:
    column = f"{one.column}: " if one.column else ""
    return [html.Strong(f"{column}{one.what}"), f". Expected: {one.expected}. {one.fix[:1].upper()}{one.fix[1:]}."]
