"""Two to four plans side by side: a group of bars for each figure, each figure on its own scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilot_planner.figures.core.base_layout import CHARACTER, box, cut, frame, hidden_axis, nothing, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import Theme, palette
from pilot_planner.text.labels import counted, defined, exact, inline, listed, shown, signed, tied
from pilot_planner.text.names import metric_label, metric_unit

FIGURES = (
    "worker_income",
    "operating_cost",
    "net_donor_ask",
    "state_revenue",
    "funds_at_risk_share",
    "peak_workers",
    "net_pay_per_worker_month",
    "operating_cost_per_worker_month",
)
MOST = 4
_BAR, _NAME, _TOP, _RIGHT = 18, 30, 28, 150
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Column:
    """One plan to be compared: its name and its metrics and ratios by name."""

    name: str
    figures: Mapping[str, float | None]


def figure(plans: Sequence[Column], theme: Theme = "light", *, wanted: Sequence[str] = FIGURES, width: int = 560) -> Chart:
    """The groups; behind each bar its value, and its change against the first plan.

    Raises ValueError for more than four plans: nobody can read them.
    """
    if len(plans) > MOST:
        raise ValueError(f"at most {MOST} plans can be compared in one figure, not {len(plans)}")
    names = [name for name in wanted if any(defined(plan.figures.get(name)) is not None for plan in plans)]
    if len(plans) < 2 or not names:
        return nothing(theme, "Choose two plans or more to compare them.")
    colours = palette(theme)
    fills = [colours.accent, colours.others, colours.tint, colours.tint2]
    group = _NAME + _BAR * len(plans) + 8
    height = _TOP + group * len(names) + 2
    right = min(_RIGHT, width // 2)
    result = frame(theme, height, left=1, right=right, top=_TOP, bottom=2)
    # One unit of the vertical axis is one px, from the top.
    result.update_xaxes(hidden_axis(range=[0.0, 1.0]))
    result.update_yaxes(hidden_axis(range=[group * len(names), 0]))
    for turn, plan in enumerate(plans):
        values = [defined(plan.figures.get(name)) for name in names]
        most = [_most(plans, name) for name in names]
        at = [place * group + _NAME + _BAR * turn + _BAR / 2.0 for place in range(len(names))]
        result.add_trace(
            trace(
                "bar",
                x=[abs(value or 0.0) / one for value, one in zip(values, most, strict=True)],
                y=at,
                width=_BAR - 5,
                orientation="h",
                marker={"color": fills[turn], "line": {"width": 0}},
                hovertext=[_hover(plan, plans[0], name) for name in names],
                hoverinfo="text",
                name=plan.name,
            )
        )
        for name, value, one, y in zip(names, values, most, at, strict=True):
            text = f"{shown(value, metric_unit(name))}{_against(plan, plans[0], name) if turn else ''}"
            write(result, text, abs(value or 0.0) / one, y, on="x y", at="left middle", shift=(6, 0))
    for place, name in enumerate(names):
        label = cut(metric_label(name), int(width / CHARACTER))
        write(result, label, 0, place * group + _NAME, on="paper y", at="left bottom", shift=(0, 4))
    _legend(result, [plan.name for plan in plans], fills, width)
    return result


def _most(plans: Sequence[Column], name: str) -> float:
    return max((abs(value) for plan in plans if (value := defined(plan.figures.get(name))) is not None), default=0.0) or 1.0


def _change(plan: Column, first: Column, name: str) -> float | None:
    a, b = defined(first.figures.get(name)), defined(plan.figures.get(name))
    return None if a is None or b is None else b - a


def _against(plan: Column, first: Column, name: str) -> str:
    change = _change(plan, first, name)
    if change is None:
        return ""
    if abs(change) <= _SAME * max(1.0, abs(first.figures.get(name) or 0.0)):
        return " (same)"
    return f" ({signed(change, metric_unit(name)).removesuffix(f'{chr(160)}USD')})"


def _hover(plan: Column, first: Column, name: str) -> str:
    text = f"<b>{plan.name}</b><br>{metric_label(name)}: {exact(plan.figures.get(name), metric_unit(name))}"
    return text if plan is first else f"{text}{_against(plan, first, name)}"


def _legend(result: Chart, names: Sequence[str], fills: Sequence[str], width: int) -> None:
    room = width / len(names) - 26
    start = 0.0
    for name, fill in zip(names, fills, strict=False):
        words = cut(name, max(4, int(room / CHARACTER)))
        write(result, "■", 0, 1, at="left bottom", shift=(start, 9), colour=fill, size=14)
        write(result, words, 0, 1, at="left bottom", shift=(start + 15, 10), hovertext=name)
        start += box(words)[0] + 30


def headline(plans: Sequence[Column], objective: str = "worker_income") -> str:
    """Which plan has most of the aim and which least."""
    told = [(plan.name, value) for plan in plans if (value := defined(plan.figures.get(objective))) is not None]
    if len(told) < 2:
        return "There are no two plans to compare"
    unit, label = metric_unit(objective), inline(metric_label(objective))
    most, least = max(told, key=lambda one: one[1]), min(told, key=lambda one: one[1])
    if most[1] - least[1] <= _SAME * max(1.0, abs(most[1])):
        return tied(f"All {counted(len(told), 'plan')} have the same {label}, {shown(most[1], unit)}")
    return tied(f"{most[0]} has most {label}, {shown(most[1], unit)}; {least[0]} least, {shown(least[1], unit)}")


def summary(plans: Sequence[Column], wanted: Sequence[str] = FIGURES) -> str:
    """Every figure of every plan."""
    if len(plans) < 2:
        return "There are no two plans to compare."
    parts = [f"Bar charts that compare {counted(len(plans), 'plan')}: {listed([plan.name for plan in plans])}."]
    for name in wanted:
        values = [shown(plan.figures.get(name), metric_unit(name)) for plan in plans]
        parts.append(f"{metric_label(name)}: {', '.join(values)}.")
    return tied(" ".join(parts))
