"""Plans side by side: which are compared, and the tables of what differs. Pure functions of plans and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pilot_planner.dashboard.layout.components import folded, linked_table, section, table
from pilot_planner.dashboard.pages.compare.saved_plans import Saved
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import Question, page_values, read_address, with_page_values
from pilot_planner.dashboard.runtime.visitor_state import answer_to
from pilot_planner.data.wording import sentence_case
from pilot_planner.design.schema import Design
from pilot_planner.errors import InputError
from pilot_planner.figures.plan.compare_bars import Column
from pilot_planner.studies.planning.comparison import Line, side_by_side
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import counted, listed, shown, signed
from pilot_planner.text.names import (
    Names,
    better,
    hosts_in_words,
    metric_label,
    metric_unit,
    path_label,
    path_unit,
)

MOST = 4
_FIRST_METRICS = (
    "worker_income", "secured_income", "operating_cost", "net_donor_ask", "state_revenue", "expected_state_take",
    "funds_at_risk_share", "peak_workers", "people_reached", "net_pay_per_worker_month", "operating_cost_per_worker_month",
)  # fmt: skip
_RATIOS_BETTER = {
    "funds_at_risk_share": "min",
    "operating_cost_per_worker_month": "min",
    "operating_cost_per_usd_secured": "min",
    "net_pay_per_worker_month": "max",
}
_NO_EFFECT = ("tradeoffs.axes",)
"""Settings that change no plan."""
_MOST_IN_A_LIST = 4


@dataclass(frozen=True)
class Compared:
    """One plan of the comparison; without a plan, ``problem`` says why."""

    name: str
    search: str
    plan: Plan | None
    problem: str = ""


def chosen(planner: Planner, search: str | None) -> list[str]:
    """Addresses of the other plans that an address compares with, as the dashboard itself writes them, without repeats."""
    try:
        own = read_address(search, planner.models, planner.first).search
    except InputError:
        own = ""
    found: list[str] = []
    for text in page_values(search, "with"):
        try:
            plain = read_address(text, planner.models, planner.first).search
        except InputError:
            plain = text
        if plain not in (own, *found):
            found.append(plain)
    return found[: MOST - 1]


def compared(planner: Planner, own: Question, others: Sequence[str], saved: Saved, names: Names) -> list[Compared]:
    """The present plan and the others, solved."""
    found = []
    for place, search in enumerate([own.search, *others]):
        answer = answer_to(planner, search)
        kept = next((one["name"] for one in saved if one["search"] == search), "")
        if answer.plan is None:
            why = "; ".join(answer.messages) or "there is no plan"
            found.append(Compared(kept or f"Link {place}", search, None, why))
            continue
        hosts = hosts_in_words("+".join(sorted(host.iso3 for host in answer.plan.hosts)), names)
        fallback = "Present plan" if place == 0 else f"Link {place}: {hosts}"
        found.append(Compared(kept or fallback, search, answer.plan))
    return found


def columns(plans: Sequence[Compared]) -> list[Column]:
    """What the bars are drawn from."""
    return [Column(one.name, {**one.plan.metrics, **one.plan.ratios}) for one in plans if one.plan is not None]


def differences(plans: Sequence[Compared], names: Names) -> list[Any]:
    """Settings, choices and metrics: what differs first, what is equal folded."""
    solved = [one for one in plans if one.plan is not None]
    found = side_by_side([one.plan for one in solved if one.plan is not None])
    heads = [one.name for one in solved]
    designs = [one.plan.design for one in solved if one.plan is not None]
    settings = [line for line in found.settings if line.name not in _NO_EFFECT]
    parts = [_section("setting", "settings", settings, heads, names, partial(setting_cells, designs=designs))]
    parts.append(_section("choice", "choices", found.choices, heads, names, choice_cells))
    order = {name: place for place, name in enumerate(_FIRST_METRICS)}
    metrics = sorted(found.metrics, key=lambda line: order.get(line.name, len(order)))
    parts.append(_section("figure", "figures", metrics, heads, names, metric_cells, first=set(order)))
    return parts


def _section(
    one: str, many: str, lines: Sequence[Line], heads: Sequence[str], names: Names, cells: Any, first: set[str] | None = None
) -> Any:
    different, equal = [line for line in lines if not line.same], [line for line in lines if line.same]
    title = f"{counted(len(different), one, many, capital=True)} {'differs' if len(different) == 1 else 'differ'}"
    subs = {
        "settings": "As asked for; what binds depends on all of them",
        "choices": "Oversight level of each host and worker cap of each placement",
        "figures": "The better one in bold where one direction is better; change against the first plan",
    }
    top = ["", *heads]
    body: list[Any] = []
    if different:
        leading = [line for line in different if first is None or line.name in first]
        rest = [line for line in different if line not in leading]
        rows = [cells(line, names) for line in leading]
        body.append(linked_table(top, rows, label=f"What differs: {many}", look="pp-wrap" if many == "settings" else ""))
        if rest:
            more = [cells(line, names) for line in rest]
            label = f"What else differs: {many}"
            body.append(
                folded(f"Show {counted(len(rest), one, many)} more that differ", linked_table(top, more, label=label))
            )
    if equal:
        same = [cells(line, names)[:2] for line in equal]
        words = counted(len(equal), one, many)
        body.append(
            folded(f"Show {words} that {'is' if len(equal) == 1 else 'are'} equal", table(("", "In every plan"), same))
        )
    return section(title, subs[many], *body)


def setting_cells(line: Line, names: Names, designs: Sequence[Design] = ()) -> list[str]:
    """A setting in words with its value in every plan; of lists only what is not in all of them."""
    # The design that has a limit of its own knows its label and unit.
    knows = next((one for one in designs if line.name.split(".")[1:2] and line.name.split(".")[1] in one.rules), None)
    unit = path_unit(line.name, design=knows)
    label = path_label(line.name, names, knows) if "." in line.name else sentence_case(line.name.replace("_", " "))
    lists = [value for value in line.values if isinstance(value, list | tuple)]
    if lists:
        common = [one for one in lists[0] if len(lists) == len(line.values) and all(one in other for other in lists)]
        common = [] if line.same else common
        return [label, *(_list_words(value, common, names) for value in line.values)]
    return [label, *(_value_words(value, unit) for value in line.values)]


def _list_words(value: Any, common: Sequence[Any], names: Names) -> str:
    rest = [_item_words(one, names) for one in value or () if one not in common]
    if not rest:
        return "nothing more" if common else "–"
    more = len(rest) - _MOST_IN_A_LIST
    text = ", ".join(rest[:_MOST_IN_A_LIST]) + (f" and {more} more" if more > 0 else "")
    return f"also {text}" if common else text


def _item_words(one: Any, names: Names) -> str:
    if isinstance(one, dict):
        if {"usd", "month"} <= one.keys():
            return f"{shown(float(one['usd']), 'USD')} in month {one['month']}"
        return ", ".join(f"{key} {value:,}" if isinstance(value, int | float) else str(value) for key, value in one.items())
    host, _, part = str(one).partition(".")
    words = names.get(host, host.replace("_", " "))
    return f"{words}, {names.get(part, part.replace('_', ' ')).lower()}" if part else words


def _value_words(value: Any, unit: str) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return shown(float(value), unit) if unit else f"{value:,.6g}"
        case _:
            return str(value).replace("_", " ")


def choice_cells(line: Line, names: Names) -> list[str]:
    """A host's level, or a placement's cap, in every plan."""
    host, *rest = line.name.split(".")
    where = names.get(host, host)
    if rest[0] == "oversight_level":
        return [f"{where}, oversight", *(value or "not chosen" for value in line.values)]
    sector = names.get(rest[0], rest[0].replace("_", " ")).lower()
    caps = ("none" if value is None else shown(float(value), "persons") for value in line.values)
    return [f"{where}, {sector}, worker cap", *caps]


def metric_cells(line: Line, names: Names) -> list[str]:
    """A figure in every plan with the change against the first; the best in bold where one direction is better."""
    unit = metric_unit(line.name)
    best = best_of(line)
    first = line.values[0]
    cells = []
    for place, value in enumerate(line.values):
        text = shown(value, unit)
        if place and value is not None and first is not None and not line.same:
            text += f" ({signed(value - first, unit).removesuffix(chr(160) + 'USD')})"
        cells.append(f"**{text}**" if place in best and not line.same else text)
    return [metric_label(line.name), *cells]


def best_of(line: Line) -> set[int]:
    """Places of the best values; none where neither direction is better or nothing can be compared."""
    sense = better(line.name) or _RATIOS_BETTER.get(line.name)
    told = [value for value in line.values if value is not None]
    if sense is None or len(told) < 2:
        return set()
    best = min(told) if sense == "min" else max(told)
    return {place for place, value in enumerate(line.values) if value is not None and _close(value, best)}


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= _SAME * max(1.0, abs(a), abs(b))


_SAME = 1e-9


def headline(plans: Sequence[Compared]) -> str:
    """The finding of a comparison: the best of the present plan's aim, and by how much."""
    solved = [(one.plan, one.name) for one in plans if one.plan is not None]
    if len(solved) < 2:
        return "Compare the present plan with others"
    aim = solved[0][0].design.objective
    name, sense = aim.metric, aim.sense
    values = [(plan.metrics[name], own) for plan, own in solved]
    best = max(values) if sense == "max" else min(values)
    worst = min(values) if sense == "max" else max(values)
    unit, label = metric_unit(name), metric_label(name).lower()
    if _close(best[0], worst[0]):
        return f"{listed([own for _, own in solved])} have the same {label}, {shown(best[0], unit)}"
    word = "more" if sense == "max" else "less"
    return f"{best[1]} has {shown(abs(best[0] - worst[0]), unit)} {word} {label} than {worst[1]}"


def comparison_link(planner: Planner, search: str | None, asked: str) -> str | tuple[str, str]:
    """What adds a plan to the comparison of this address or takes it out: a text with where it leads, or why it does not."""
    taken = chosen(planner, search)
    try:
        own = read_address(search, planner.models, planner.first).search
    except InputError:
        own = ""
    if asked == own:
        return "Present plan"
    if asked in taken:
        return "Take out", link_with(own, [other for other in taken if other != asked])
    if len(taken) >= MOST - 1:
        return f"At most {MOST}"
    return "Add", link_with(own, [*taken, asked])


def link_with(search: str, others: Sequence[str]) -> str:
    """The address of this comparison."""
    return "/compare" + with_page_values(search, "with", list(others))
