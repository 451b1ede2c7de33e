"""Events and states that are so or not so: how likely each is, and what it sets.

A waiver is refused or granted, a host withdraws or stays: no draw lies between the two. ``lists/events.csv`` names them,
``estimates/events.csv`` has their probabilities by host (``WLD``: every host without a row of its own, and events of the
whole programme), ``lists/event_effects.csv`` what they set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pilot_planner.data.estimates import BOUNDS, Address, Bound, Estimate
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.data.reading import NUMBER, Row
from pilot_planner.errors import Fault, Place

EVENTS, EFFECTS, TABLE = "lists/events.csv", "lists/event_effects.csv", "events"
EVERYWHERE = "WLD"
HOST, ANY = "{host}", "*"
OF_INPUTS = "inputs."

How = Literal["set", "high", "low", "times", "later"]
Value = float | Address


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that an event sets.

    Attributes:
        path: as ``--set`` takes it; ``*`` stands for every place of a list.
        how: ``set`` to the value; ``high`` or ``low``: to that bound of the input; ``times`` the value; ``later`` by so
            many months.
        value: a number (1 and 0 for true and false), or the address of an estimate with a bound at its end; None for high
            and low.
    """

    path: str
    how: How
    value: Value | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens or does not.

    Attributes:
        name: ``pledge_late``; ``host_withdraws.MNG`` where each host has its own.
        host: ISO3, empty where the event concerns the whole programme.
        one_of: at most one of the events with the same word happens; empty where it excludes none.
        title, what: for lists, and as a sentence.
        probability: low, base and high; draws take base.
    """

    name: str
    host: str
    one_of: str
    title: str
    what: str
    probability: Estimate
    effects: tuple[Effect, ...]

    @property
    def chance(self) -> float:
        """Probability that draws take, 0 to 1."""
        return self.probability.base or 0.0


def events_of(inputs: Inputs) -> tuple[Event, ...]:
    """Every event of every host, and those of the whole programme, by name."""
    effects: dict[str, list[Effect]] = {}
    for row in inputs.rows(EFFECTS):
        effects.setdefault(row.text("event"), []).append(_effect(row))
    names = {row.text("iso3"): row.text("name") for row in inputs.rows("lists/hosts.csv")}
    found = []
    for row in inputs.rows(EVENTS):
        kind = row.text("event")
        for host in names if row["scope"] == "host" else ("",):
            probability = inputs.find(TABLE, host, kind) or inputs.find(TABLE, EVERYWHERE, kind)
            if probability is None or probability.base is None:
                continue
            found.append(
                Event(
                    name=f"{kind}.{host}" if host else kind,
                    host=host,
                    one_of=f"{row.text('one_of')}.{host}".removesuffix(".") if row["one_of"] else "",
                    title=f"{names[host]}: {row.text('title')}" if host else row.text("title"),
                    what=row.text("what").replace(HOST, names.get(host, "")),
                    probability=probability,
                    effects=tuple(_at_host(one, host) for one in effects.get(kind, ())),
                )
            )
    return tuple(sorted(found, key=lambda one: one.name))


def _effect(row: Row) -> Effect:
    how: How = row["how"]  # type: ignore[assignment]  # a closed list of the description
    return Effect(row.text("path"), how, _value(row.text("value")))


def _value(text: str) -> Value | None:
    if not text:
        return None
    if NUMBER.match(text):
        return float(text)
    parts = tuple(text.split("."))
    return parts if parts[-1] in BOUNDS else (*parts, "base")


def _at_host(effect: Effect, host: str) -> Effect:
    return Effect(effect.path.replace(HOST, host), effect.how, effect.value)


def number_in(value: Value | None, inputs: Inputs) -> float:
    """The value of an effect: itself, or what the estimate has at that bound. Raises KeyError where there is none."""
    if not isinstance(value, tuple):
        return 0.0 if value is None else value
    *address, bound = value
    found = inputs.estimates[tuple(address)].at(_bound(bound))
    if found is None:
        raise KeyError(".".join(value))
    return found


def _bound(text: str) -> Bound:
    return next(bound for bound in BOUNDS if bound == text)


def states(events: Iterator[Event] | tuple[Event, ...]) -> Mapping[Address, str]:
    """Inputs whose range is a state and not drawn, with the first event that settles each."""
    found: dict[Address, str] = {}
    for event in events:
        for effect in event.effects:
            if effect.how in ("high", "low"):
                found.setdefault(tuple(effect.path.removeprefix(OF_INPUTS).split(".")), event.name)
    return found


# --- what can be wrong with them ---


def event_faults(inputs: Inputs) -> list[Fault]:
    """Every fault of the three files that no single cell shows; what effects set in a design is checked with designs."""
    return [*_faults_of_list(inputs), *_faults_of_probabilities(inputs), *_faults_of_effects(inputs)]


def _faults_of_list(inputs: Inputs) -> Iterator[Fault]:
    place = f"{inputs.origin}/{EVENTS}"
    with_effects = {row.text("event") for row in inputs.rows(EFFECTS)}
    likely = {address[2] for address in inputs.estimates if address[0] == TABLE}
    scopes: dict[str, str] = {}
    for row in inputs.rows(EVENTS):
        name, group, scope = row.text("event"), row.text("one_of"), row.text("scope")
        if name not in with_effects:
            fix = f"add a row to {inputs.origin}/{EFFECTS}, or remove the event"
            yield Fault(Place(place, row.number, "event"), f"{name} sets nothing", "at least one effect", fix)
        if name not in likely:
            fix = f"add a row to {inputs.origin}/estimates/events.csv"
            yield Fault(Place(place, row.number, "event"), f"{name} has no probability", "low, base and high", fix)
        if group and scopes.setdefault(group, scope) != scope:
            what = f"{name} is of scope {scope!r}, others of the group {group!r} are not"
            yield Fault(Place(place, row.number, "one_of"), what, "one scope in a group", "choose another word")
        if scope == "programme" and HOST in row.text("what"):
            what = f"{HOST} stands in an event of the whole programme"
            yield Fault(Place(place, row.number, "what"), what, "a sentence without it", "name no host")


def _faults_of_probabilities(inputs: Inputs) -> Iterator[Fault]:
    place = f"{inputs.origin}/estimates/events.csv"
    scopes = {row.text("event"): row.text("scope") for row in inputs.rows(EVENTS)}
    hosts = [row.text("iso3") for row in inputs.rows("lists/hosts.csv")]
    for address, one in inputs.estimates.items():
        if address[0] != TABLE:
            continue
        _, host, name = address
        if host not in (*hosts, EVERYWHERE):
            fix = did_you_mean(host, (*hosts, EVERYWHERE), fallback="add it there first")
            expected = f"one that stands in {inputs.origin}/lists/hosts.csv, or {EVERYWHERE}"
            yield Fault(Place(place, one.row, "iso3"), f"{host!r} is not known", expected, fix)
        elif scopes.get(name) == "programme" and host != EVERYWHERE:
            what = f"{name} concerns the whole programme and has a row for {host}"
            yield Fault(Place(place, one.row, "iso3"), what, EVERYWHERE, f"write {EVERYWHERE}")
        if one.unit != "share":
            yield Fault(Place(place, one.row, "unit"), f"{one.path} is in {one.unit!r}", "'share'", "give it as a share")
    groups: dict[str, list[Event]] = {}
    for event in events_of(inputs):
        if event.one_of:
            groups.setdefault(event.one_of, []).append(event)
    told: set[tuple[str, ...]] = set()
    for group, members in groups.items():
        paths = tuple(one.probability.path for one in members)
        total = sum(one.chance for one in members)
        if total > 1.0 + 1e-9 and paths not in told:
            told.add(paths)
            what = f"the probabilities of {', '.join(paths)} add up to {total:g}, and at most one of them happens ({group})"
            yield Fault(Place(place, members[0].probability.row, "base"), what, "at most 1 in all", "lower one of them")


def _faults_of_effects(inputs: Inputs) -> Iterator[Fault]:
    scopes = {row.text("event"): row.text("scope") for row in inputs.rows(EVENTS)}
    hosts = [row.text("iso3") for row in inputs.rows("lists/hosts.csv")]
    for row in inputs.rows(EFFECTS):
        place = f"{inputs.origin}/{EFFECTS}"
        path, how = row.text("path"), row.text("how")
        if HOST in path and scopes.get(row.text("event")) == "programme":
            what = f"{HOST} stands in an event of the whole programme"
            yield Fault(Place(place, row.number, "path"), what, "a path without it", "name a host, or change the scope")
        yield from _faults_of_value(inputs, row, place)
        if not path.startswith(OF_INPUTS):
            if how in ("high", "low"):
                what = f"{path!r} has no {how}"
                yield Fault(Place(place, row.number, "how"), what, "a path of the inputs", "set a value instead")
            continue
        if how == "later":
            what = f"{path!r} cannot come later"
            fix = "add to it with 'times', or set it"
            yield Fault(Place(place, row.number, "how"), what, "a month, or periods of set-up, of the design", fix)
        names = [path.removeprefix(OF_INPUTS).replace(HOST, host) for host in (hosts if HOST in path else ("",))]
        if not any(tuple(name.split(".")) in inputs.estimates for name in names):
            fix = did_you_mean(names[0], inputs.paths, fallback="see 'pilot-planner check --values'")
            yield Fault(Place(place, row.number, "path"), f"no such input: {path}", "the path of an estimate", fix)


def _faults_of_value(inputs: Inputs, row: Row, place: str) -> Iterator[Fault]:
    how, text = row.text("how"), row.text("value")
    if how in ("high", "low"):
        if text:
            what = f"{how} takes no value, and {text!r} stands here"
            yield Fault(Place(place, row.number, "value"), what, "an empty cell", "clear it, or write 'set'")
        return
    value = _value(text)
    if value is None:
        expected = "a number or the path of an estimate"
        yield Fault(Place(place, row.number, "value"), f"{how} has no value", expected, "fill it in")
    elif isinstance(value, tuple):
        found = inputs.find(*value[:-1])
        if found is None or found.at(_bound(value[-1])) is None:
            fix = did_you_mean(text, inputs.paths, fallback="see 'pilot-planner check --values'")
            yield Fault(Place(place, row.number, "value"), f"{text!r} has no value", "the path of an estimate", fix)
    elif value < 0 and how in ("times", "later"):
        yield Fault(Place(place, row.number, "value"), f"{text} is negative", "at least 0", "correct it")
