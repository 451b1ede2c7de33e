"""The rest of a signed pilot decided anew: what is over is fixed, what was signed and promised binds, the rest is optimal.

Commitments and signed caps are rules of the design of each answer, and what has happened stands among its inputs. So the
answers are plans like every other: ``prices``, ``diagnose``, ``bridge``, documents and the chance know them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pilot_planner.case.case import make_case
from pilot_planner.data.actuals import Actuals, number, with_actuals
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.data.reading import Row
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, InputError, NoPlanError, Place, WrongPlanError
from pilot_planner.programme.after_signature import NO_NEWCOMERS, not_staffed
from pilot_planner.programme.build import build
from pilot_planner.solving.lexicographic_order import tie_room
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.after_signature.forecast import as_it_goes_on
from pilot_planner.studies.after_signature.kept_limits import GivenUp, as_settings, given_up
from pilot_planner.studies.after_signature.learning import Lessons
from pilot_planner.studies.after_signature.standing import Standing, standing
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.planning.bridge import Bridge, bridge
from pilot_planner.studies.planning.plan import Plan, describe, no_plan
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.text.names import host_names, place_in_words, sector_names

Way = Literal["go_on", "shift", "stop", "close"]
"""``close`` is offered, not asked for: the orderly end of hosts whose work fails a rights floor on what was learned."""
WAYS: Mapping[Way, str] = {
    "go_on": "Go on: signed hosts, placements and worker caps; people, posts and pay channels decided anew.",
    "shift": "Shift: worker caps and sectors of the signed hosts may change as well; the agreements have to be amended.",
    "stop": "Stop in order: one more period of work, then notice wages, journeys and the winding-down of offices.",
}
_NOTICE = "notice_wages"
_UNTIL_CLOSED = 2
"""Periods of an orderly end: one of work under notice, one to wind down."""


@dataclass(frozen=True, slots=True)
class ForWorkers:
    """What an answer means for workers from now on.

    Attributes:
        income: net pay in periods that are not over, USD; ``months``: their worker-months.
        newcomers: persons who still start work; ``at_the_end``: persons at work in the last period of work.
        notice_wages: USD paid because agreements end early.
    """

    income: float
    months: float
    newcomers: float
    at_the_end: float
    notice_wages: float


@dataclass(frozen=True)
class Answer:
    """One way to go on. ``plan`` is None where it has none; ``reasons`` say why, and ``diagnose(design, inputs)`` says more.

    ``given_up``: limits that no rest can keep any more, each loosened as little as possible in ``design``.
    ``same``: the rest of the signed plan is as good as anything found, so it is kept as it is.
    """

    way: Way
    sentence: str
    design: Design
    inputs: Inputs
    plan: Plan | None
    reasons: tuple[str, ...] = ()
    given_up: tuple[GivenUp, ...] = ()
    same: bool = False
    workers: ForWorkers | None = None

    def record(self) -> dict[str, Any]:
        """A flat record for tables and JSON."""
        found: dict[str, Any] = {"way": self.way, "sentence": self.sentence, "reasons": list(self.reasons)}
        if self.plan is None or self.workers is None:
            return found | {"status": "no_plan"}
        figures = ("worker_income", "secured_income", "operating_cost", "worker_months")
        return found | {
            "status": self.plan.status,
            "given_up": {one.path: {"old": one.old, "new": one.new, "sentence": one.sentence} for one in self.given_up},
            "same_as_signed": self.same,
            "bound": self.plan.outcome.bound,
            "plan": {name: self.plan.metrics[name] for name in figures},
            "workers": {name: getattr(self.workers, name) for name in ForWorkers.__slots__},
            "caps": {f"{one.iso3}.{one.sector}": one.worker_cap for one in self.plan.placements},
        }


@dataclass(frozen=True)
class Replan:
    """Answers side by side, with the signed plan and where it stands."""

    before: Plan
    standing: Standing
    signed: ForWorkers
    answers: tuple[Answer, ...]

    def of(self, way: Way) -> Answer:
        """The answer of a way. Raises KeyError for one that was not asked for."""
        for one in self.answers:
            if one.way == way:
                return one
        raise KeyError(f"{way!r} was not asked for; there are {', '.join(one.way for one in self.answers)}")

    def bridge(self, way: Way = "go_on", metric: str = "worker_income") -> Bridge:
        """From the signed plan to an answer in steps that sum exactly: what has happened first, then what binds and is free.

        Raises NoPlanError where the answer has no plan.
        """
        plan = self.of(way).plan
        if plan is None:
            raise NoPlanError(self.of(way).reasons)
        return bridge((self.before, plan), metric)

    def document(self) -> dict[str, Any]:
        """What ``replan --json`` prints."""
        return {
            "plan_id": self.before.plan_id,
            "over": self.standing.over,
            "signed": {name: getattr(self.signed, name) for name in ForWorkers.__slots__},
            "answers": [one.record() for one in self.answers],
        }


def replan(
    plan: Plan,
    actuals: Actuals,
    settings: Settings | None = None,
    ways: tuple[Way, ...] = ("go_on", "shift", "stop"),
    progress: Progress | None = None,
    lessons: Lessons | None = None,
) -> Replan:
    """Decide the rest of a signed plan anew.

    Args:
        plan: as signed.
        actuals: checked; the periods that are over in them are fixed.
        settings: what is decided besides, as ``--set`` takes it; it holds in every answer.
        ways: the answers that are asked for.
        progress: called between answers; returning False stops.
        lessons: what the pilot has taught (``lessons_of``), for what is still to come; None: what was believed at signature.

    An answer that has no plan says why. The rest of the signed plan is kept where nothing better by more than the gap and
    the tie tolerance exists: nothing changes without a gain. Where a placement in which people work fails a rights floor on
    what was learned, no way may go on with it: each says so, and an answer ``close`` ends its host in order.

    Raises InputError where no period is over, or all are; NoPlanError where the pilot cannot go on at all (a placement in
    which people work fails a rights floor); CancelledError.
    """
    last = len(plan.case.periods)
    if not 0 < actuals.over < last:
        what = "no period is over yet" if actuals.over == 0 else "every period is over: nothing is left to decide"
        raise InputError([Fault(Place(actuals.origin), what, f"1 to {last - 1} periods that are closed", "close a period")])
    tell = Telling(progress)
    now = standing(plan, actuals)
    found = []
    for number_, way in enumerate(ways):
        tell(WAYS[way].partition(":")[0], number_ / len(ways))
        found.append(_answer(plan, actuals, way, dict(settings or {}), lessons))
    if lessons is not None and (closing := _closing(plan, actuals, dict(settings or {}), lessons)) is not None:
        found.append(closing)
    return Replan(plan, now, _for_workers(plan, plan.solution, actuals.over), tuple(found))


def named_ways(names: Collection[str]) -> tuple[Way, ...]:
    """Ways by their names. Raises InputError with every name that is none."""
    found = tuple(way for name in names for way in WAYS if way == name)
    faults = [
        Fault(Place("way"), f"{name!r} is no way to go on", ", ".join(WAYS), did_you_mean(name, WAYS, "choose one of these"))
        for name in names
        if name not in WAYS
    ]
    if faults:
        raise InputError(faults)
    return found


def _answer(plan: Plan, actuals: Actuals, way: Way, settings: dict[str, Any], lessons: Lessons | None) -> Answer:
    periods = plan.design.programme.periods
    end = periods
    if way == "stop":
        end = max(actuals.over + _UNTIL_CLOSED, *(_last_bound(row) for row in actuals.tables.get("commitments", ())), 0)
        if end > periods or end - 1 <= plan.case.lead:
            sentence = f"The programme ends in period {periods}: an orderly end would take no less."
            return Answer(way, WAYS[way], plan.design, plan.inputs, None, (sentence,))
        settings = _stopping(plan, end) | settings
    rules = dict(_commitments(plan, actuals, end))
    if way != "shift":
        rules |= dict(_signed_caps(plan, actuals))
    if way == "stop":
        rules |= dict(_no_newcomers(plan, actuals.over, end, plan.accounts.levels))
    design, _ = set_up(plan.design, plan.inputs, {**rules_as_settings(rules), **settings})
    inputs = with_actuals(plan.inputs if lessons is None else lessons.inputs(plan.inputs), actuals)
    return _decided(plan, actuals, (way, WAYS[way]), (design, inputs), rules)


def _closing(plan: Plan, actuals: Actuals, settings: dict[str, Any], lessons: Lessons) -> Answer | None:
    """The hosts in which work fails a rights floor on what was learned, ended in order; None where none does.

    Nobody may start there, and who is there works one more period, at the pay that was agreed: what was learned counts for
    all other hosts. A host is ended whole, since its agreement and its office are.
    """
    failing = not_staffed(make_case(plan.design, with_actuals(lessons.inputs(plan.inputs), actuals)))
    hosts = dict.fromkeys(place.split(".")[0] for place in failing)
    periods, end = plan.design.programme.periods, actuals.over + _UNTIL_CLOSED
    if not hosts or end > periods:
        return None
    if hosts.keys() == plan.accounts.levels.keys():
        settings, last = _stopping(plan, end) | settings, end
    else:
        settings, last = {f"closures.{h}": (end - 1) / periods for h in hosts} | settings, periods
    rules = dict(_commitments(plan, actuals, last)) | dict(_signed_caps(plan, actuals))
    rules |= dict(_no_newcomers(plan, actuals.over, end, hosts))
    design, _ = set_up(plan.design, plan.inputs, {**rules_as_settings(rules), **settings})
    known = tuple(one for one in lessons.lessons if hosts.keys().isdisjoint(one.path.split(".")))
    for some in (known, ()):
        # A floor may fail for what holds in every host; then nothing that was learned is used.
        inputs = with_actuals(replace(lessons, lessons=some).inputs(plan.inputs), actuals)
        if not not_staffed(make_case(design, inputs)):
            break
    names = {**host_names(plan.inputs), **sector_names(plan.inputs)}
    places = ", ".join(place_in_words(place, names) for place in failing)
    sentence = _CLOSING.format(hosts=", ".join(names[h] for h in hosts), places=places)
    return _decided(plan, actuals, ("close", sentence), (design, inputs), rules)


_CLOSING = (
    "Close {hosts} in order: on what was learned, work in {places} fails a rights floor, so nobody may start there. One "
    "more period at the pay that was agreed, then notice wages, journeys and the winding-down of the office; other hosts "
    "go on."
)


def _decided(
    plan: Plan, actuals: Actuals, way: tuple[Way, str], of: tuple[Design, Inputs], rules: Mapping[str, Any]
) -> Answer:
    """The answer of one design on one set of inputs; ``rules`` never give way."""
    design, inputs = of
    try:
        programme = build(make_case(design, inputs))
    except NoPlanError as error:
        # A placement in which people work fails a rights floor on these inputs.
        return Answer(*way, design, inputs, None, error.reasons)
    session = Session(programme)
    outcome = session.solve()
    lost: tuple[GivenUp, ...] = ()
    if outcome.status == "infeasible":
        lost = given_up(programme, rules)
        design, _ = set_up(design, plan.inputs, as_settings(lost))
        programme = build(make_case(design, inputs))
        session = Session(programme)
        outcome = session.solve()
    if not outcome.has_plan:
        return Answer(*way, design, inputs, None, no_plan(outcome, design).reasons)
    made, same = _described(plan, session, outcome)
    of_workers = _for_workers(made, made.solution, actuals.over)
    return Answer(*way, design, inputs, made, given_up=lost, same=same, workers=of_workers)


def _described(plan: Plan, session: Session, outcome: Outcome) -> tuple[Plan, bool]:
    """The best rest, and whether it is that of the signed plan."""
    programme = session.programme
    kept = _as_good(plan, session, outcome) if len(programme.case.periods) == len(plan.case.periods) else None
    solution = kept if kept is not None else session.break_ties(outcome)
    return describe(programme, outcome, solution, {"solve": outcome.seconds}), kept is not None


def _as_good(plan: Plan, session: Session, outcome: Outcome) -> tuple[float, ...] | None:
    """The rest of the signed plan as it goes on, where it is allowed and as good as the best found; else None."""
    programme = session.programme
    options = programme.case.design.solver
    kept = as_it_goes_on(plan, programme)
    best = programme.objective.value(outcome.solution)
    room = tie_room(best, options) + options.gap * abs(best)
    worse = best - programme.objective.value(kept) if programme.maximise else programme.objective.value(kept) - best
    if worse > room:
        return None
    try:
        session.ensure(kept)
    except WrongPlanError:
        return None
    return kept


# --- what binds, as rules ---


def _signed_caps(plan: Plan, actuals: Actuals) -> Iterator[tuple[str, dict[str, Any]]]:
    """Worker caps of the agreements as they were signed; sectors that were not signed have none."""
    hosts, sectors = host_names(plan.inputs), sector_names(plan.inputs)
    signed: dict[str, list[str]] = {}
    for row in actuals.tables["signed"]:
        h, s = row.text("iso3"), row.text("sector")
        signed.setdefault(h, []).append(s)
        words = f"The agreement with {hosts[h]} admits {{side}} {{bound}} workers in {sectors[s].lower()}."
        yield (
            f"signed_cap_{h}_{s}".lower(),
            _rule(words, "persons", {f"cap.{h}.{s}": 1.0}) | {"max": number(row, "worker_cap")},
        )
    for h, some in signed.items():
        others = [s for s in sectors if s not in some]
        words = f"The agreement with {hosts[h]} admits {{side}} {{bound}} workers in sectors that it does not name."
        yield f"signed_sectors_{h}".lower(), _rule(words, "persons", {f"cap.{h}.{s}": 1.0 for s in others}) | {"max": 0.0}


def _no_newcomers(plan: Plan, over: int, end: int, hosts: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Nobody starts work in hosts in which it is ending: who came would lose it at once."""
    names = host_names(plan.inputs)
    for h in hosts:
        level = plan.accounts.levels[h]
        columns = {
            f"arrivals.{h}.{one.sector}.{level}.{t}": 1.0
            for one in plan.placements
            if one.iso3 == h
            for t in range(max(over, plan.case.lead) + 1, end + 1)
        }
        words = f"In {names[h]} {{side}} {{bound}} persons start work after period {over}, since work there is ending."
        whose = {"owner": "this way to go on", "protects": "people who would lose their work as soon as they came"}
        yield f"{NO_NEWCOMERS}{h}".lower(), _rule(words, "persons", columns) | whose | {"max": 0.0}


