"""People and their protection: workers against caps, inspectors and visits against what is asked for."""

from __future__ import annotations

import math
from typing import Any

from pilot_planner.exports.workbook.cell_formats import COUNT, FONT, PLAIN, SHARE, TEXT, WHOLE
from pilot_planner.exports.workbook.formula_cells import Cell, Live, at_most, most, number, products, total
from pilot_planner.exports.workbook.page import Page
from pilot_planner.exports.workbook.workbook_context import OVERSIGHT, WORKFORCE, Work
from pilot_planner.figures.core.theme import palette

_C = palette("print")
_SERIES = ((_C.accent, _C.tint, _C.tint2), ("#3C4650", _C.others, _C.excluded), ("#073B54", "#6FB0C9", "#BFDCE7"))
"""Of the placements of each host: one hue a host, apart in lightness for any eye and for grey print."""
_ROOM = 1e-6


def write_workforce(work: Work) -> Cell:
    """Workers by placement and period against caps; returns worker-months."""
    plan = work.dossier.plan
    rows = plan.accounts.workforce
    numbers = sorted({row.period for row in rows})
    starts = {period.number: period.start for period in work.periods}
    months = plan.design.programme.period_months
    peak = math.floor(plan.metrics["peak_workers"] + 0.5)
    page = work.page(
        WORKFORCE,
        f"Workforce: {peak:,} workers at the peak, never above the caps",
        "Persons, as planning averages: shares of a person come from the expected number of early returns. A "
        f"period is {months} "
        f"month{'s' if months > 1 else ''}; dates are its first day.",
        (15, 26, 9, *(9 for _ in numbers), 9, 9, 9),
    )
    keys = list(dict.fromkeys((row.iso3, row.sector) for row in rows))
    by_key = {(row.iso3, row.sector, row.period): row for row in rows}
    caps = {(row.iso3, row.sector): row.worker_cap for row in rows}
    page.section("Workers at work")
    last = 3 + len(numbers)
    head_row = _period_heads(page, [starts[at].strftime("%b %Y") for at in numbers], ["Cap"], ["Peak", "Check"])
    page.keep(head_row, 2)
    columns: list[list[Cell]] = [[] for _ in numbers]
    cap_cells: dict[tuple[str, str], Cell] = {}
    peaks: dict[tuple[str, str], Cell] = {}
    for key in keys:
        _names(page, work, key)
        cap_cells[key] = page.put(2, caps[key], WHOLE, "row")
        cells = [page.put(3 + at, by_key[*key, period].workers, COUNT, "row") for at, period in enumerate(numbers)]
        for at, one in enumerate(cells):
            columns[at].append(one)
        peaks[key] = page.put(last, most(cells), COUNT, "row", "bold")
        page.put(last + 1, at_most(peaks[key], cap_cells[key], "above", _ROOM), TEXT, "row", "right")
        work.kept(
            f"Workers in {work.hosts.get(key[0], key[0])}, {key[1].replace('_', ' ')}: peak",
            peaks[key],
            cap_cells[key],
            room=_ROOM,
        )
        page.next()
    page.fill("grand", last=last + 1)
    page.put(0, "All", TEXT, "grand")
    page.put(2, total(cap_cells.values()), WHOLE, "grand")
    everyone = [page.put(3 + at, total(column), COUNT, "grand") for at, column in enumerate(columns)]
    if everyone:
        page.put(last, most(everyone), COUNT, "grand")
    page.next()
    page.put(0, "Months", TEXT, "row", "grey")
    lengths = [page.put(3 + at, months, PLAIN, "row", "grey") for at, _ in enumerate(numbers)]
    page.next()
    page.put(0, "Worker-months", TEXT, "row")
    worked = [
        page.put(3 + at, one * length, COUNT, "row") for at, (one, length) in enumerate(zip(everyone, lengths, strict=True))
    ]
    worker_months = page.put(last, total(worked), COUNT, "row", "bold")
    page.next()
    work.name("worker_months", worker_months)
    work.as_planned("Worker-months", worker_months, plan.metrics["worker_months"])
    _arrivals(page, work, keys, numbers, [starts[at].strftime("%b %Y") for at in numbers])
    _charts(page, work, keys, cap_cells, peaks, everyone, head_row)
    page.close()
    return worker_months


