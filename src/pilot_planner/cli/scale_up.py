"""``pilot-planner scale`` and ``pilot-planner participation``: wider adoption, and who would take part in it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pilot_planner.cli.exit_codes import TIME_LIMIT, say
from pilot_planner.cli.explore import no_plan_told
from pilot_planner.cli.options import (
    EngineOption,
    InputsOption,
    JsonOption,
    ModelOption,
    OutOption,
    SetOption,
    SolverOption,
    console,
    done,
    interruptible,
    print_json,
    progress,
    settings_of,
    settings_told,
)

if TYPE_CHECKING:
    from rich.console import Console

    from pilot_planner.studies.parties.participation import Participation
    from pilot_planner.studies.scale_up.records import Scale


def scale(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    phases: Annotated[int, typer.Option("--phases", metavar="N", min=2, max=20, help="From the pilot to all hosts.")] = 3,
    out: OutOption = None,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """What wider adoption would take and cost: host by host, size by size, phase by phase with gates between."""
    from pilot_planner.reports import answer_files
    from pilot_planner.studies.scale_up.scale_up import scale as find

    changed = settings_of(settings, solver, engine)
    with interruptible(out), no_plan_told(inputs, model, changed, json_output):
        result = find(model, inputs, changed, phases, progress(), out)
    done()
    summary = scale_summary(result)
    if out is not None:
        answer_files.write_scale(out, result.records(), summary)
        say(f"runs.csv and summary.json written to {out}")
    if json_output:
        print_json({**summary, "runs": [asdict(run) for run in result.runs]})
    else:
        _print_scale(result, console())
        settings_told(model, inputs, changed)
    if "time_limit" in [run.status for run in result.runs] + [phase.status for phase in result.phases]:
        raise SystemExit(TIME_LIMIT)


def scale_summary(result: Scale) -> dict[str, Any]:
    """Everything but the rows of the sizes, as a plain document."""
    return {
        "lifted": list(result.lifted),
        "kept": list(result.kept),
        "changes": [asdict(one) for one in result.changes],
        "cheapest": asdict(result.cheapest),
        "shortfall": asdict(result.shortfall),
        "phases": [asdict(one) for one in result.phases],
    }


def _print_scale(result: Scale, out: Console) -> None:
    from pilot_planner.reports.tables import print_table, section
    from pilot_planner.text.number_format import NO_VALUE, count, money, percent, with_unit

    section(
        out,
        "Sizes",
        "worker-months and USD: the largest programme in so many hosts, the cheapest of 25, 50 and 75 % of it",
    )
    rows = [
        (
            str(run.hosts_allowed),
            f"{run.share:.0%}",
            run.hosts or run.status,
            with_unit(run.worker_months, "months"),
            with_unit(run.workers, "persons"),
            NO_VALUE if run.operating_cost is None else money(run.operating_cost),
            NO_VALUE if run.cost_per_worker_month is None else money(run.cost_per_worker_month),
            "" if run.oversight_posts is None else f"{run.oversight_posts:.1f}",
            percent(run.funds_at_risk_share),
            NO_VALUE if run.worker_income is None else money(run.worker_income),
            NO_VALUE if run.state_revenue is None else money(run.state_revenue),
        )
        for run in result.runs
    ]
    header = ("At most", "Size", "Hosts", "Months", "Workers", "Cost", "Each", "Posts", "At risk", "Income", "Tax")
    print_table(out, header, rows, left=3)
    state = (
        "Every size is proven best" if all(run.status == "optimal" for run in result.runs) else "Not every size is proven"
    )
    out.print(f"{state}. Lifted, since only a pilot has them: {'; '.join(result.lifted)}.", soft_wrap=True)
    out.print(
        f"[dim]Kept: {', '.join(result.kept)}, and everything that rights, law and evidence set.[/dim]", soft_wrap=True
    )
    section(out, "From size to size")
    for change in result.changes:
        out.print(f"- {change.sentence}", soft_wrap=True)
    out.print(f"- {result.cheapest.sentence}", soft_wrap=True)
    section(out, "Against all who are believed to work abroad")
    for sentence in result.shortfall.sentences:
        out.print(f"- {sentence}", soft_wrap=True)
    section(
        out, "Phases", "each a programme of the design's length, set up anew; worker-months and USD of its own, then so far"
    )
    columns = (
        ("worker_months", count),
        ("operating_cost", money),
        ("worker_income", money),
        ("state_revenue", money),
    )
    phases = [
        (
            str(phase.number),
            phase.hosts,
            *(show(getattr(phase, f"{name}{end}")) for name, show in columns for end in ("", "_so_far")),
        )
        for phase in result.phases
    ]
    names = ("Months", "so far", "Cost", "so far", "Income", "so far", "Tax", "so far")
    print_table(out, ("Phase", "Hosts", *names), phases, left=2)
    for phase in result.phases:
        if phase.left_hosts:
            out.print(f"Phase {phase.number} leaves {phase.left_hosts}.", soft_wrap=True)
    gates = result.phases[1].gates
    out.print("A phase opens only when the one before has shown all of these:", soft_wrap=True)
    for gate in gates:
        text = gate.text if gate.sense == "text" else gate.text.partition(", as measured")[0]
        out.print(f"- {gate.indicator + ': ' if gate.sense == 'text' else ''}{text}", soft_wrap=True, markup=False)


def participation(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    out: OutOption = None,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """Would they take part? The state's take and workers' pay against today, and what other sums would mean."""
    from pilot_planner.reports import answer_files
    from pilot_planner.studies.parties.participation import participation as find

    changed = settings_of(settings, solver, engine)
    result = find(model, inputs, changed, progress())
    done()
    summary = participation_summary(result)
    if out is not None:
        answer_files.write_files(out, {"schedules.csv": result.records()}, {"summary.json": summary})
        say(f"schedules.csv and summary.json written to {out}")
    if json_output:
        print_json({**summary, "schedules": result.records()})
    else:
        _print_participation(result, console())
        settings_told(model, inputs, changed)
    if result.plan.status == "time_limit":
        raise SystemExit(TIME_LIMIT)


def participation_summary(result: Participation) -> dict[str, Any]:
    """Everything but the rows of the schedules, as a plain document."""
    return {
        "plan_id": result.plan.plan_id,
        "status": result.plan.status,
        "per_worker_month": asdict(result.total),
        "in_all": {
            name: getattr(result.total, name) * result.total.worker_months
            for name in ("worker_plan", "worker_today", "state_plan", "state_today")
        },
        "placements": [asdict(one) for one in result.placements],
        "thresholds": list(result.thresholds),
        "deduction": result.deduction,
        "top_rate": result.top_rate,
        "top_rate_from": result.top_rate_from,
        "out_of_reach_above": result.out_of_reach_above,
        "nobody_gains": result.nobody_gains,
        "state": result.state.document(),
        "largest_with_floors": result.largest_with_floors.revenue,
        "pay_by_placement": {one.label: one.pay for one in (*result.offers, result.largest_with_floors)},
        "sentences": list(result.sentences),
    }


def _print_participation(result: Participation, out: Console) -> None:
    from pilot_planner.reports.tables import print_table, section
    from pilot_planner.text.number_format import percent, with_unit

    def usd(value: float | None) -> str:
        return with_unit(value, "USD")

    section(out, "Plan against today", "USD of a worker-month")
    rows = [
        (
            f"{one.iso3}.{one.sector}" if one.iso3 else "All",
            with_unit(one.worker_months, "months"),
            usd(one.worker_today),
            usd(one.worker_plan),
            usd(one.state_today),
            usd(one.state_plan),
        )
        for one in (*result.placements, result.total)
    ]
    print_table(out, ("Placement", "Worker-months", "Worker today", "Worker, plan", "State today", "State, plan"), rows)
    section(out, "What other sums would mean", "the plan's workforce held; rates by bracket from " + _thresholds(result))
    offers = [
        (
            one.label,
            usd(one.sum_asked),
            " / ".join(f"{100 * rate:.1f}" for rate in one.rates) or one.status,
            usd(one.net_pay),
            "" if one.floors_held is None else ("held" if one.floors_held else "broken"),
        )
        for one in (*result.offers, result.largest_with_floors)
    ]
    print_table(out, ("Asked", "Sum", "Rates, %", "Net pay a month", "Rights floors"), offers)
    for one in result.offers:
        if one.broken:
            out.print(f"- {one.sentence}", soft_wrap=True)
    for sentence in result.sentences:
        out.print(f"- {sentence}", soft_wrap=True)
    out.print(
        f"[dim]Marginal rates never fall; nothing on the first bracket; {percent(result.top_rate)} at most, as in "
        f"'{result.top_rate_from}'; the lowest paid are spared first.[/dim]",
        soft_wrap=True,
    )


def _thresholds(result: Participation) -> str:
    amounts = " / ".join(f"{result.deduction + lower:,.0f}" for lower in result.thresholds)
    return f"{amounts} USD a month"
