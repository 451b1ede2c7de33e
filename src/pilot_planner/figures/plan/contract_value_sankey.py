"""Where 100 cents of contract value go, today and under the plan: two flows on one scale, their parts named beside."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pilot_planner.figures.core.base_layout import frame, lines, nothing, wrapped, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import Palette, Theme, clear, palette
from pilot_planner.studies.planning.contract_value_split import Part, plan_dollar, today_dollar
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import listed, rounded_parts

_CENT = 1.8
"""Px of one cent, in every flow."""
_NODE = 7
_CENTS, _NAMES, _WORDS = 38, 48, 146
"""Columns right of the flow: the right edge of the cents, the left edge of the names, room for names, px."""
_BRACKETS = 80
_SIDE_BY_SIDE = 860
"""Least width of a page that has both flows side by side, px."""
_BRACKETED = 440
"""Least width of a flow with brackets, px."""
_WIDEST = 46.0
"""Most px between two parts."""
_LABEL = 19.0
"""Least distance between two labels, px."""
_CHARACTERS = 24
_OPACITY = {"light": 0.28, "dark": 0.34, "print": 0.3}
_HOLDER = {"today": "a manager's account", "plan": "a UN escrow account"}
_RECEIVERS = {"worker": "worker", "state": "state", "others": "others"}


@dataclass(frozen=True)
class Flow:
    """One of the two flows; cents rounded to one decimal and adding up to 100.0."""

    name: str
    holder: str
    parts: tuple[Part, ...]

    def cents(self, receiver: str) -> float:
        """Cents that one kind of receiver gets."""
        return round(sum(part.cents for part in self.parts if part.receiver == receiver), 1)


def flows(plan: Plan) -> tuple[Flow, ...]:
    """Today (where the evidence tells it) and the plan (where it plans work)."""
    found = []
    for name, parts in (("today", today_dollar(plan)), ("plan", plan_dollar(plan))):
        if parts:
            found.append(Flow(name, _HOLDER[name], _rounded(parts)))
    return tuple(found)


def _rounded(parts: Sequence[Part]) -> tuple[Part, ...]:
    cents = rounded_parts([part.cents for part in parts], 1, 100.0)
    return tuple(replace(part, cents=value) for part, value in zip(parts, cents, strict=True) if value > 0.0)


def figure(plan: Plan, theme: Theme = "light", width: int = 1060) -> Chart:
    """Both flows in one figure, side by side or (on a narrow page) one above the other: for documents."""
    both = flows(plan)
    if not both:
        return nothing(theme, "No work is planned, so no contract value flows.")
    return _draw(both, theme, width < _SIDE_BY_SIDE, width)


def one_flow(plan: Plan, name: str, theme: Theme = "light", width: int = 500) -> Chart:
    """``today`` or ``plan`` alone, at the same scale and height: for a page that lays them out itself."""
    found = [flow for flow in flows(plan) if flow.name == name]
    if not found:
        missing = "No work is planned, so no contract value flows." if name == "plan" else "The evidence does not tell it."
        return nothing(theme, missing)
    return _draw(tuple(found), theme, True, width, title=False, gap_of=flows(plan))


def _draw(
    both: Sequence[Flow], theme: Theme, stacked: bool, width: int, title: bool = True, gap_of: Sequence[Flow] = ()
) -> Chart:
    colours = palette(theme)
    body = max(_body(flow) for flow in gap_of or both)
    above = 34 if title else 8
    rows = len(both) if stacked else 1
    height = round(rows * (body + above) + 8)
    # A phone has no room for brackets; the headline tells the worker's share.
    brackets = not stacked or width >= _BRACKETED
    right = _NAMES + _WORDS + (_BRACKETS if brackets else 0)
    result = frame(theme, height, left=1, right=right if stacked else 1, bottom=8)
    for place, flow in enumerate(both):
        if stacked:
            domain = (0.0, 1.0)
            top = 1.0 - (place * (body + above) + above) / (height - 8)
        else:
            # Side by side the columns of labels are shares of a page of the width of a document.
            domain = (0.0, 0.19) if place == 0 else (0.45, 0.69)
            top = 1.0 - above / (height - 8)
        upward = (top - body / (height - 8), top)
        _flow(result, flow, domain, (max(0.0, upward[0]), upward[1]), body, theme, colours, brackets)
        if title:
            name = "Today" if flow.name == "today" else "Under the plan"
            words = f"<b>{name}</b> the firm pays {flow.holder}"
            write(result, words, domain[0], top, at="left bottom", shift=(0, 10), colour=colours.second)
    return result


def _body(flow: Flow) -> float:
    """Px that a flow needs in height."""
    return 100.0 * _CENT + _gap(flow) * (len(flow.parts) - 1)


def _gap(flow: Flow) -> float:
    """Least px between two parts, so that every label has its own lines."""
    need = 6.0
    for one, other in itertools.pairwise(flow.parts):
        rows = (lines(wrapped(one.label, _CHARACTERS)) + lines(wrapped(other.label, _CHARACTERS))) / 2.0
        need = max(need, _LABEL * rows - (one.cents + other.cents) / 2.0 * _CENT)
    return need


def _own_gap(flow: Flow, body: float) -> float:
    """Px between its parts: a flow with few of them is spread out, within reason."""
    return max(_gap(flow), min((body - 100.0 * _CENT) / max(1, len(flow.parts) - 1), _WIDEST))


def _flow(
    result: Chart,
    flow: Flow,
    across: tuple[float, float],
    upward: tuple[float, float],
    body: float,
    theme: Theme,
    colours: Palette,
    brackets: bool,
) -> None:
    """One flow, centred in its part of the figure."""
    fills = _fills(flow.parts, colours)
    gap = _own_gap(flow, body)
    used = 100.0 * _CENT + gap * (len(flow.parts) - 1)
    # The part of the figure is cut to what the flow needs: plotly scales each flow to its own.
    spare = (upward[1] - upward[0]) * (body - used) / body / 2.0
    upward = (upward[0] + spare, upward[1] - spare)
    centres, y = [], 0.0
    for part in flow.parts:
        centres.append(y + part.cents * _CENT / 2.0)
        y += part.cents * _CENT + gap
    ys = [0.5, 0.5, *(centre / used for centre in centres)]
    grey, dark = colours.others, colours.second
    result.add_trace(
        trace(
            "sankey",
            name=flow.name,
            arrangement="fixed",
            domain={"x": list(across), "y": list(upward)},
            textfont={"color": "rgba(0,0,0,0)", "size": 1},
            node={
                # Names stand beside the flow; plotly's own labels would lie on it.
                "label": [""] * (len(flow.parts) + 2),
                "customdata": ["The firm pays", f"Into {flow.holder}", *(part.label for part in flow.parts)],
                "color": [grey, dark, *fills],
                "x": [0.001, 0.33, *([0.999] * len(flow.parts))],
                "y": ys,
                "pad": gap,
                "thickness": _NODE,
                "line": {"width": 0},
                "hovertemplate": "%{customdata}: %{value:.1f} cents<extra></extra>",
            },
            link={
                "source": [0, *([1] * len(flow.parts))],
                "target": [1, *range(2, len(flow.parts) + 2)],
                "value": [100.0, *(part.cents for part in flow.parts)],
                "color": [clear(grey, 0.22), *(clear(fill, _OPACITY[theme]) for fill in fills)],
                "customdata": [f"Into {flow.holder}", *(part.label for part in flow.parts)],
                "hovertemplate": "%{customdata}: %{value:.1f} cents<extra></extra>",
            },
        )
    )
    _names(result, flow, across[1], upward, used, centres, colours, brackets)


def _fills(parts: Sequence[Part], colours: Palette) -> list[str]:
    kinds = {"worker": [colours.accent, colours.tint, colours.tint2], "state": [colours.state], "others": [colours.others]}
    counts = dict.fromkeys(kinds, 0)
    fills = []
    for part in parts:
        of_kind = kinds[part.receiver]
        fills.append(of_kind[min(counts[part.receiver], len(of_kind) - 1)])
        counts[part.receiver] += 1
    return fills


def _names(
    result: Chart,
    flow: Flow,
    x: float,
    upward: tuple[float, float],
    body: float,
    centres: Sequence[float],
    colours: Palette,
    brackets: bool,
) -> None:
    def height_of(px: float) -> float:
        return upward[1] - (upward[1] - upward[0]) * px / body

    whole = all(part.cents == round(part.cents) for part in flow.parts)
    for part, centre in zip(flow.parts, centres, strict=True):
        cents = f"{part.cents:.0f}" if whole else f"{part.cents:.1f}"
        ink = colours.second if part.receiver == "others" else colours.ink
        write(result, f"<b>{cents}</b>", x, height_of(centre), at="right middle", shift=(_CENTS, 0))
        write(result, wrapped(part.label, _CHARACTERS), x, height_of(centre), shift=(_NAMES, 0), colour=ink)
    for receiver, words in _RECEIVERS.items() if brackets else ():
        at = [place for place, part in enumerate(flow.parts) if part.receiver == receiver]
        if len(at) < 2:
            continue
        ends = [
            centres[at[0]] - flow.parts[at[0]].cents * _CENT / 2.0,
            centres[at[-1]] + flow.parts[at[-1]].cents * _CENT / 2.0,
        ]
        ends = [min(ends[0], centres[at[0]] - 6.0), max(ends[1], centres[at[-1]] + 6.0)]
        side = _NAMES + _WORDS + 4
        result.add_shape(
            type="line",
            xref="paper",
            yref="paper",
            xsizemode="pixel",
            xanchor=x,
            x0=side,
            x1=side,
            y0=height_of(ends[0]),
            y1=height_of(ends[1]),
            line={"color": colours.second, "width": 1},
        )
        words = f"<b>{flow.cents(receiver):.1f}</b><br>{words}"
        write(result, words, x, height_of(sum(ends) / 2.0), shift=(side + 8, 0))


def headline(plan: Plan) -> str:
    """``Of 100 cents a firm pays, the worker gets 68; today it is 8``."""
    by_name = {flow.name: flow.cents("worker") for flow in flows(plan)}
    if "plan" not in by_name:
        return "No work is planned, so no contract value flows"
    head = f"Of 100 cents a firm pays, the worker gets {by_name['plan']:.0f}"
    return f"{head}; today it is {by_name['today']:.0f}" if "today" in by_name else head


def summary(plan: Plan) -> str:
    """Every part of both flows in words."""
    parts = []
    for flow in flows(plan):
        start = "Today" if flow.name == "today" else "Under the plan"
        told = listed(
            [
                f"{part.label[0].lower() if part.label[1:2].islower() else part.label[0]}{part.label[1:]} {part.cents:.1f}"
                for part in flow.parts
            ]
        )
        parts.append(f"{start} the firm pays 100 cents into {flow.holder}: {told}.")
    return " ".join(parts) or "No work is planned, so no contract value flows."
