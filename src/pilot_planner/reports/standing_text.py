"""Where a signed pilot stands, and the ways to go on, in print."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilot_planner.programme.metrics import METRICS
from pilot_planner.reports.tables import print_table, section
from pilot_planner.studies.after_signature.learning import Lessons
from pilot_planner.studies.after_signature.replan import Answer, Replan
from pilot_planner.studies.after_signature.standing import Standing
from pilot_planner.studies.planning.preconditions import LEGAL_GATE
from pilot_planner.text.names import host_names, metric_label, place_in_words, sector_names
from pilot_planner.text.number_format import NO_VALUE, signed, with_unit
from pilot_planner.whole_files import telling, write_folder

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN = ("worker_income", "secured_income", "worker_months", "operating_cost", "funds_at_risk", "state_revenue")
_MOST = 12


def print_standing(now: Standing, console: Console) -> None:
    """What differs, why, what is broken or will be, and how long money lasts."""
    whole = f"{now.over} of {now.last} periods are over" + (
        f", period {now.reported} is reported in part" if now.reported > now.over else ""
    )
    section(console, f"Where plan {now.plan.plan_id} stands", whole)
    rows = []
    for name in _SHOWN:
        before, after = now.metrics[name]
        unit = METRICS[name].unit
        rows.append((metric_label(name), with_unit(before, unit), with_unit(after, unit), signed(after - before, unit)))
    print_table(console, ("Whole programme", "Plan", "Forecast", "Difference"), rows)
    _print_people(now, console)
    _print_splits(now, console)
    _print_limits(now, console)
    _print_funds(now, console)
    corrections = now.actuals.corrections()
    if corrections:
        section(console, "Corrected figures", f"{len(corrections)}, older ones are kept")
        for name, row in corrections[-_MOST:]:
            console.print(f"- {name}: {row['corrected_on']}, {row['corrected_by']}: {row['why']}", markup=False)
    console.print(f"\n[dim]{LEGAL_GATE}[/dim]")


def _print_people(now: Standing, console: Console) -> None:
    names = {**host_names(now.plan.inputs), **sector_names(now.plan.inputs)}
    section(console, "People at work", "at the end of the last period that is over, and of the programme")
    rows = [
        (place_in_words(one.place, names), *(with_unit(float(value), "persons") for value in values))
        for one in now.lines
        if (one.subject, one.item) == ("people", "workers")
        for values in [(one.plan_to_date, one.actual_to_date, one.plan, one.forecast)]
    ]
    print_table(console, ("Placement", "Planned now", "There now", "Planned at the end", "Forecast"), rows)


def _print_splits(now: Standing, console: Console) -> None:
    moved = sorted((one for one in now.splits if one.difference), key=lambda one: -abs(one.difference))
    if not moved:
        return
    section(console, "Why money differs from the plan, to date", "USD; people + price + mix = difference, to the cent")
    rows = [
        (one.item.replace("_", " "), *(f"{value:+,.2f}" for value in (one.difference, one.people, one.price, one.mix)))
        for one in moved[:_MOST]
    ]
    print_table(console, ("Channel or cost line", "Difference", "People", "Price", "Mix"), rows)
    if len(moved) > _MOST:
        console.print(f"[dim]and {len(moved) - _MOST} smaller ones: --out writes all[/dim]")


def _print_limits(now: Standing, console: Console) -> None:
    section(console, "Limits", f"{len(now.broken)} were not kept, {len(now.ahead)} will not be if nothing is decided anew")
    for words, some in (("was", now.broken), ("will be", now.ahead)):
        for one in some:
            where = "" if one.scope == "programme" else f" ({one.scope})"
            when = "" if one.period is None else f" in period {one.period}"
            value = with_unit(one.value, one.unit)
            console.print(f"- {one.sentence}{where} It {words} {value}{when}.", markup=False)
    if not now.broken and not now.ahead:
        console.print("All are kept, and will be by the forecast.")


def _print_funds(now: Standing, console: Console) -> None:
    funds = now.funds
    section(console, "Money", "USD")
    rows = [
        (name, f"{value:,.2f}")
        for name, value in (
            ("Received from donors", funds.received),
            ("Levies of employers", funds.levies),
            ("Spent", funds.spent),
            ("Left", funds.left),
            ("of it committed", funds.committed),
            ("Overdue from donors", funds.overdue),
        )
    ]
    print_table(console, ("", "USD"), rows)
    if funds.lasts_to is not None:
        console.print(f"Without another payment of donors money lasts to {funds.lasts_to}.")
    following = funds.next_tranche
    if following is not None:
        needed = "nothing before the end" if following.needed_from is None else f"what begins on {following.needed_from}"
        console.print(
            f"Next tranche: {following.usd:,.2f} on {following.day} ({following.donor}); it is needed for {needed}.",
            markup=False,
        )


def write_standing(now: Standing, folder: str | Path) -> None:
    """Write lines, differences, indicators and limits as CSV into a folder. Raises InputError where it cannot be written."""
    document = now.document()
    tables = {
        "lines.csv": now.records(),
        "differences.csv": [{name: getattr(one, name) for name in type(one).__slots__} for one in now.splits],
        "indicators.csv": document["indicators"],
        "limits.csv": [
            {"state": state, **one} for state in ("broken", "ahead") for one in document[f"limits_{state}"]
        ],
        "metrics.csv": [{"metric": name, "plan": a, "forecast": b} for name, (a, b) in now.metrics.items()],
    }  # fmt: skip
    with telling(folder):
        write_folder(folder, {name: _csv(rows) for name, rows in tables.items()})


def _csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else value


def print_replan(found: Replan, console: Console) -> None:
    """The answers side by side: what each means for workers, for money, and what has to be given up."""
    section(console, "Ways to go on", f"after {found.standing.over} of {found.standing.last} periods; the past is fixed")
    heads = ("From now on", "As signed", *(one.way.replace("_", " ") for one in found.answers))
    rows = [
        (label, with_unit(getattr(found.signed, name), unit), *(_of_workers(one, name, unit) for one in found.answers))
        for name, (label, unit) in _FOR_WORKERS.items()
    ]
    rows += [
        (f"{metric_label(name)}, whole", with_unit(found.before.metrics[name], METRICS[name].unit), *_of_plans(found, name))
        for name in ("worker_income", "operating_cost")
    ]
    print_table(console, heads, rows)
    for one in found.answers:
        console.print(f"\n{one.sentence}", markup=False)
        for text in _said(one):
            console.print(f"- {text}", markup=False)
    console.print(f"\n[dim]{LEGAL_GATE}[/dim]")


_FOR_WORKERS = {
    "income": ("Net pay of workers", "USD"),
    "months": ("Worker-months", "months"),
    "newcomers": ("Persons who still start", "persons"),
    "at_the_end": ("Persons at work at the end", "persons"),
    "notice_wages": ("Wages for early ends", "USD"),
}


def _of_workers(one: Answer, name: str, unit: str) -> str:
    return NO_VALUE if one.workers is None else with_unit(getattr(one.workers, name), unit)


def _of_plans(found: Replan, name: str) -> list[str]:
    unit = METRICS[name].unit
    return [NO_VALUE if one.plan is None else with_unit(one.plan.metrics[name], unit) for one in found.answers]


def _said(one: Answer) -> list[str]:
    if one.plan is None:
        return list(one.reasons)
    said = [lost.sentence for lost in one.given_up]
    if one.same:
        said.append("The rest of the signed plan is as good as any: nothing changes.")
    if one.plan.outcome.status == "optimal":
        said.append("Proven: no rest under these limits is better by more than the design's gap.")
    return said


def print_lessons(lessons: Lessons, console: Console) -> None:
    """Prior, data and posterior of every input that was observed, those first on which data weighs most."""
    section(console, "What the pilot teaches", "low, base, high; nothing is taken over unless it is asked for")
    rows = [
        (
            one.path,
            " ".join(f"{value:,.4g}" for value in one.prior),
            NO_VALUE if one.observed is None else f"{one.observed:,.4g} of {one.count:,.4g}",
            " ".join(f"{value:,.4g}" for value in one.posterior),
            f"{one.weight:.0%}",
            f"{one.source} ({one.grade})",
        )
        for one in sorted(lessons.lessons, key=lambda one: -one.weight)
    ]
    print_table(console, ("Input", "Believed", "Seen", "Follows", "Weight of data", "Source"), rows, whole=True)
