"""What events do to a design and to a plan that is signed: settings, and the decisions that are left."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pilot_planner.data.events import ANY, EVENTS, OF_INPUTS, Effect, Event, events_of, number_in
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.design.loading import validated
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, InputError, Place

if TYPE_CHECKING:
    from pilot_planner.studies.uncertainty.trial import HeldPlan

_SET_UP = "programme.lead_periods"
_WITH_PERIOD = ("arrivals.", "workers.", "in_kind.", "family.")


def settings_of_names(names: Iterable[str], design: Design, inputs: Inputs) -> dict[str, Any]:
    """Settings of events by their names, in the order in which they are given.

    Raises InputError with every name that no event has, every event that the ones before exclude, and every one that
    changes nothing of this design.
    """
    known = {one.name: one for one in events_of(inputs)}
    expected = f"an event of {inputs.origin}/{EVENTS}"
    faults: list[Fault] = []
    found: list[Event] = []
    for name in dict.fromkeys(names):
        place = Place(f"--event {name}")
        event = known.get(name)
        if event is None:
            of_hosts = [other for other in known if other.partition(".")[0] == name]
            fix = f"name the host as well: {of_hosts[0]}" if of_hosts else did_you_mean(name, known, fallback="name another")
            faults.append(Fault(place, "no such event", expected, fix))
        elif excluding := next((one for one in found if event.one_of and event.one_of == one.one_of), None):
            faults.append(Fault(place, f"cannot happen together with {excluding.name}", "one of the two", "leave one out"))
        elif not settings_of([event], design, inputs):
            what, fix = "changes nothing of this design", "it is so already, or the design does not rest on it"
            faults.append(Fault(place, what, "an event that matters here", fix))
        else:
            found.append(event)
    if faults:
        raise InputError(faults)
    return settings_of(found, design, inputs)


Trees = dict[tuple[tuple[str, Any], ...], Any]
"""A design as plain values by what events have set in it; for whoever asks about many events of one design."""


def settings_of(events: Iterable[Event], design: Design, inputs: Inputs, trees: Trees | None = None) -> dict[str, Any]:
    """Settings, as ``--set`` takes them, that make a design and inputs what they are if these events happen.

    Events act one after the other, each on what the ones before have left. What an event would not change is left out.
    """
    found: dict[str, Any] = {}
    trees = {} if trees is None else trees
    for event in events:
        tree = _tree(design, found, trees)
        for effect in event.effects:
            if effect.path.startswith(OF_INPUTS):
                found |= _of_input(effect, inputs, found)
            else:
                found |= _of_design(effect, design, inputs, tree)
    return found


def _tree(design: Design, settings: Mapping[str, Any], trees: Trees) -> Any:
    of_design = {path: value for path, value in settings.items() if not path.startswith(OF_INPUTS)}
    key = tuple(sorted(of_design.items()))
    if key not in trees:
        trees[key] = (changed(design, of_design) if of_design else design).model_dump()
    return trees[key]


def _of_input(effect: Effect, inputs: Inputs, before: Mapping[str, Any]) -> dict[str, Any]:
    one = inputs.find(*effect.path.removeprefix(OF_INPUTS).split("."))
    if one is None or one.base is None:
        return {}
    now = before.get(effect.path, one.base)
    value = input_value(effect, inputs, float(now))
    return {} if value == now else {effect.path: value}


def input_value(effect: Effect, inputs: Inputs, now: Any) -> Any:
    """What an effect makes of an input that is ``now``, a number or an array of draws."""
    if effect.how in ("high", "low"):
        one = inputs.find(*effect.path.removeprefix(OF_INPUTS).split("."))
        return now if one is None else one.at("high" if effect.how == "high" else "low")
    value = number_in(effect.value, inputs)
    return now * value if effect.how == "times" else value


def _of_design(effect: Effect, design: Design, inputs: Inputs, tree: Any) -> dict[str, Any]:
    value = number_in(effect.value, inputs)
    found = {}
    for path, now in _places(tree, effect.path.split(".")):
        if effect.how == "later":
            new = _later(path, now, value, design)
        elif isinstance(now, bool) or (now is None and value == 0.0):
            # Nothing stands where a design grants nothing: what is refused there changes nothing.
            new = bool(value)
        else:
            new = now * value if effect.how == "times" else value
        if new != (now or False if isinstance(new, bool) else now):
            found[path] = new
    return found


def _places(tree: Any, parts: list[str], front: str = "") -> list[tuple[str, Any]]:
    """Every place of a tree that a path names, with what stands there; None where nothing does."""
    if not parts:
        return [(front.removesuffix("."), tree)]
    first, *rest = parts
    if first == ANY:
        keys = range(len(tree)) if isinstance(tree, list | tuple) else list(tree)
        return [found for key in keys for found in _places(tree[key], rest, f"{front}{key}.")]
    below = tree.get(first) if isinstance(tree, dict) else None
    if below is None:
        return [(".".join((*filter(None, [front.removesuffix(".")]), *parts)), None)]
    return _places(below, rest, f"{front}{first}.")


def _later(path: str, now: Any, months: float, design: Design) -> Any:
    """So many months later. Set-up is counted in periods and leaves one for work; what is due at the start stays."""
    if path == _SET_UP:
        more = math.ceil(months / design.programme.period_months)
        return min(design.programme.periods - 1, now + more)
    return now + round(months) if now else now


def changed(design: Design, settings: Mapping[str, Any]) -> Design:
    """A design with settings of events on top; law is not asked again, since an event is nobody's choice."""
    return validated(design.model_dump(), dict(settings)) if settings else design


def touched(
    event: Event, design: Design, inputs: Inputs, hosts: Collection[str], paths: Collection[str], trees: Trees
) -> bool:
    """Whether an event changes anything for a plan in these hosts that rests on these inputs."""
    if event.host and event.host not in hosts:
        return False
    found = settings_of([event], design, inputs, trees)
    return any(not path.startswith(OF_INPUTS) or path.removeprefix(OF_INPUTS) in paths for path in found)


def held_under(held: HeldPlan, design: Design, after: Design) -> HeldPlan:
    """The decisions of a signed plan that are left where an event has made ``after`` of its design.

    A longer set-up moves hiring and pay by as many periods and cuts what falls behind the end; where a host has closed,
    nobody works from then on. Inspectors and offices stay.
    """
    later = after.programme.lead_periods - design.programme.lead_periods
    if later == 0 and after.closures == design.closures:
        return held
    columns = {}
    for name, value in held.columns.items():
        if name.startswith(_WITH_PERIOD):
            front, period = name.rsplit(".", 1)
            moved = int(period) + later
            if moved > after.last_open(name.split(".")[1]):
                continue
            name = f"{front}.{moved}"
        columns[name] = value
    return replace(held, columns=columns)
