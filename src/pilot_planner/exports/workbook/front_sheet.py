"""What less money would buy: plans along the front, as a table and a native chart."""

from __future__ import annotations

from pilot_planner.exports.less_money import BriefFront
from pilot_planner.exports.workbook.cell_formats import COUNT, FONT, MONEY, PLAIN, SHARE, TEXT, WHOLE
from pilot_planner.exports.workbook.page import Page
from pilot_planner.exports.workbook.people_sheets import axis, title_font
from pilot_planner.exports.workbook.workbook_context import FRONT, Work
from pilot_planner.figures.core.theme import palette
from pilot_planner.text.labels import inline
from pilot_planner.text.names import direction, hosts_in_words, metric_label, metric_unit

_ALSO = ("worker_income", "operating_cost", "state_revenue", "worker_months", "peak_workers")
_ALSO_RATIOS = ("operating_cost_per_worker_month", "funds_at_risk_share")
_C = palette("print")
_MARKS = ("circle", "diamond", "square", "triangle", "x", "star", "plus", "long_dash")
_COLOURS = (_C.accent, _C.others, _C.ink, _C.tint)
_MILLION = "0.0,,"


def write_front(work: Work) -> None:
    """Fill the sheet."""
    plan, front = work.dossier.plan, work.dossier.front
    first, along = (one.metric for one in front.axes)
    metrics = [first, along, *(name for name in _ALSO if name not in (first, along))]
    page = work.page(
        FRONT,
        f"Trade-offs: {inline(metric_label(first))} against {inline(metric_label(along))}, in {len(front.points)} plans",
        f"{work.prices}. {front.sentence}. {metric_label(first)}: {direction(front.axes[0].sense)}; "
        f"{metric_label(along).lower()}: "
        f"{direction(front.axes[1].sense)}. Every point is a whole plan that keeps all limits. "
        "These are figures of the planner and do not follow changes in this workbook.",
        (8, 30, *(17 for _ in metrics), *(14 for _ in _ALSO_RATIOS)),
    )
    heads = ["Plan", "Hosts", *(_head(name) for name in metrics), *(_head(name) for name in _ALSO_RATIOS)]
    head = page.heads(heads, 2)
    page.keep(head, 2)
    ordered = sorted(front.points, key=lambda point: (point.hosts, point.axes[along]))
    rows: dict[str, list[int]] = {}
    for place, point in enumerate(ordered, start=1):
        rows.setdefault(point.hosts, []).append(page.row)
        page.put(0, place, PLAIN, "row", "right")
        _row(page, work, point.hosts, {**point.metrics, **point.axes}, point.ratios, metrics)
    page.put(0, "this plan", TEXT, "total")
    _row(page, work, "+".join(sorted(work.chosen)), plan.metrics, plan.ratios, metrics, "total")
    own = page.row - 1
    page.next()
    for switch in front.switches:
        page.paragraph(switch.sentence)
    _chart(page, work, front, rows, own)
    page.close()


def _head(name: str) -> str:
    unit = metric_unit(name)
    return f"{metric_label(name)}, {unit}" if unit == "USD" else metric_label(name)


def _row(
    page: Page,
    work: Work,
    hosts: str,
    figures: dict[str, float],
    ratios: dict[str, float | None],
    metrics: list[str],
    style: str = "row",
) -> None:
    words = hosts_in_words(hosts, work.hosts, "and")
    page.put(1, words, TEXT, style, "wrap", "indent")
    page.tall([(words, 1)])
    for place, name in enumerate(metrics, start=2):
        page.put(place, figures[name], WHOLE if metric_unit(name) == "USD" else COUNT, style)
    for place, name in enumerate(_ALSO_RATIOS, start=2 + len(metrics)):
        value = ratios.get(name)
        if value is None:
            page.put(place, "–", TEXT, style, "right")
        else:
            page.put(place, value, SHARE if metric_unit(name) == "share" else MONEY, style)
    page.next()


def _chart(page: Page, work: Work, front: BriefFront, rows: dict[str, list[int]], own: int) -> None:
    first, along = (one.metric for one in front.axes)
    x, y = 3, 2
    chart = work.book.add_chart({"type": "scatter"})
    for place, (hosts, found) in enumerate(rows.items()):
        colour = _COLOURS[place % len(_COLOURS)]
        chart.add_series(
            {
                # A name of letters: what begins with an equals sign would be taken for a reference.
                "name": f"Plans in {hosts_in_words(hosts, work.hosts, 'and')}"[:90],
                "categories": [page.name, found[0], x, found[-1], x],
                "values": [page.name, found[0], y, found[-1], y],
                "marker": {
                    "type": _MARKS[place % len(_MARKS)],
                    "size": 9,
                    "fill": {"color": colour},
                    "border": {"color": colour},
                },
            }
        )
    chart.add_series(
        {
            "name": "This plan",
            "categories": [page.name, own, x, own, x],
            "values": [page.name, own, y, own, y],
            "marker": {"type": "circle", "size": 15, "fill": {"none": True}, "border": {"color": _C.alert, "width": 1.75}},
        }
    )
    money = all(metric_unit(name) == "USD" for name in (first, along))
    unit = "m USD" if money else ""
    shown = _MILLION if money else "#,##0"

    def named(metric: str, sense: str | None) -> str:
        return f"{metric_label(metric)}{f', {unit}' if unit else ''} ({direction(sense)})"

    chart.set_title({"name": f"{metric_label(first)} against {inline(metric_label(along))}", "name_font": title_font()})
    chart.set_x_axis(axis(named(along, front.axes[1].sense), shown))
    chart.set_y_axis(axis(named(first, front.axes[0].sense), shown, grid=True))
    chart.set_legend({"position": "bottom", "font": {"name": FONT, "size": 9}})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": 900, "height": 400})
    words = (
        f"Scatter of {metric_label(first).lower()} over {metric_label(along).lower()} for {len(front.points)} "
        "plans; shapes tell "
        "the hosts, a ring this plan. The numbers stand in the table above."
    )
    page.next()
    page.sheet.insert_chart(page.row, 0, chart, {"description": words, "object_position": 2})
    page.next(26)
