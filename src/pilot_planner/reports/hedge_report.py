"""A plan across draws in print, and its files: ``hedge.json``, ``hedge_runs.csv`` and the plan as a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilot_planner.data.wording import listed
from pilot_planner.programme.limits import find_limit
from pilot_planner.reports.plan_folder import check_target, plan_files
from pilot_planner.reports.risk_report import write_both
from pilot_planner.reports.tables import print_table, section
from pilot_planner.studies.robust.robust_plan import BASE, FRESH, HEDGED, PLANNED, HedgedPlan
from pilot_planner.studies.robust.summary import Fares
from pilot_planner.text.names import LABELS, UNITS, floor_label
from pilot_planner.text.number_format import NO_VALUE, count, interval, percent, signed, with_unit

if TYPE_CHECKING:
    from rich.console import Console

    from pilot_planner.studies.planning.plan import Plan

RUNS, DOCUMENT, PLAN = "hedge_runs.csv", "hedge.json", "hedged_plan"
_ROWS = 12
_BANDS = ("worker_income", "operating_cost", "lowest_balance", "funds_at_risk_share", "worker_months")


def check_plan_folder(folder: Path) -> None:
    """Raises InputError when the plan could not be written there."""
    check_target(folder / PLAN)


def write_hedge(result: HedgedPlan, folder: Path) -> None:
    """The plan as a folder of its own, and both files."""
    plan = {f"{PLAN}/{name}": raw for name, raw in plan_files(result.plan).items()}
    write_both(folder, RUNS, result.records(), DOCUMENT, result.document(), plan)


def print_hedge(result: HedgedPlan, console: Console) -> None:
    """What is signed, what it costs, how both plans do on fresh draws, what breaks how often."""
    families = len({one.family for one in result.uncertain})
    drawn = f"{len(result.uncertain)} values in {families} families drawn, {len(result.fixed)} fixed"
    console.print(
        f"[bold]A plan for {result.settings.draws} draws of what any placement rests on[/bold]  [dim]{drawn}[/dim]"
    )
    for sentence in sentences(result):
        console.print(sentence, soft_wrap=True, markup=False)
    _print_signed(result, console)
    _print_measures(result, console)
    _print_breaks(result, console)
    _print_words(result, console)


def sentences(result: HedgedPlan) -> list[str]:
    """What a board reads first."""
    metric = result.base.design.objective.metric
    label, unit = LABELS[metric].lower(), UNITS[metric]
    fresh = result.fares[FRESH]
    change = result.plan.metrics[metric] - result.base.metrics[metric]
    own, other = fresh[HEDGED], fresh[BASE]
    small = with_unit(max(result.gap, 0.0) * result.measure.worth, unit)
    if result.outcome.status == "optimal":
        proven = f"Proven: nothing else that could be signed does better across these draws by more than {small}."
    else:
        proven = f"Stopped at the time limit: something else may do better across these draws, by up to {small}."
    better, worse = result.paired()
    if result.advantage >= 0.0:
        verdict, advice = "is no worse than", ""
    else:
        verdict, advice = "is worse than", " By this measure the base plan is the better one to sign."
    return [
        f"Signed are {_signed(result.plan)}; the base plan has {_signed(result.base)}.",
        proven,
        f"Its price: at base values {with_unit(result.plan.metrics[metric], unit)} of {label}, {signed(change, unit)} "
        f"against the base plan. Over {own.draws:,} draws that neither has seen, its mean is "
        f"{with_unit(own.mean_objective, unit)} against {with_unit(other.mean_objective, unit)}.",
        f"On these fresh draws the hedged plan {verdict} the base plan in its own measure: {with_unit(own.measure, unit)} "
        f"against {with_unit(other.measure, unit)}. It scores better in {percent(better)} of them and worse in "
        f"{percent(worse)}.{advice}",
        f"Overfitting: on the {result.fares[PLANNED][HEDGED].draws:,} draws that it was made for, its measure was "
        f"{_turned(result.overfitting(HEDGED), unit)} than on fresh ones; the base plan's, which was made for none of "
        f"them, was {_turned(result.overfitting(BASE), unit)}.",
    ]


def _signed(plan: Plan) -> str:
    hosts = listed(f"{one.name} ({one.oversight_level})" for one in plan.hosts)
    return f"{hosts} with worker caps of {count(sum(one.worker_cap for one in plan.placements))} in all"


def _turned(difference: float, unit: str) -> str:
    return f"{with_unit(abs(difference), unit)} {'better' if difference >= 0.0 else 'worse'}"


def _print_signed(result: HedgedPlan, console: Console) -> None:
    section(console, "What is signed", "hired at base values; chance that a placement is not run on fresh draws")
    before = {(one.iso3, one.sector): one.worker_cap for one in result.base.placements}
    own = {(one.iso3, one.sector): one for one in result.plan.placements}
    levels = {one.iso3: one.oversight_level for one in (*result.base.hosts, *result.plan.hosts)}
    stopped = {**result.fares[FRESH][BASE].stopped, **result.fares[FRESH][HEDGED].stopped}
    rows = []
    for h, s in sorted({*before, *own}):
        one = own.get((h, s))
        cap, hired = (NO_VALUE, NO_VALUE) if one is None else (count(one.worker_cap), count(one.peak_workers))
        base = count(before[h, s]) if (h, s) in before else NO_VALUE
        rows.append((f"{h}.{s}", levels[h], cap, hired, base, percent(stopped.get(f"{h}.{s}", 0.0))))
    print_table(console, ("Placement", "Oversight", "Cap", "Hired", "Base plan's cap", "Not run"), rows, left=2, whole=True)


def _print_measures(result: HedgedPlan, console: Console) -> None:
    metric = result.base.design.objective.metric
    unit = UNITS[metric]
    fresh = result.fares[FRESH]
    section(console, "On fresh draws", f"{fresh[HEDGED].draws:,} draws, all that follows the signatures chosen anew")
    tail = _share(result.settings.tail)

    def row(name: str, value: Any) -> tuple[str, ...]:
        return (name, *(value(result.fares[stage][plan]) for stage, plan in _COLUMNS))

    rows = [
        row("Measure", lambda one: with_unit(one.measure, unit)),
        row("Mean score", lambda one: with_unit(one.mean_score, unit)),
        row(f"Mean score of the worst {tail}", lambda one: with_unit(one.tail_score, unit)),
        row(f"Mean {LABELS[metric].lower()}", lambda one: with_unit(one.mean_objective, unit)),
        row(f"{LABELS[metric]} of the worst {tail}", lambda one: with_unit(one.tail_objective, unit)),
        row("Draws that break a limit", lambda one: percent(one.share_any_limit_broken)),
        row("  95 % interval", lambda one: interval(one.share_any_limit_broken_interval)),
        row("Draws in which a rights floor fails", lambda one: percent(one.share_any_floor_broken)),
        row("  95 % interval", lambda one: interval(one.share_any_floor_broken_interval)),
    ]
    rows += [
        row(f"{LABELS[name]}, P10, P50, P90", lambda one, name=name: _band(one, name))
        for name in dict.fromkeys((metric, *_BANDS))
    ]
    header = ("", "Hedged", "Base plan", "Hedged, as planned")
    print_table(console, header, rows)


_COLUMNS = ((FRESH, HEDGED), (FRESH, BASE), (PLANNED, HEDGED))


def _band(one: Fares, name: str) -> str:
    if name not in one.bands:
        return NO_VALUE
    return " · ".join(with_unit(value, UNITS[name]).removesuffix(" USD") for value in one.bands[name].values())


def _print_breaks(result: HedgedPlan, console: Console) -> None:
    fresh = result.fares[FRESH]
    by_plan = {plan: {one["name"]: one for one in fresh[plan].broken} for plan in (HEDGED, BASE)}
    names = sorted(
        {*by_plan[HEDGED], *by_plan[BASE]},
        key=lambda name: (-max(by_plan[plan].get(name, _NEVER)["share_broken"] for plan in by_plan), name),
    )
    section(console, "Limits that are missed all the same", "share of fresh draws; by how much (P50) among those that do")
    rows = []
    for name in names[:_ROWS]:
        key, side, scope = name.split(".", 2)
        limit = find_limit(key, result.plan.design)
        unit = "" if limit is None else limit.unit
        label = f"{key if limit is None else limit.label}, {'at most' if side == 'max' else 'at least'}"
        found = [by_plan[plan].get(name, _NEVER) for plan in (HEDGED, BASE)]
        cells = [text for one in found for text in (percent(one["share_broken"]), _excess(one, unit))]
        rows.append((label, scope, *cells))
    print_table(console, ("Limit", "Where", "Hedged", "by", "Base plan", "by"), rows, left=2)
    floors = list(dict.fromkeys([*fresh[HEDGED].floors, *fresh[BASE].floors]))
    section(console, "Rights floors that fail where something is signed", "nobody is hired there in such a draw")
    rows = []
    for name in floors[:_ROWS]:
        floor, _, where = name.partition(".")
        shares = [percent(fresh[plan].floors.get(name, 0.0)) for plan in (HEDGED, BASE)]
        rows.append((floor_label(floor), where, *shares))
    print_table(console, ("Floor", "Where", "Hedged", "Base plan"), rows, left=2)


_NEVER: dict[str, Any] = {"share_broken": 0.0, "excess": {}}
_POINTS_OF_SHARES = 100.0


def _excess(one: dict[str, Any], unit: str) -> str:
    if not one["excess"]:
        return NO_VALUE
    value = one["excess"]["p50"]
    return f"{_POINTS_OF_SHARES * value:,.1f} points" if unit == "share" else with_unit(value, unit)


def _print_words(result: HedgedPlan, console: Console) -> None:
    wanted = result.settings
    metric = result.base.design.objective
    turn = "less" if metric.sense == "max" else "plus"
    words = (
        f"Score of a draw: {LABELS[metric.metric].lower()} {turn} what missed limits cost (hedge.shortfall). Measure: "
        f"{_share(1.0 - wanted.weight)} the mean over draws, {_share(wanted.weight)} the mean of the worst "
        f"{_share(wanted.tail)}. Caps above what is hired at base values are room for where the evidence turns out well; "
        f"signing them costs nothing but permits. Seed {result.seed}."
    )
    console.print(f"[dim]{words}[/dim]")


def _share(share: float) -> str:
    return f"{_POINTS_OF_SHARES * share:g} %"
