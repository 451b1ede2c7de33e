"""What a tenth more or less of each limit does to the best plan: bars to both sides of it, cliffs in the alert colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilot_planner.figures.core.base_layout import nothing
from pilot_planner.figures.core.chart import Chart
from pilot_planner.figures.core.horizontal_bars import Bar, Key, Row, draw
from pilot_planner.figures.core.theme import Palette, Theme, palette
from pilot_planner.studies.explain.price_records import Price, Resolve
from pilot_planner.studies.explain.shadow_prices import Prices
from pilot_planner.studies.planning.limit_status import shown as bound_in_words
from pilot_planner.text.labels import Scale, counted, defined, inline, listed, scale_for, shown, signed, tied
from pilot_planner.text.labels import change as on_scale
from pilot_planner.text.names import Names, hosts_in_words, metric_label, metric_unit

_NOTHING = 1e-6
"""Relative change of the objective below which a limit is worth nothing."""
MOST = 8
_COUNTS = ("count", "posts", "persons")


@dataclass(frozen=True, slots=True)
class Effect:
    """Change of the objective when one limit is moved; None where no plan is left, ``cliff`` where the hosts change."""

    price: Price
    tighter: float | None
    looser: float | None
    cliff: bool

    @property
    def size(self) -> float:
        """The larger of the two; having no plan counts most."""
        if self.price.tighter is not None and self.tighter is None:
            return float("inf")
        return max(abs(self.tighter or 0.0), abs(self.looser or 0.0))


def effects(prices: Prices) -> list[Effect]:
    """Limits whose change matters, the largest effect first."""
    best = prices.plan.outcome.objective or 0.0
    hosts = "+".join(sorted(host.iso3 for host in prices.plan.hosts))
    found = []
    for one in prices.prices:
        if one.looser is None and one.tighter is None:
            continue
        tighter, looser = _change(one.tighter, best), _change(one.looser, best)
        cliff = one.tighter is not None and one.tighter.hosts not in ("", hosts)
        effect = Effect(one, tighter, looser, cliff)
        if effect.size > _NOTHING * max(1.0, abs(best)):
            found.append(effect)
    return sorted(found, key=lambda effect: -effect.size)


def _change(resolve: Resolve | None, best: float) -> float | None:
    if resolve is None or defined(resolve.objective) is None:
        return None
    return (resolve.objective or 0.0) - best


def figure(
    prices: Prices, theme: Theme = "light", *, names: Names | None = None, width: int = 560, most: int = MOST
) -> Chart:
    """The bars of the ``most`` limits that matter most."""
    found = effects(prices)[:most]
    if not found:
        return nothing(theme, "No limit is worth anything here: a tenth more or less of each leaves the plan as good.")
    colours = palette(theme)
    unit = metric_unit(prices.objective)
    scale = scale_for(unit, [change for one in found for change in (one.tighter, one.looser)])
    rows = [Row(_name(one.price), _bars(one, unit, scale, colours, names or {})) for one in found]
    keys = [Key(colours.others, "10\u00a0% tighter"), Key(colours.accent, "10\u00a0% looser")]
    if any(one.cliff or (one.tighter is None and one.price.tighter is not None) for one in found):
        keys.append(Key(colours.alert, "a cliff"))
    label = metric_label(prices.objective).lower()
    axis = f"Change of {label}{f', {scale.unit}' if scale.unit else ''}"
    return draw(rows, theme, width, keys, axis=axis)


def _name(price: Price) -> str:
    return f"{price.label}, at {'most' if price.side == 'max' else 'least'} {tied(bound_in_words(price.bound, price.unit))}"


def _bars(one: Effect, unit: str, scale: Scale, colours: Palette, names: Names) -> tuple[Bar, ...]:
    bars = []
    ends = (
        ("tighter", one.price.tighter, one.tighter, colours.others),
        ("looser", one.price.looser, one.looser, colours.accent),
    )
    sides = _sides(one)
    for word, resolve, change, fill in ends:
        if resolve is None:
            continue
        where = tied(bound_in_words(round(resolve.bound, 6), one.price.unit))
        if change is None:
            hover = f"<b>{one.price.label}</b><br>{where}: no plan"
            bars.append(Bar(0.0, 0.0, colours.alert, "<b>no plan</b>", colours.alert, hover, sides[word]))
            continue
        steep = word == "tighter" and one.cliff
        hosts = f" in {hosts_in_words(resolve.hosts, names, 'and')}" if resolve.hosts else ""
        hover = f"<b>{one.price.label}</b><br>{where}: {shown(resolve.objective, unit)}{hosts}, {signed(change, unit)}"
        ink = colours.alert if steep else colours.second if word == "tighter" else colours.accent
        text = f"<b>{on_scale(change, scale)}</b>"
        end = scale.of(change) or 0.0
        bars.append(Bar(0.0, end, colours.alert if steep else fill, text, ink, hover, sides[word]))
    return tuple(bars)


def _sides(one: Effect) -> dict[str, int]:
    """On which side each text stands, so that two texts never lie on each other: a gain on the right, a loss on the left."""
    better = 1 if (one.looser or 0.0) >= (one.tighter or 0.0) else -1
    return {"looser": better, "tighter": -better}


def headline(prices: Prices) -> str:
    """The limit that is worth most, and whether one is a cliff."""
    found = effects(prices)
    if not found:
        return "No limit is worth anything: a tenth more or less of each leaves the plan as good"
    unit, label = metric_unit(prices.objective), metric_label(prices.objective).lower()
    most = found[0]
    if most.tighter is None and most.price.tighter is not None:
        return f"No limit is harder than that on {inline(most.price.label)}: a step tighter leaves no plan"
    step = "a step" if most.price.unit in _COUNTS else "a tenth"
    name = inline(most.price.label)
    head = f"Nothing matters more than the limit on {name}: {step} tighter, {label} changes by {signed(most.tighter, unit)}"
    cliffs = [inline(one.price.label) for one in found if one.cliff and one is not most]
    if most.cliff:
        head += " and the hosts change"
    if cliffs:
        head += f"; {listed(cliffs)} {'is a cliff' if len(cliffs) == 1 else 'are cliffs'}{' too' if most.cliff else ''}"
    return tied(head)


def summary(prices: Prices) -> str:
    """Every limit that matters with both changes."""
    found = effects(prices)
    unit, label = metric_unit(prices.objective), metric_label(prices.objective).lower()
    if not found:
        return f"No limit changes {label} when it is moved by a tenth."
    told = []
    for one in found[:MOST]:
        parts = []
        for word, resolve, change in (("tighter", one.price.tighter, one.tighter), ("looser", one.price.looser, one.looser)):
            if resolve is not None:
                parts.append(f"{word} {'no plan' if change is None else signed(change, unit)}")
        told.append(f"{_name(one.price)}: {', '.join(parts)}{' (other hosts)' if one.cliff else ''}")
    start = f"Bar chart of the change of {label} when a limit is moved by a tenth, counts by at least one; "
    return tied(f"{start}{counted(len(found), 'limit')} of {len(prices.prices)} {_matter(found)}. {'; '.join(told)}.")


def _matter(found: Sequence[Effect]) -> str:
    return "matters" if len(found) == 1 else "matter"
