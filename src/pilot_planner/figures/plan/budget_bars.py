"""The budget by UNSDG category, years stacked; the parts add up to the printed total."""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.figures.core.base_layout import CHARACTER, cut, frame, hidden_axis, nothing, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import Theme, palette
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import counted, exact, listed, rounded_parts, shown, tied

_ROW = 44
_MILLION = 1e6
_DECIMALS = 2
_LEGEND = 28
_HALF, _QUARTER = 0.5, 0.25


@dataclass(frozen=True, slots=True)
class Category:
    """One UNSDG category: USD by programme year, and the same in m USD as printed, rounded with all other categories."""

    name: str
    years: tuple[float, ...]
    printed: tuple[float, ...]

    @property
    def millions(self) -> float:
        """The total as printed: the sum of its years as printed, so that a table adds up either way."""
        return sum(self.printed)

    @property
    def total(self) -> float:
        return sum(self.years)


def categories(plan: Plan) -> tuple[Category, ...]:
    """Categories that cost something, in the UNSDG's order."""
    names = {row.text("category"): row.text("name") for row in plan.inputs.rows("lists/unsdg_categories.csv")}
    years = {period.number: period.year for period in plan.case.periods}
    sums: dict[str, dict[int, float]] = {}
    for row in plan.accounts.budget:
        of_one = sums.setdefault(row.unsdg_category, {})
        year = years[row.period]
        of_one[year] = of_one.get(year, 0.0) + row.amount_usd
    used = [category for category in names if any(sums.get(category, {}).values())]
    amounts = [tuple(sums[category].get(year, 0.0) for year in sorted(set(years.values()))) for category in used]
    cells = iter(rounded_parts([usd / _MILLION for one in amounts for usd in one], _DECIMALS))
    return tuple(
        Category(names[category], one, tuple(next(cells) for _ in one)) for category, one in zip(used, amounts, strict=True)
    )


def figure(plan: Plan, theme: Theme = "light", width: int = 400) -> Chart:
    """Bars of m USD, the category's name above each bar and its total behind."""
    found = categories(plan)
    if not found:
        return nothing(theme, "Nothing is spent, so there is no budget to show.")
    colours = palette(theme)
    result = frame(theme, _LEGEND + _ROW * len(found) + 4, right=44, top=_LEGEND, bottom=4)
    count = len(found[0].years)
    fills = [colours.accent, colours.tint, colours.tint2]
    for year in range(count):
        result.add_trace(
            trace(
                "bar",
                x=[one.years[year] / _MILLION for one in found],
                y=list(range(len(found))),
                orientation="h",
                width=0.28,
                marker={"color": fills[year % len(fills)], "line": {"width": 0}},
                name=f"Year {year + 1}",
                hovertext=[
                    f"<b>{one.name}</b><br>Year {year + 1}: {exact(one.years[year], 'USD')}"
                    f"<br>All years: {exact(one.total, 'USD')}"
                    for one in found
                ],
                hoverinfo="text",
            )
        )
    most = max(one.total for one in found) / _MILLION
    result.update_layout(barmode="relative")
    result.update_xaxes(hidden_axis(range=[0, most]))
    # Bars stand in the lower half of their rows, names in the upper.
    result.update_yaxes(hidden_axis(range=[len(found) - _HALF + 0.02, -_HALF - 0.2]))
    for place, one in enumerate(found):
        write(result, cut(one.name, int(width / CHARACTER)), 0, place, on="paper y", at="left bottom", shift=(0, 8))
        total = f"<b>{one.millions:,.{_DECIMALS}f}</b>"
        write(result, total, one.total / _MILLION, place, on="x y", at="left middle", shift=(6, 0))
    _legend(result, count, fills, colours.second)
    return result


def _legend(result: Chart, years: int, fills: list[str], ink: str) -> None:
    for year in range(years):
        left = 66 * year
        write(result, "■", 0, 1, at="left bottom", shift=(left, 9), colour=fills[year % len(fills)], size=14)
        write(result, f"Year {year + 1}", 0, 1, at="left bottom", shift=(left + 15, 10), colour=ink)


def headline(plan: Plan) -> str:
    """``Staff and other personnel costs are 38 % of the budget; donors pay 11.3 m USD``."""
    found = categories(plan)
    if not found:
        return "Nothing is spent"
    most = max(found, key=lambda one: one.total)
    share = most.total / sum(one.total for one in found)
    name = most.name.split(",")[0]
    return tied(f"{name} take {100 * share:.0f} % of the budget; donors pay {shown(plan.metrics['net_donor_ask'], 'USD')}")


def summary(plan: Plan) -> str:
    """Every category with its total."""
    found = categories(plan)
    if not found:
        return "Nothing is spent."
    years = counted(len(found[0].years), "year")
    told = listed([f"{one.name.split(',')[0].lower()} {one.millions:,.{_DECIMALS}f}" for one in found])
    total = sum(one.millions for one in found)
    return tied(
        f"Bar chart of the budget by UNSDG category over {years}, in m USD: {told}. Together {total:,.{_DECIMALS}f} m USD."
    )