def _period_heads(page: Page, periods: list[str], before: list[str], after: list[str]) -> int:
    page.fill("head", last=2 + len(before) - 1 + len(periods) + len(after))
    page.texts(["Host", "Sector"], "head")
    page.texts([*before, *periods, *after], "head", "right", first=2)
    page.next()
    return page.row - 1


def _names(page: Page, work: Work, key: tuple[str, str]) -> None:
    page.put(0, work.hosts.get(key[0], key[0]), TEXT, "row")
    page.put(1, work.sectors.get(key[1], key[1]), TEXT, "row", "wrap")
    page.tall([(work.sectors.get(key[1], key[1]), 1)])


def _arrivals(page: Page, work: Work, keys: list[tuple[str, str]], numbers: list[int], heads: list[str]) -> None:
    rows = {(row.iso3, row.sector, row.period): row.arrivals for row in work.dossier.plan.accounts.workforce}
    page.section("Workers who arrive")
    last = 3 + len(numbers)
    _period_heads(page, heads, [""], ["All"])
    columns: list[list[Cell]] = [[] for _ in numbers]
    for key in keys:
        _names(page, work, key)
        page.put(2, None, TEXT, "row")
        cells = [page.put(3 + at, rows[*key, period], COUNT, "row") for at, period in enumerate(numbers)]
        for at, one in enumerate(cells):
            columns[at].append(one)
        page.put(last, total(cells), COUNT, "row", "bold")
        page.next()
    page.fill("grand", last=last)
    page.put(0, "All", TEXT, "grand")
    feet = [page.put(3 + at, total(column), COUNT, "grand") for at, column in enumerate(columns)]
    people = page.put(last, total(feet), COUNT, "grand")
    page.next()
    work.name("people_reached", people)
    work.as_planned("People who arrive", people, work.dossier.plan.metrics["people_reached"])


def axis(title: str, number_format: str = "#,##0", grid: bool = False) -> dict[str, Any]:
    """A quiet axis: small text, no box, and only faint lines."""
    return {
        "name": title,
        "name_font": {"name": FONT, "size": 9, "bold": False, "color": _C.second},
        "num_font": {"name": FONT, "size": 9, "color": _C.second},
        "num_format": number_format,
        "line": {"color": _C.hairline},
        "major_gridlines": {"visible": grid, "line": {"color": _C.faint, "width": 0.5}},
        "major_tick_mark": "none",
    }


def title_font() -> dict[str, Any]:
    """Of the titles of charts."""
    return {"name": FONT, "size": 11, "bold": True, "color": _C.ink}


def _charts(
    page: Page,
    work: Work,
    keys: list[tuple[str, str]],
    caps: dict[tuple[str, str], Cell],
    peaks: dict[tuple[str, str], Cell],
    everyone: list[Cell],
    head_row: int,
) -> None:
    """Workers by period, stacked by placement of a host; and each placement's peak against its cap."""
    if not keys or not everyone:
        return
    page.section("The same as pictures")
    first, last = peaks[keys[0]].row, peaks[keys[-1]].row
    # Names of placements for the charts, beside the page.
    labels = len(page.widths) + 1
    for key, peak in peaks.items():
        words = f"{work.hosts.get(key[0], key[0])}, {work.sectors.get(key[1], key[1]).lower()}"
        page.put(labels, words, TEXT, "grey", row=peak.row)
    chart = work.book.add_chart({"type": "column", "subtype": "stacked"})
    columns = (everyone[0].column, everyone[-1].column)
    for place, key in enumerate(keys):
        row = peaks[key].row
        host = list(dict.fromkeys(one[0] for one in keys)).index(key[0])
        chart.add_series(
            {
                "name": [page.name, row, labels],
                "categories": [page.name, head_row, columns[0], head_row, columns[1]],
                "values": [page.name, row, columns[0], row, columns[1]],
                "fill": {"color": _SERIES[host % len(_SERIES)][_place_in_host(keys, place) % len(_SERIES[0])]},
                "border": {"color": "#FFFFFF", "width": 0.75},
                "gap": 45,
            }
        )
    chart.set_title({"name": "Workers at work, by placement", "name_font": title_font(), "overlay": False})
    chart.set_x_axis(axis(""))
    chart.set_y_axis(axis("Workers", grid=True))
    chart.set_legend({"position": "bottom", "font": {"name": FONT, "size": 8}})
    bars = work.book.add_chart({"type": "bar"})
    for name, column, colour in (("Cap", 2, _C.excluded), ("Peak", peaks[keys[0]].column, _C.accent)):
        bars.add_series(
            {
                "name": name,
                "categories": [page.name, first, labels, last, labels],
                "values": [page.name, first, column, last, column],
                "fill": {"color": colour},
                "gap": 60,
                "overlap": 0,
                "data_labels": {"value": True, "num_format": "#,##0", "font": {"name": FONT, "size": 8, "color": _C.second}},
            }
        )
    bars.set_title({"name": "Peak of each placement against its cap", "name_font": title_font()})
    # The numbers stand at the bars.
    bars.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    bars.set_y_axis(axis("") | {"reverse": True})
    bars.set_legend({"position": "bottom", "font": {"name": FONT, "size": 8}})
    width = sum(page.widths) * 6.6
    for at, (one, words) in enumerate(
        (
            (chart, "Workers at work in each period, stacked by placement; the numbers stand in the table above."),
            (bars, "Peak number of workers and cap of each placement; the numbers stand in the table above."),
        )
    ):
        one.set_size({"width": int(width * 0.49), "height": 330})
        one.set_chartarea({"border": {"none": True}})
        page.sheet.insert_chart(
            page.row, 0, one, {"x_offset": int(at * width * 0.51), "description": words, "object_position": 2}
        )
    page.next(21)


