"""The Why page: what holds the plan back and what it is worth, why other hosts are out, what safeguards cost and protect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dash import Dash, html

from pilot_planner.case.eligibility import Reason, Verdict
from pilot_planner.dashboard.layout import ids, plan_study
from pilot_planner.dashboard.layout.components import empty, folded, graph, section, table
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.data.wording import listed, sentence_case
from pilot_planner.figures.core.theme import Theme
from pilot_planner.figures.plan import safeguard_costs, shadow_price_bars
from pilot_planner.programme.limits import find_limit
from pilot_planner.programme.metrics import METRICS
from pilot_planner.studies.explain.cliff_words import steady_words
from pilot_planner.studies.explain.cliffs import Cliffs, nearest
from pilot_planner.studies.explain.host_exclusion import Left, WhyNot
from pilot_planner.studies.explain.price_records import Price
from pilot_planner.studies.explain.shadow_prices import Prices
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import counted, shown, tied
from pilot_planner.text.names import Names, floor_label, host_names, sector_names

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.opened_plans import Opened
    from pilot_planner.dashboard.runtime.services import Services

_STUDY = plan_study.PlanStudy(
    kind="why",
    work=job_functions.why,
    bodies=(ids.WHY_BODY,),
    job=ids.WHY_JOB,
    stage=ids.WHY_STAGE,
    tick=ids.WHY_TICK,
    progress=ids.WHY_PROGRESS,
    nothing="There is no plan to explain yet. Apply a repair above, or move a setting.",
)
_MOST_HOSTS = 12
_FAILS, _UNKNOWN, _PASSES = "■", "□", "·"


def layout(services: Services, opened: Opened) -> Any:
    """The work begins by itself when the page is opened; what is known before it ends is shown at once."""
    return html.Div(
        [
            html.Div(empty("The plan is being solved."), id=ids.WHY_BODY),
            *_STUDY.stores(),
        ]
    )


def register(app: Dash, services: Services) -> None:
    """The study begins by itself and is drawn as it comes."""

    def drawn(question: Question, plan: Plan, job: Job | None, theme: Theme, width: int) -> list[Any]:
        return [body(plan, job, theme, width)]

    plan_study.register(app, services, _STUDY, drawn)


def body(plan: Plan, job: Job | None, theme: Theme, width: int) -> list[Any]:
    """The page as far as it is known."""
    found = dict(job.items) if job is not None else {}
    priced: tuple[Price, ...] | None = found.get("prices")
    left: WhyNot | None = found.get("why_not")
    cliffs: Cliffs | None = found.get("cliffs")
    if job is not None and job.status == "done":
        priced, left, cliffs = (job.result[name] for name in ("prices", "why_not", "cliffs"))
    names = host_names(plan.inputs) | sector_names(plan.inputs)
    out = len({one.iso3 for one in plan.verdicts}) - len(plan.hosts)
    every = len({one.iso3 for one in plan.verdicts})
    prices = None if priced is None else Prices(plan, plan.design.objective.metric, priced)
    binding = len({one.key for one in plan.limits if one.binding and find_limit(one.key, plan.design)})
    title = (
        shadow_price_bars.headline(prices)
        if prices
        else f"{counted(binding, 'limit holds', 'limits hold', capital=True)} this plan back"
    )
    parts: list[Any] = [
        html.H1(tied(title), className="pp-title"),
        html.P(
            f"What holds this plan back, and why {out} of {every} hosts are not in it. Prices are confirmed by new solves.",
            className="pp-lead",
        ),
        _STUDY.how_far(job),
    ]
    if prices is not None:
        parts.append(_prices(prices, cliffs, names, theme, width))
    if cliffs is not None:
        parts.append(_cliffs(cliffs, prices))
    if left is not None:
        parts.append(_beside(left, plan, names, theme, width))
    parts.append(_matrix(plan, names))
    return parts


def _prices(prices: Prices, cliffs: Cliffs | None, names: Names, theme: Theme, width: int) -> html.Section:
    # In the order of the bars: prices of one more unit cannot be compared, since units differ.
    order = {id(one.price): place for place, one in enumerate(shadow_price_bars.effects(prices))}
    binding = sorted((one for one in prices.prices if one.binding), key=lambda one: order.get(id(one), len(order)))
    slack = [one for one in prices.prices if not one.binding]
    label = METRICS[prices.objective].label.lower()
    title = f"{counted(len(binding), 'limit binds', 'limits bind', capital=True)}; prices hold only near the plan"
    parts = [
        graph(
            shadow_price_bars.figure(prices, theme, names=names, width=width),
            shadow_price_bars.summary(prices),
            name="price-bars",
        ),
        html.P(f"Bars: change of {label} from a full solve with the limit a tenth looser or tighter.", className="pp-sub"),
        html.Ul([_price(one, cliffs) for one in binding], className="pp-list"),
    ]
    if slack:
        rows = [[one.label, one.side, shown(one.value, one.unit), shown(one.bound, one.unit)] for one in slack]
        parts.append(folded(f"{len(slack)} limits do not bind", table(("Limit", "", "Now", "Bound"), rows, left=2)))
    return section(
        title, "What one more unit of each limit is worth, and what a real change of it gives", *parts, name="prices"
    )


def _price(price: Price, cliffs: Cliffs | None) -> html.Li:
    """A price with the cliffs of its limit below it."""
    found = [] if cliffs is None else cliffs.of(f"limits.{price.key}.{price.side}")
    below = [html.Ul([html.Li(tied(f"Cliff: {one.sentence}")) for one in found])] if found else []
    return html.Li([tied(price.sentence), *below])


def _cliffs(cliffs: Cliffs, prices: Prices | None) -> html.Section:
    """Cliffs that do not stand below a limit; how far nothing changes, and what was not looked at, folded away."""
    told = set() if prices is None else {f"limits.{one.key}.{one.side}" for one in prices.prices if one.binding}
    others = nearest(one for one in cliffs.cliffs if one.path not in told)
    parts: list[Any] = [html.Ul([html.Li(tied(one.sentence)) for one in others], className="pp-list")]
    if cliffs.steady:
        steady = [html.Li(tied(steady_words(one))) for one in cliffs.steady]
        parts.append(folded("Where nothing changes, as far as was looked", html.Ul(steady, className="pp-list")))
    if cliffs.not_looked:
        names = [html.Li(path) for path in cliffs.not_looked]
        missed = f"{counted(len(names), 'value was', 'values were', capital=True)} not looked at"
        parts.append(folded(missed, html.Ul(names, className="pp-list")))
    title = f"{counted(len(others), 'value carries', 'values carry', capital=True)} this plan"
    return section(
        title,
        "The nearest value at which hosts, levels or feasibility change; both sides of each have been solved",
        *parts,
        name="cliffs",
    )


def _beside(left: WhyNot, plan: Plan, names: Names, theme: Theme, width: int) -> html.Div:
    half = width if width < 700 else (width - 48) // 2
    objective = plan.design.objective.metric
    return html.Div(
        [
            _possible(left.left, objective, names),
            section(
                safeguard_costs.headline(left.floors, objective),
                "What the best plan without each rights floor would add; the floors stay",
                graph(
                    safeguard_costs.figure(left.floors, objective, theme, names=names, width=half),
                    safeguard_costs.summary(left.floors, objective),
                    name="safeguards",
                ),
                table(
                    ("Rights floor", "It protects"),
                    [[sentence_case(floor_label(one.floor)), one.protects] for one in left.floors],
                    left=2,
                    label="Rights floors and what they protect",
                ),
            ),
        ],
        className="pp-two",
    )


def _possible(left: Sequence[Left], objective: str, names: Names) -> html.Section:
    """Hosts that pass every floor and are not chosen."""
    passed = [one for one in left if one.status != "excluded"]
    unit = METRICS[objective].unit
    if not passed:
        return section("No other host passes the rights floors", "So there is nothing to choose between", name="possible")
    losses = [one.loss for one in passed if one.loss is not None]
    title = f"{counted(len(passed), 'host passes and is', 'hosts pass and are', capital=True)} not chosen"
    if losses:
        title += f"; each would cost at least {shown(min(losses), unit)} of {METRICS[objective].label.lower()}"
    rows = [
        [
            names.get(one.iso3, one.iso3),
            shown(one.objective, unit),
            "no plan" if one.loss is None else "−" + shown(one.loss, unit),
            listed(names.get(h, h) for h in one.hosts.split("+")) if one.hosts else "–",
        ]
        for one in passed
    ]
    heads = ("Host", f"Best plan with it, {METRICS[objective].label.lower()}", "Loses", "Its hosts")
    return section(
        tied(title),
        "The best plan that must use the host, against the best plan",
        table(heads, rows, label="Hosts that pass"),
        name="possible",
    )


# --- hosts against floors ---

_NO_WAGE = "wage_evidence"
_UNKNOWN_WAGE = Reason("wage not known", unknown=True)
_REST_ON_WAGES = ("employer_cost_ratio", "living_wage", "gain_over_today")
_FLOORS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Wage known", (_NO_WAGE,)),
    ("Demand", ("demand",)),
    ("Employer pays", ("employer_cost_ratio",)),
    ("Living wage", ("living_wage",)),
    ("Above today", ("gain_over_today",)),
    ("Willing to protect", ("host_willingness",)),
    ("Trafficking tier", ("tip_tier",)),
    ("Conventions", ("convention_",)),
    ("IOM office", ("agency_office",)),
    ("Own inspectors", ("labour_inspectors",)),
    ("Lawful", ("lawful_admission",)),
)


def standing_of(verdicts: Sequence[Verdict], floors: tuple[str, ...]) -> str:
    """How a host stands at a floor: passes if one of its placements passes; unknown if that is why none does."""
    told = [[reason for floor, reason in one.reasons.items() if floor.startswith(floors)] for one in verdicts]
    if set(floors) <= set(_REST_ON_WAGES):
        # Without a wage nothing can be said about pay.
        told = [
            words or [_UNKNOWN_WAGE] if _NO_WAGE in one.reasons else words for one, words in zip(verdicts, told, strict=True)
        ]
    if any(not words for words in told):
        return _PASSES
    return _UNKNOWN if all(any(one.unknown for one in words) for words in told) else _FAILS


def _matrix(plan: Plan, names: Names) -> html.Section:
    by_host: dict[str, list[Verdict]] = {}
    for one in plan.verdicts:
        if "exclusion" not in one.reasons:
            by_host.setdefault(one.iso3, []).append(one)
    failing = {iso3: rows for iso3, rows in by_host.items() if not any(one.eligible for one in rows)}
    out = {iso3: one for iso3, one in plan.near_misses.items() if one.kind != "passes"}
    rows = [
        [names.get(iso3, iso3), *_marks(failing.get(iso3)), near.sentence, _let_in(plan, iso3)]
        for iso3, near in sorted(out.items(), key=lambda one: names.get(one[0], one[0]))
    ]
    heads = ("Host", *(label for label, _ in _FLOORS), "In words", "What would let it in")
    first, rest = rows[:_MOST_HOSTS], rows[_MOST_HOSTS:]
    label = "Hosts against rights floors"
    parts: list[Any] = [
        html.P(f"{_FAILS} fails   {_UNKNOWN} unknown   {_PASSES} passes. Unknown does not pass.", className="pp-sub"),
        table(heads, first, label=label, look="pp-matrix"),
    ]
    if rest:
        parts.append(
            folded(f"Show {len(rest)} more hosts", table(heads, rest, label=f"{label}, continued", look="pp-matrix"))
        )
    most = _most_frequent(failing.values())
    title = f"{counted(len(failing), 'host fails', 'hosts fail', capital=True)} a rights floor{most}"
    return section(title, "A host stands here when no sector of it passes every floor", *parts, name="floors")


def _marks(verdicts: Sequence[Verdict] | None) -> list[str]:
    """How a host stands at each floor; dashes where the designer left it out as a whole."""
    return ["–" if verdicts is None else standing_of(verdicts, floors) for _, floors in _FLOORS]


def _most_frequent(hosts: Iterable[Sequence[Verdict]]) -> str:
    counts = dict.fromkeys((label for label, _ in _FLOORS), 0)
    for verdicts in hosts:
        for label, floors in _FLOORS:
            counts[label] += standing_of(verdicts, floors) != _PASSES
    label, most = max(counts.items(), key=lambda one: one[1])
    return f"; ‘{label.lower()}’ stops most of them, {most}" if most else ""


def _let_in(plan: Plan, iso3: str) -> str:
    """The least change that would let the host in, verified; what it would be worth stands with the answer."""
    change = plan.let_in.get(iso3)
    if change is None:
        return "Evidence has to be found first." if plan.near_misses[iso3].sector else "–"
    return f"{change.sentence[:1].upper()}{change.sentence[1:]}."