def _commitments(plan: Plan, actuals: Actuals, end: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is promised for periods that are not over."""
    hosts = host_names(plan.inputs)
    for row in actuals.tables.get("commitments", ()):
        for t in range(max(actuals.over + 1, int(number(row, "first_period"))), min(end, _last_bound(row)) + 1):
            h, document = row.text("iso3"), row.text("document").replace("{", "(").replace("}", ")")
            key = f"commitment_{row.text('commitment')}_{t}"
            in_period = f"in period {t} in {hosts.get(h, h)} ({document})"
            match row.text("item"):
                case "inspectors":
                    rule = _rule(
                        f"{{side}} {{bound}} inspectors are kept {in_period}.", "posts", {f"inspectors.{h}.{t}": 1.0}
                    )
                case "cost":
                    term = {"metric": "operating_cost", "hosts": [h], "periods": [t]}
                    rule = _rule(f"{{side}} {{bound}} are owed {in_period}.", "USD", of=[term])
                case _:
                    term = {"metric": "workers", "hosts": [h], "sectors": [row.text("sector")], "periods": [t]}
                    rule = _rule(f"{{side}} {{bound}} workers are employed {in_period}.", "persons", of=[term])
            yield key, rule | {"min": number(row, "least")}


def _last_bound(row: Row) -> int:
    return int(number(row, "last_period"))


def _rule(sentence: str, unit: str, columns: dict[str, float] | None = None, of: list[Any] | None = None) -> dict[str, Any]:
    told = f"Signed: {sentence}" if sentence.startswith("{side}") else sentence
    counted: dict[str, Any] = {"columns": columns} if columns is not None else {"of": of}
    return {
        "sentence": told,
        "unit": unit,
        "kind": "capacity",
        "owner": "signed documents",
        "protects": "what has been promised in writing",
        **counted,
    }


def rules_as_settings(rules: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Rules with their bounds as ``--set`` takes them."""
    found: dict[str, Any] = {}
    for key, rule in rules.items():
        found[f"rules.{key}"] = {name: one for name, one in rule.items() if name not in ("min", "max")}
        found |= {f"limits.{key}.{side}": rule[side] for side in ("min", "max") if side in rule}
    return found


def _stopping(plan: Plan, end: int) -> dict[str, Any]:
    """Settings of an orderly end: the programme is over after ``end``, work in every host one period before."""
    months = plan.design.programme.period_months
    promised = [key for key in plan.design.promise if plan.design.bounds(key).min is not None]
    hosts = plan.accounts.levels
    return {
        "programme.duration_months": end * months,
        "programme.full_strength_month": min(plan.design.programme.full_strength_month, end * months),
        **{f"closures.{h}": (end - 1) / end for h in hosts},
        # What an end gives up is what the pilot had promised to grow to.
        **{f"limits.{key}.min": "none" for key in promised},
    }


def _for_workers(plan: Plan, solution: tuple[float, ...], over: int) -> ForWorkers:
    q = plan.programme.q
    left = [(h, t) for h in q.hosts for t in q.numbers if t > over]
    last = {h: min(plan.case.last_open(h), q.numbers[-1]) for h in q.hosts}
    notice = [row.amount_usd for row in plan.accounts.budget if row.cost_line == _NOTICE and row.period > over]
    return ForWorkers(
        income=sum(q.pay("net_pay", h, t).value(solution) for h, t in left),
        months=sum(q.worker_months(h, t).value(solution) for h, t in left),
        newcomers=sum(q.arrivals(h, t).value(solution) for h, t in left),
        at_the_end=sum(q.workers(h, t).value(solution) for h, t in last.items()),
        notice_wages=sum(notice),
    )