def _place_in_host(keys: list[tuple[str, str]], place: int) -> int:
    return sum(key[0] == keys[place][0] for key in keys[:place])


def write_oversight(work: Work) -> None:
    """Inspectors and visits of each host and period, with coverage worked out."""
    plan = work.dossier.plan
    levels = {host.iso3: host.oversight_level.replace("_", " ") for host in plan.hosts}
    page = work.page(
        OVERSIGHT,
        "Oversight: inspectors and unannounced visits, by host and period",
        "Posts and visits. Visits required are what the oversight level asks for; visits possible are what the "
        "inspectors can "
        "make. Coverage is what can be made of what is required, period by period.",
        (15, 12, 7, 11, 11, 10, 10, 10, 12),
        landscape=False,
    )
    names = (
        "Host",
        "Level",
        "Period",
        "From",
        "Inspectors",
        "Visits required",
        "Visits possible",
        "Coverage",
        "Workers per inspector",
    )
    page.keep(page.heads(names, 4), 1)
    starts = {period.number: period.start for period in work.periods}
    for host in work.chosen:
        rows = [row for row in plan.accounts.oversight if row.iso3 == host]
        required, possible, covered = [], [], []
        for row in rows:
            page.put(0, work.hosts.get(host, host), TEXT, "row")
            page.put(1, levels[host], TEXT, "row", "grey")
            page.put(2, row.period, PLAIN, "row", "right")
            page.put(3, starts[row.period], TEXT, "row", "grey")
            page.put(4, row.inspectors, COUNT, "row")
            required.append(page.put(5, row.visits_required, COUNT, "row"))
            possible.append(page.put(6, row.visits_possible, COUNT, "row"))
            covered.append(page.put(7, _coverage(possible[-1], required[-1]), SHARE, "row"))
            if row.workers_per_inspector is None:
                page.put(8, "–", TEXT, "row", "right", "grey")
            else:
                page.put(8, row.workers_per_inspector, COUNT, "row")
            page.next()
        page.fill("total")
        page.put(0, f"{work.hosts.get(host, host)}, all", TEXT, "total")
        needed = page.put(5, total(required), COUNT, "total")
        page.put(6, total(possible), COUNT, "total")
        # Visits that one period has to spare do not make up for those that another lacks.
        page.put(7, products(covered, required).over(needed) if needed.number else number(1), SHARE, "total")
        page.next(2)
    page.close()


def _coverage(possible: Cell, required: Cell) -> Live:
    """Of the visits required, at most all."""
    formula = f"IF({required.formula}=0,1,MIN(1,{possible.formula}/{required.formula}))"
    value = 1.0 if required.number == 0 else min(1.0, possible.number / required.number)
    return Live(formula, value, True)
