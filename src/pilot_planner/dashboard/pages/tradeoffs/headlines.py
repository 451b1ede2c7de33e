"""What the Trade-offs page says: its title, what is going on, and the sentence above each part."""

from __future__ import annotations

from collections.abc import Sequence

from pilot_planner.dashboard.pages.tradeoffs.state import Ranges, Shown
from pilot_planner.design.schema import Axis
from pilot_planner.figures.tradeoffs.front_labels import headline as how_many
from pilot_planner.figures.tradeoffs.front_labels import switch_sentence, value_of
from pilot_planner.studies.pareto.front_summary import ExchangeRate, exchange_rates
from pilot_planner.studies.pareto.pareto_front import FrontPoint
from pilot_planner.text.labels import counted, inline, listed, minus, scale_for, tied
from pilot_planner.text.labels import shown as figure
from pilot_planner.text.names import Names, hosts_in_words, metric_label, metric_unit

_MOST_IN_TITLE = 2
_SMALL = 0.1


def title(front: Shown, names: Names) -> str:
    """The finding: what one more of the second axis buys of the first."""
    if not front.points:
        return {
            "running": "Looking for the plans that cannot be bettered",
            "waiting": "Looking for the plans that cannot be bettered",
            "stopped": "Stopped before a plan was found",
            "failed": "The trade-offs could not be found",
            "done": "There is nothing to trade off",
        }.get(front.status, "No plan is best in everything")
    if len(front.points) == 1 and front.status == "done":
        return "One plan is best in every respect, so there is nothing to trade off"
    rates = exchange_rates(front.points, front.axes)
    return exchange(rates, front.axes, names) if rates else how_many(front.points, front.axes, names)


def exchange(rates: Sequence[ExchangeRate], axes: Sequence[Axis], names: Names) -> str:
    """The exchange rates of the two sets of hosts with most plans, in one sentence."""
    first, second = axes[0], axes[1]
    most = sorted(rates, key=lambda one: -one.plans)[:_MOST_IN_TITLE]
    told = sorted(most, key=lambda one: -abs(one.rate))
    gain, cost = inline(metric_label(first.metric)), inline(metric_label(second.metric))
    units = metric_unit(first.metric), metric_unit(second.metric)
    if units == ("USD", "USD"):
        buys = "buys" if first.sense == "max" and second.sense == "min" and told[0].rate > 0 else "comes with"
        head = f"Each further dollar of {cost} {buys} {_dollars(told[0].rate)} dollars of {gain}"
        rest = [_dollars(one.rate) for one in told[1:]]
    else:
        step, words = (1e6, f"million dollars of {cost}") if units[1] == "USD" else (100.0, f"100 of {cost}")
        verb = "raises" if told[0].rate > 0 else "lowers"
        head = f"Each further {words} {verb} {gain} by {figure(abs(told[0].rate) * step, units[0])}"
        rest = [figure(abs(one.rate) * step, units[0]) for one in told[1:]]
    where = [hosts_in_words(one.hosts, names, "and") for one in told]
    others = [f"{rate} in {host}" for rate, host in zip(rest, where[1:], strict=True)]
    return tied(", ".join([f"{head} in {where[0]}", *others]))


def _dollars(rate: float) -> str:
    return minus(f"{rate:.1f}" if abs(rate) >= _SMALL else f"{rate:.2g}")


def lead(front: Shown, aimed: int, elsewhere: bool) -> str:
    """Below the title: what the points are and how complete they are. ``elsewhere``: the open plan was chosen from it."""
    on = listed([inline(metric_label(axis.metric)) for axis in front.axes])
    count = len(front.points)
    plans = counted(count, "plan", capital=True)
    match front.status:
        case "idle":
            text = (
                f"Some plans cannot be bettered on {on} at once: more of one costs some of another. Finding {aimed} of them "
                "takes some seconds to a minute; each appears as it is found, and you can stop at any time."
            )
        case "waiting" | "running":
            text = f"{plans} so far that cannot be bettered on {on} at once." if count else f"Plans compete on {on}."
        case "look":
            text = (
                f"{plans} that cannot be bettered on {on} at once; they follow every setting. An opened plan may differ in "
                "the third digit. The search below finds each to the last dollar, and where hosts change."
            )
        case "failed":
            text = f"The search broke off: {front.message or 'ask again'}."
            if count:
                text += f" {plans} found until then {'stays' if count == 1 else 'stay'} below; there may be others."
        case "stopped":
            text = (
                f"Stopped early. {plans} found until then {'stays' if count == 1 else 'stay'} below; there may be others "
                "between and beyond."
                if count
                else "Nothing had been found yet. Start again, or aim at fewer plans."
            )
        case _:
            text = f"{plans} that cannot be bettered on {on} at once." if count > 1 else "No other plan gains on any axis."
            text += f" {front.message}" if count > 1 and front.message else ""
    rates = exchange_rates(front.points, front.axes)
    if count > 1 and rates:
        text += " Rates are means over the plans of a set of hosts. Select a point to compare its plan."
    if elsewhere:
        text += " These are the trade-offs from which the open plan was chosen."
    return text.replace("..", ".")


