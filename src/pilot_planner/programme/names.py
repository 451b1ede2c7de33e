"""Names that a design uses, against those that the programme and the inputs know."""

from __future__ import annotations

from collections.abc import Iterable

from pilot_planner.data.inputs import in_words
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.data.units import how_to_write
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, Place
from pilot_planner.programme.limits import find_limit, known_limits
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.own_limits import KnownNames, own_limits_at_fault
from pilot_planner.programme.ratios import RATIOS


def unknown_names(design: Design, known: KnownNames) -> list[Fault]:
    """Every name of a design that is not known, with the nearest that is: limits, metrics, exclusions, waivers, levels."""
    return [
        *_limits(design),
        *_metrics(design),
        *_exclusions(design, known),
        *_required(design, known),
        *_hosts_named(design, known),
        *_levels(design, known),
        *_shortfalls(design),
        *_lifted(design),
        *_allowed(design, known),
        *own_limits_at_fault(design, known),
    ]


def _limits(design: Design) -> Iterable[Fault]:
    for key, bounds in design.limits.items():
        limit = find_limit(key, design)
        if limit is None:
            fix = did_you_mean(key, known_limits(design))
            yield Fault(Place(f"limits.{key}"), "no such limit", "the key of a limit, metric or ratio", fix)
            continue
        for side, bound in (("min", bounds.min), ("max", bounds.max)):
            if bound is None:
                continue
            if side not in limit.sides:
                expected = f"limits.{key}.{limit.sides[0]}"
                yield Fault(Place(f"limits.{key}.{side}"), "this limit has no such side", expected, "correct it")
            least, most = limit.range
            if (least is not None and bound < least) or (most is not None and bound > most):
                what = f"limits.{key}.{side} = {bound:g} is out of bounds"
                expected = f"a {limit.unit} {in_words(least, most)}"
                yield Fault(Place(f"limits.{key}.{side}"), what, expected, how_to_write(bound, most, limit.unit == "share"))


def _metrics(design: Design) -> Iterable[Fault]:
    wanted = [("objective.metric", design.objective.metric, design.objective.sense)]
    wanted += [("tradeoffs.axes", axis.metric, axis.sense) for axis in design.tradeoffs.axes]
    for place, name, sense in wanted:
        metric = METRICS.get(name)
        if metric is None:
            what = f"{name!r} is a ratio" if name in RATIOS else f"{name!r} is not a metric"
            fix = did_you_mean(name, METRICS, fallback=f"one of {', '.join(METRICS)}")
            yield Fault(Place(place), what, "a metric", fix)
        elif sense not in metric.senses:
            yield Fault(Place(place), f"{name!r} cannot be made {sense}", metric.senses[0], "change the sense")


def _exclusions(design: Design, known: KnownNames) -> Iterable[Fault]:
    names = {*known.hosts, *known.sectors, *(f"{h}.{s}" for h in known.hosts for s in known.sectors)}
    for name in design.exclusions:
        if name not in names:
            yield Fault(
                Place("exclusions"), f"{name!r} is not known", "a sector, ISO3 or ISO3.sector", did_you_mean(name, names)
            )


def _allowed(design: Design, known: KnownNames) -> Iterable[Fault]:
    lists = (
        ("hosts", design.hosts, known.hosts, "ISO3 of candidates"),
        ("sectors", design.sectors, known.sectors, "sectors"),
    )
    for table, one, names, what in lists:
        place = Place(f"{table}.allowed")
        for name in one.allowed:
            if name not in names:
                yield Fault(place, f"{name!r} is not known", what, did_you_mean(name, names))


def _required(design: Design, known: KnownNames) -> Iterable[Fault]:
    parts = (*known.sectors, *design.oversight.levels)
    names = {*known.hosts, *(f"{h}.{part}" for h in known.hosts for part in parts)}
    out = set(design.exclusions)
    levels: dict[str, str] = {}
    for name in design.required:
        host, _, part = name.partition(".")
        if name not in names:
            expected = "an ISO3, ISO3.sector or ISO3.level that may be chosen"
            yield Fault(Place("required"), f"{name!r} is not known", expected, did_you_mean(name, names))
        elif design.leaves_out_host(host) or (part in known.sectors and design.leaves_out_sector(part)) or name in out:
            by = "exclusions" if out & {host, part, name} else "the list of what is allowed"
            yield Fault(Place("required"), f"{name!r} is left out by {by}", "one or the other", "remove one of them")
        elif part in design.oversight.levels and levels.setdefault(host, part) != part:
            what = f"{host} cannot be at {levels[host]!r} and {part!r} at once"
            yield Fault(Place("required"), what, "one level for each host", "remove one of them")


def _hosts_named(design: Design, known: KnownNames) -> Iterable[Fault]:
    for table, hosts in (("waivers", design.waivers), ("closures", design.closures)):
        for name in hosts:
            if name not in known.hosts:
                fix = did_you_mean(name, known.hosts)
                yield Fault(Place(f"{table}.{name}"), "no such host", "ISO3 of a candidate", fix)


def _levels(design: Design, known: KnownNames) -> Iterable[Fault]:
    levels = design.oversight.levels
    for name in levels:
        if name not in known.levels:
            fix = did_you_mean(name, known.levels)
            yield Fault(Place("oversight.levels"), f"{name!r} is not a level", ", ".join(known.levels), fix)
    if len(set(levels)) < len(levels):
        yield Fault(Place("oversight.levels"), "a level stands twice", "each level once", "remove one")


def _shortfalls(design: Design) -> Iterable[Fault]:
    for key in () if design.hedge is None else design.hedge.shortfall_of:
        limit = find_limit(key, design)
        if limit is None:
            fix = did_you_mean(key, known_limits(design))
            yield Fault(Place(f"hedge.shortfall_of.{key}"), "no such limit", "the key of a limit, metric or ratio", fix)


def _lifted(design: Design) -> Iterable[Fault]:
    """A programme that grows may outgrow money and capacity of the pilot, never a safeguard or the law."""
    for bound in design.scale.lifted:
        key, _, side = bound.partition(".")
        limit = find_limit(key, design)
        if limit is None or side not in limit.sides:
            fix = did_you_mean(bound, (f"{one}.{side}" for one in known_limits(design) for side in ("min", "max")))
            yield Fault(Place("scale.lifted"), f"{bound!r} is not a bound of a limit", "KEY.min or KEY.max", fix)
        elif limit.kind_of("max" if side == "max" else "min") not in ("money", "capacity"):
            kind = limit.kind_of("max" if side == "max" else "min")
            yield Fault(Place("scale.lifted"), f"{bound!r} is a {kind} limit", "a limit on money or capacity", "remove it")
