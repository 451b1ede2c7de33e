"""What each rights floor costs the aim of the plan, and what it protects: never an invitation to drop it."""

from __future__ import annotations

from collections.abc import Sequence

from pilot_planner.data.wording import sentence_case
from pilot_planner.figures.core.base_layout import nothing, wrapped
from pilot_planner.figures.core.chart import Chart
from pilot_planner.figures.core.horizontal_bars import Bar, Row, draw
from pilot_planner.figures.core.theme import Theme, palette
from pilot_planner.studies.explain.host_exclusion import FloorCost
from pilot_planner.text.labels import counted, exact, in_words, inline, listed, sentence, shown, tied
from pilot_planner.text.names import Names, floor_label, hosts_in_words, metric_label, metric_unit

_FREE = "costs nothing"


def figure(
    floors: Sequence[FloorCost], objective: str, theme: Theme = "light", *, names: Names | None = None, width: int = 400
) -> Chart:
    """Bars of what the objective (a metric's name) would gain without each floor; the dearest first."""
    if not floors:
        return nothing(theme, "This design holds no rights floor, so none costs anything.")
    colours = palette(theme)
    unit = metric_unit(objective)
    rows = []
    for one in sorted(floors, key=lambda floor: -(floor.cost or 0.0)):
        hosts = hosts_in_words(one.hosts_without, names or {}, "and")
        hover = f"<b>{_name(one)}</b><br>{wrapped(f'Protects {one.protects}.', 48)}"
        if one.cost:
            hover += f"<br>Costs {exact(one.cost, unit)}; without it the best plan is in {hosts}."
        text = f"<b>{shown(one.cost, unit)}</b>" if one.cost else _FREE if one.cost == 0 else "not known"
        ink = colours.ink if one.cost else colours.second
        rows.append(Row(_name(one), (Bar(0.0, one.cost or 0.0, colours.accent, text, ink, hover, 1),)))
    return draw(rows, theme, width)


def _name(one: FloorCost) -> str:
    words = sentence_case(floor_label(one.floor))
    return words if one.held_at == "held" else f"{words} ({one.held_at})"


def headline(floors: Sequence[FloorCost], objective: str) -> str:
    """How many floors cost anything, and the dearest."""
    dear = [one for one in floors if one.cost]
    if not floors:
        return "This design holds no rights floor"
    if not dear:
        which = "the one rights floor" if len(floors) == 1 else f"all {in_words(len(floors))} rights floors"
        return f"Holding {which} costs this plan nothing"
    most = max(dear, key=lambda one: one.cost or 0.0)
    verb = "costs" if len(dear) == 1 else "cost"
    label = metric_label(objective).lower()
    return tied(
        f"{counted(len(dear), 'rights floor', capital=True)} of {len(floors)} {verb} {label}; "
        f"{inline(_name(most))} most, {shown(most.cost, metric_unit(objective))}"
    )


def summary(floors: Sequence[FloorCost], objective: str) -> str:
    """Every floor: what it costs and what it protects."""
    if not floors:
        return "This design holds no rights floor."
    free = [inline(_name(one)) for one in floors if not one.cost]
    dear = [one for one in floors if one.cost]
    parts = [sentence(f"bar chart of what holding each of {counted(len(floors), 'rights floor')} costs")]
    parts += [f"{_name(one)} costs {shown(one.cost, metric_unit(objective))}; it protects {one.protects}." for one in dear]
    if free:
        parts.append(sentence(f"{listed(free)} {'costs' if len(free) == 1 else 'cost'} nothing"))
    return tied(" ".join(parts))