def scatter_title(front: Shown, names: Names) -> str:
    """Where the hosts change, if they do."""
    across = front.axes[1].metric if len(front.axes) > 1 else ""
    along = [one for one in front.switches if one.metric == across] or list(front.switches)
    return switch_sentence(along[0], names).rstrip(".") if along else how_many(front.points, front.axes, names)


def kept_title(points: Sequence[FrontPoint], left: Sequence[FrontPoint], axes: Sequence[Axis], ranges: Ranges | None) -> str:
    """How many plans are within the ranges, and what they have in common."""
    if not ranges:
        most = max(points, key=lambda point: _for_better(point, axes[0])) if points else None
        if most is None:
            return "No plan has been found yet"
        first, second = axes[0].metric, axes[1].metric
        return tied(
            f"The plan with the best {inline(metric_label(first))}, {figure(most.axes[first], metric_unit(first))}, has "
            f"{inline(metric_label(second))} of {figure(most.axes[second], metric_unit(second))}"
        )
    words = listed([_range_words(points, name, pairs) for name, pairs in ranges.items()])
    if not left:
        return tied(f"None of {counted(len(points), 'plan')} has {words}")
    text = f"{counted(len(left), 'plan', capital=True)} of {len(points)} {'has' if len(left) == 1 else 'have'} {words}"
    other = next((axis for axis in axes if axis.metric not in ranges), None)
    if other is None:
        return tied(text)
    values = [point.axes[other.metric] for point in left]
    unit, label = metric_unit(other.metric), inline(metric_label(other.metric))
    low, high = figure(min(values), unit), figure(max(values), unit)
    # Along axes the search has looked everywhere; by another figure only these plans are known.
    of, then = ("", " then") if ranges.keys() <= {axis.metric for axis in axes} else ("their ", "")
    return tied(f"{text}; {of}{label} is {low}" if low == high else f"{text}; {of}{label} is{then} between {low} and {high}")


def sieved(points: Sequence[FrontPoint], axes: Sequence[Axis], ranges: Ranges | None) -> str:
    """What a filter by figures that are no axes cannot tell; empty where every filtered figure is an axis."""
    own = {axis.metric for axis in axes}
    other = [name for name in ranges or {} if name not in own]
    if not other:
        return ""
    names = listed([inline(metric_label(name)) for name in other])
    are = "is no axis" if len(other) == 1 else "are no axes"
    return (
        f"{names[:1].upper()}{names[1:]} {are} of this search, so the filter only sieves the {counted(len(points), 'plan')} "
        f"that {'is' if len(points) == 1 else 'are'} there: the best plan within these ranges need not be among them. "
        "It can be solved for:"
    )


def limits_of(points: Sequence[FrontPoint], ranges: Ranges | None) -> dict[str, float]:
    """The ranges as limits of a design, by path and in their own units; only figures with one range become limits."""
    found: dict[str, float] = {}
    for name, pairs in (ranges or {}).items():
        if len(pairs) != 1:
            continue
        scale = scale_for(metric_unit(name), (value_of(point, name) for point in points))
        for side, end in zip(("min", "max"), pairs[0], strict=True):
            if end is not None:
                found[f"limits.{name}.{side}"] = float(f"{end * scale.divisor:.10g}")
    return found


def _range_words(points: Sequence[FrontPoint], name: str, pairs: Sequence[Sequence[float | None]]) -> str:
    unit = metric_unit(name)
    scale = scale_for(unit, (value_of(point, name) for point in points))

    def end(value: float) -> str:
        return figure(value * scale.divisor, unit)

    told = []
    for low, high in pairs:
        if low is None:
            told.append("any value" if high is None else f"at most {end(high)}")
        else:
            told.append(f"at least {end(low)}" if high is None else f"between {end(low)} and {end(high)}")
    return f"{inline(metric_label(name))} {' or '.join(told)}"


def _for_better(point: FrontPoint, axis: Axis) -> float:
    return point.axes[axis.metric] * (1.0 if axis.sense == "max" else -1.0)
