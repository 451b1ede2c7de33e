"""The answers in print: trade-offs, prices, why-not, diagnosis, alternatives, comparison."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.programme.metrics import METRICS
from pilot_planner.reports.tables import print_table, section
from pilot_planner.studies.explain.cliff_words import steady_words
from pilot_planner.studies.explain.cliffs import Cliffs, nearest
from pilot_planner.studies.explain.host_exclusion import Left, WhyNot
from pilot_planner.studies.explain.infeasibility import Diagnosis
from pilot_planner.studies.explain.repairs import Repair
from pilot_planner.studies.explain.shadow_prices import Prices
from pilot_planner.studies.pareto.near_optimal import Alternatives
from pilot_planner.studies.pareto.pareto_front import TradeOffs
from pilot_planner.studies.planning.loosened import headline, loosened_safeguards
from pilot_planner.studies.planning.without_effect import sentence as told_without_effect
from pilot_planner.studies.planning.without_effect import without_effect
from pilot_planner.text.number_format import percent, with_unit

if TYPE_CHECKING:
    from rich.console import Console


def print_front(result: TradeOffs, console: Console) -> None:
    """The front as a table, then what it proves and where hosts switch."""
    names = [axis.metric for axis in result.axes]
    section(console, f"{len(result.points)} plans, none better than another in everything", _axes(result))
    rows = []
    for point in result.points:
        values = [with_unit(point.axes[name], METRICS[name].unit) for name in names]
        per_month = with_unit(point.ratios["operating_cost_per_worker_month"], "USD")
        risk = percent(point.ratios["funds_at_risk_share"])
        rows.append(
            (str(point.number), point.hosts, *values, with_unit(point.metrics["worker_months"], "months"), per_month, risk)
        )
    header = ("No.", "Hosts", *(METRICS[name].label for name in names), "Worker-months", "Cost a month", "At risk")
    print_table(console, header, rows, left=2)
    for switch in result.switches:
        console.print(switch.sentence)
    console.print(f"[dim]{' '.join(result.sentences)} Sets of hosts: {', '.join(result.host_sets)}.[/dim]")


def _axes(result: TradeOffs) -> str:
    words = {"min": "less", "max": "more"}
    return ", ".join(f"{METRICS[axis.metric].label.lower()}: {words[axis.sense]} is better" for axis in result.axes)


def print_explanation(prices: Prices, why: WhyNot, console: Console, cliffs: Cliffs | None = None) -> None:
    """Prices and cliffs of limits, cliffs of inputs, what is left out and why, what rights floors cost and protect."""
    worth = [one for one in prices.prices if one.binding or abs(one.price) > 0]
    section(console, "What one more unit is worth", f"{len(worth)} of {len(prices.prices)} limits")
    for one in worth:
        console.print(f"- {one.sentence} [dim]({one.kind})[/dim]")
        for cliff in [] if cliffs is None else cliffs.of(f"limits.{one.key}.{one.side}"):
            console.print(f"  Cliff: {cliff.sentence}")
    slack = [one for one in prices.prices if one not in worth]
    if slack:
        console.print(f"[dim]Not binding: {', '.join(f'{one.label.lower()} ({one.side})' for one in slack)}.[/dim]")
    if cliffs is not None:
        _print_cliffs(cliffs, {f"limits.{one.key}.{one.side}" for one in worth}, console)
    print_settings_told(prices.plan.design, prices.plan.inputs, console)
    _left_out(why, console)
    if why.floors:
        section(console, "What each rights floor costs, and protects", "a price is no reason to drop it")
        for floor in why.floors:
            console.print(f"- {floor.sentence}")


def print_settings_told(design: Design, inputs: Inputs, console: Console) -> None:
    """What the design loosens, and inputs that were set and reach no figure."""
    if loosened := loosened_safeguards(design, inputs):
        console.print(f"\n[bold]{headline(loosened)}[/bold]")
        for one in loosened:
            console.print(f"- {one.sentence}")
    if inputs.changes and (idle := without_effect(make_case(design, inputs))):
        console.print(f"[bold]Note:[/bold] {told_without_effect(idle)}")


def _left_out(why: WhyNot, console: Console) -> None:
    """Hosts that pass and are not chosen, those nearest to passing, then every reason."""
    section(console, "Why not another host")
    for left in why.left:
        if left.status != "excluded":
            console.print(f"- {left.sentence}")
    excluded = [left for left in why.left if left.status == "excluded"]
    near = [left for left in excluded if left.worth_sentence]
    if near:
        console.print("Nearest to passing the rights floors:")
        for left in near:
            console.print(f"- {left.sentence} {left.worth_sentence}")
    rows = ((_name(left), left.fails, _let_in(left)) for left in excluded)
    print_table(console, ("Host", "Fails", "What would let it in"), rows, left=3)


def _print_cliffs(cliffs: Cliffs, told: set[str], console: Console) -> None:
    """Cliffs that do not stand beside a limit, the nearest first; how far nothing changes; what was not looked at."""
    others = nearest(one for one in cliffs.cliffs if one.path not in told)
    section(console, "What the plan stands on", "values at which hosts, levels or feasibility change; both sides solved")
    for one in others:
        console.print(f"- {one.sentence}")
    if cliffs.steady:
        console.print(f"[dim]No change as far as was looked: {'; '.join(steady_words(one) for one in cliffs.steady)}.[/dim]")
    if cliffs.not_looked:
        first, more = cliffs.not_looked[:_NAMED], len(cliffs.not_looked) - _NAMED
        rest = f" and {more} more" if more > 0 else ""
        console.print(
            f"[dim]Not looked at in {cliffs.seconds:.1f} s: {', '.join(first)}{rest}; '--cliffs all' looks at all.[/dim]"
        )


_NAMED = 6


def _let_in(left: Left) -> str:
    return left.change or ("evidence has to be found first" if left.nearest else "")


def _name(left: Any) -> str:
    return f"{left.iso3}.{left.sector}" if left.sector else left.iso3


def print_diagnosis(diagnosis: Diagnosis, console: Console) -> None:
    """What conflicts, what each member alone would need, the least set of them and the smallest joint change."""
    section(console, "No plan meets all limits of this design")
    for reason in diagnosis.reasons:
        console.print(f"- {reason}" if not reason.endswith(":") else reason)
    if diagnosis.repairs:
        section(
            console, "Each of these alone makes a plan possible", "smallest change, rounded outward, verified by solving"
        )
        for repair in diagnosis.repairs:
            _print_repair(repair, console)
    _print_not_alone(diagnosis, console)
    if diagnosis.least_set is not None:
        section(console, "The fewest limits that have to change", "together, and as little as is enough")
        _print_repair(diagnosis.least_set, console)
    if diagnosis.joint is not None:
        section(console, "The smallest joint change", "the least sum of changes, each as a share of its bound")
        _print_repair(diagnosis.joint, console)
    for sentence in diagnosis.not_known:
        console.print(sentence)


def print_shortly(diagnosis: Diagnosis, console: Console) -> None:
    """The shortest conflict and the least repair: what a plan that is not there says by itself."""
    for reason in diagnosis.reasons[: _lines_of_first(diagnosis)]:
        console.print(f"- {reason}" if not reason.endswith(":") else reason)
    more = len(diagnosis.conflicts) - 1
    if more > 0:
        console.print(f"[dim]and {more} more conflict{'s' if more > 1 else ''}[/dim]")
    if diagnosis.least is not None:
        console.print("\nThe least repair, verified by solving:")
        _print_repair(diagnosis.least, console)
    elif diagnosis.conflicts:
        console.print("\nNo repair was found in the time.")


def _lines_of_first(diagnosis: Diagnosis) -> int:
    """How many of the reasons tell the first conflict: its members, the line above them, and the one above all."""
    if not diagnosis.conflicts:
        return len(diagnosis.reasons)
    return len(diagnosis.conflicts[0]) + (1 if len(diagnosis.conflicts) == 1 and diagnosis.complete else 2)


def _print_repair(repair: Repair, console: Console) -> None:
    console.print(f"- {repair.sentence}")
    # Parts of it are read by the shell, and brackets would be read as marks of style.
    words = " ".join(f"--set {shlex.quote(one)}" for one in repair.settings)
    console.print(f"  {words}", style="dim", markup=False)


def _print_not_alone(diagnosis: Diagnosis, console: Console) -> None:
    """Members whose change alone is not enough, by the conflict that is left without them."""
    named = {one.path: f"{one.name} ({one.path})" for conflict in diagnosis.conflicts for one in conflict}
    left: dict[tuple[str, ...], list[str]] = {}
    for one in diagnosis.alone:
        if one.enough is False:
            left.setdefault(one.then, []).append(named[one.member.path])
        elif one.enough and not one.repairs:
            console.print(f"- Without {named[one.member.path]} there is a plan, but none that employs anybody.")
    if left:
        section(console, "A change of these alone is not enough")
    for then, paths in left.items():
        rest = f"this conflict is left: {', '.join(named[path] for path in then)}" if then else "other limits conflict still"
        console.print(f"- {', '.join(paths)}: without any one of them {rest}")


def print_alternatives(result: Alternatives, console: Console) -> None:
    """Near-optimal plans by what differs."""
    section(console, f"Plans within {percent(result.within)} of the best that differ most")
    rows = []
    for one in result.alternatives:
        per_month = with_unit(one.ratios["operating_cost_per_worker_month"], "USD")
        rows.append((str(one.number), one.hosts, one.named, percent(one.loss_share), per_month))
    print_table(console, ("No.", "Hosts", "What differs", "Loss", "Cost a month"), rows, left=3)
