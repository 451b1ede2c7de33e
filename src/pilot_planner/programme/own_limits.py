"""What a design's own limits name and count, against what the programme and the inputs know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pilot_planner.data.inputs import Inputs
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.design.own_limits import Dimension, OwnLimit, Part, Term
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, Place
from pilot_planner.programme.limits import known_limits
from pilot_planner.programme.limits.own import DIMENSIONS, MAY_BE_NEGATIVE, countable, kept_by, unit_of_term
from pilot_planner.programme.ratios import RATIOS


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What the inputs know by name."""

    hosts: tuple[str, ...]
    sectors: tuple[str, ...]
    levels: tuple[str, ...]

    @classmethod
    def of(cls, inputs: Inputs) -> KnownNames:
        def column(path: str, name: str) -> tuple[str, ...]:
            return tuple(row.text(name) for row in inputs.rows(path))

        return cls(
            column("lists/hosts.csv", "iso3"),
            column("lists/sectors.csv", "sector"),
            column("lists/oversight_levels.csv", "level"),
        )


_LISTS: dict[Dimension, str] = {"host": "hosts", "sector": "sectors", "level": "levels", "period": "periods"}


def own_limits_at_fault(design: Design, known: KnownNames) -> Iterator[Fault]:
    """Every fault of the design's own limits that its schema cannot see, each at its place."""
    for key, rule in design.rules.items():
        place = f"rules.{key}"
        if key in known_limits():
            yield Fault(Place(place), f"{key!r} is a limit already", "a key of its own", "choose another one")
        elif key not in design.limits:
            fix = f"add [limits.{key}] with min or max ('none' where it is lifted)"
            yield Fault(Place(place), f"{key!r} has no bound", f"limits.{key}.min or limits.{key}.max", fix)
        terms = [(f"{place}.of.{n}", one) for n, one in enumerate(rule.of)]
        terms += [(f"{place}.over.{n}", one) for n, one in enumerate(rule.over)]
        yield from _names(rule, place, design, known)
        for where, term in terms:
            yield from _names(term, where, design, known)
            yield from _term(rule, term, where, over=where.startswith(f"{place}.over."))
        yield from _unit(rule, place)
        for name in rule.columns:
            if wrong := _unknown_column(name, design, known):
                expected = f"a column of the programme, such as {_COLUMNS[0]}"
                yield Fault(Place(f"{place}.columns"), f"{name!r} is no column: {wrong}", expected, "correct the name")


_COLUMNS = (
    "workers.HOST.SECTOR.LEVEL.PERIOD",
    "arrivals.HOST.SECTOR.LEVEL.PERIOD",
    "open.HOST.SECTOR.LEVEL",
    "cap.HOST.SECTOR",
    "level.HOST.LEVEL",
    "in_kind.HOST.LEVEL.PERIOD",
    "family.HOST.LEVEL.PERIOD",
    "inspectors.HOST.PERIOD",
    "cost.PERIOD",
    "balance.PERIOD",
)
"""Columns that a rule may name; the others only help to write the programme down."""


def _unknown_column(name: str, design: Design, known: KnownNames) -> str:
    """What is wrong with the name of a column; empty where nothing is."""
    kind, *keys = name.split(".")
    form = next((one.split(".")[1:] for one in _COLUMNS if one.split(".")[0] == kind), None)
    if form is None:
        return f"there are {', '.join(_COLUMNS)}"
    if len(keys) != len(form):
        return f"{kind} has {'.'.join(form)} behind it"
    periods = [str(number + 1) for number in range(design.programme.periods)]
    names = {"HOST": known.hosts, "SECTOR": known.sectors, "LEVEL": design.oversight.levels, "PERIOD": periods}
    wrong = [f"{key!r} is no {what.lower()}" for what, key in zip(form, keys, strict=True) if key not in names[what]]
    return " and ".join(wrong)


def _names(part: Part, place: str, design: Design, known: KnownNames) -> Iterator[Fault]:
    lists: tuple[tuple[str, Sequence[str], Sequence[str], str], ...] = (
        ("hosts", part.hosts, known.hosts, "ISO3 of candidates"),
        ("sectors", part.sectors, known.sectors, "sectors of the inputs"),
        ("levels", part.levels, design.oversight.levels, "oversight levels that the design allows"),
    )
    for name, named, names, what in lists:
        for one in named:
            if one not in names:
                yield Fault(Place(f"{place}.{name}"), f"{one!r} is not known", what, did_you_mean(one, names))
    last = design.programme.periods
    for period in part.periods:
        if period > last:
            yield Fault(Place(f"{place}.periods"), f"there is no period {period}", f"1 to {last}", "correct it")


def _term(rule: OwnLimit, term: Term, place: str, over: bool) -> Iterator[Fault]:
    name = term.metric
    if name not in countable():
        fix = did_you_mean(name, countable(), fallback=f"one of {', '.join(countable())}")
        what = f"{name!r} is a ratio: write its two metrics as of and over" if name in RATIOS else f"{name!r} is no metric"
        if name == "peak_workers":
            what, fix = "the fullest period has no parts", 'count workers, with per = ["period"]'
        yield Fault(Place(f"{place}.metric"), what, "a metric", fix)
        return
    asked = {*rule.per, *rule.dimensions(), *term.dimensions()}
    cannot = [one for one in DIMENSIONS if one in asked - kept_by(name)]
    if cannot:
        by = ", ".join(one for one in DIMENSIONS if one in kept_by(name))
        what = f"{name} cannot be told apart by {' or '.join(cannot)}"
        fix = f"leave out {' and '.join(_LISTS[one] for one in cannot)}, or count something else"
        yield Fault(Place(place), what, f"a part by {by}" if by else "the whole", fix)
    periods = {*rule.periods, *term.periods} if "period" not in rule.per else set()
    if name == "workers" and len(periods) > 1:
        what, fix = "workers of several periods cannot be added up", 'count worker_months, or hold it per = ["period"]'
        yield Fault(Place(place), what, "one period", fix)
    if term.times == 0.0:
        yield Fault(Place(f"{place}.times"), "0 counts nothing", "a number other than 0", "correct it or leave the term out")
    if over and (term.times < 0.0 or name in MAY_BE_NEGATIVE):
        what = "what a limit is held against could fall below 0, and a ratio would then turn round"
        fix = "write both sides as a difference in 'of', with a bound of 0"
        yield Fault(Place(place), what, "amounts that are never negative", fix)


def _unit(rule: OwnLimit, place: str) -> Iterator[Fault]:
    """The unit of the bounds against what is counted, where plain metrics are added up."""
    known = countable()
    if rule.columns:
        return
    if any(one.metric not in known or one.times != 1.0 for one in (*rule.of, *rule.over)):
        return  # a factor converts units, and only its author knows from what
    above, below = ({unit_of_term(one.metric) for one in terms} for terms in (rule.of, rule.over))
    if len(above) > 1 or len(below) > 1:
        units = ", ".join(sorted(above if len(above) > 1 else below))
        yield Fault(
            Place(place), f"adds up different units ({units})", "one unit", "give the factor that converts, as times"
        )
        return
    expected = {"share", "score"} if above == below else above
    if rule.unit not in expected:
        words = " or ".join(sorted(expected))
        yield Fault(Place(f"{place}.unit"), f"unit = {rule.unit!r} does not fit what is counted", words, f"write {words}")
