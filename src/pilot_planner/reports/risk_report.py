"""Risk in print, and its files: ``runs.csv``, one row per draw, and ``summary.json``. Complete or absent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.reports.tables import print_table, section
from pilot_planner.studies.execution.finished_lumps import forget
from pilot_planner.studies.sweeps.run_folder import cell
from pilot_planner.studies.uncertainty.risk import Risk
from pilot_planner.studies.uncertainty.sobol import FEWEST_DRAWS, Importance
from pilot_planner.studies.uncertainty.stress_scenarios import NamedDraw
from pilot_planner.studies.uncertainty.summary import unit_of_floor
from pilot_planner.text.names import LABELS, UNITS, floor_label
from pilot_planner.text.number_format import NO_VALUE, interval, percent, signed, with_unit
from pilot_planner.whole_files import telling, write_folder

if TYPE_CHECKING:
    from rich.console import Console

RUNS, SUMMARY = "runs.csv", "summary.json"
_ROWS = 12
_TORNADO = 10
_EXPLAIN = 5
_BANDS = (
    "worker_income",
    "secured_income",
    "state_revenue",
    "operating_cost",
    "net_donor_ask",
    "lowest_balance",
    "funds_at_risk_share",
    "operating_cost_per_worker_month",
    "worker_months",
)
_POINTS_OF_SHARES = 100.0
_HEADERS = {"USD": "m USD", "share": "%"}


def check_folder(folder: Path) -> None:
    """Raises InputError when nothing could be written there, before hours are spent."""
    if folder.exists() and not folder.is_dir():
        raise InputError([Fault(Place(str(folder)), "is a file", "a folder", "choose another name")])


def write_risk(result: Risk, folder: Path) -> None:
    """Both files of a study of draws."""
    write_both(folder, RUNS, result.records(), SUMMARY, result.document())


def write_both(
    folder: Path,
    rows: str,
    records: list[dict[str, Any]],
    summary: str,
    document: dict[str, Any],
    more: Mapping[str, bytes] | None = None,
) -> None:
    """Rows and summary, with ``more`` files by path, all at once. Raises InputError where that cannot be."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(records[0])
    writer.writerows([cell(value) for value in record.values()] for record in records)
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    with telling(folder):
        write_folder(folder, {**(more or {}), rows: out.getvalue().encode(), summary: f"{text}\n".encode()})
        forget(folder)


def print_risk(result: Risk, console: Console) -> None:
    """What breaks how often, bands, what matters most, named draws."""
    summary = result.summary
    planned = summary["no_recourse"]
    drawn = f"{len(result.uncertain)} values in {summary['families']} families drawn, {len(result.fixed)} fixed"
    console.print(f"[bold]{summary['draws']:,} draws of what plan {result.plan.plan_id} rests on[/bold]  [dim]{drawn}[/dim]")
    console.print(
        f"As signed, the plan holds in {_share(planned, 'share_holds')} of the draws. It breaks a limit of its design, "
        f"whether that counts or not, in {_share(planned, 'share_any_limit_broken')}, and a rights floor in "
        f"{_share(planned, 'share_any_floor_broken')}. In brackets: 95 % intervals for so many draws."
    )
    again = summary.get("recourse")
    if again is not None:
        console.print(_of_recourse(again))
    _print_broken(planned, console)
    _print_bands(result, console)
    _print_tornado(result, console)
    section(console, "Events, each by itself")
    for one in result.named:
        _print_named(one, result, console)
    console.print(f"[dim]Seed {result.seed}. Low, base and high are read as P5, mode and P95 of a PERT distribution.[/dim]")


def _of_recourse(again: dict[str, Any]) -> str:
    most = list(again["conflicts"].items())[:_ROWS]
    conflicts = ", ".join(f"{name} in {percent(count / again['without_answer'])}" for name, count in most)
    sentence = (
        f"As run, with hosts, levels, sectors and caps kept and the rest chosen anew, it holds in "
        f"{_share(again, 'share_holds')} of the draws"
    )
    return f"{sentence}; what gives way in the others: {conflicts}." if conflicts else f"{sentence}."


def _print_broken(planned: dict[str, Any], console: Console) -> None:
    section(console, "What breaks if nothing is decided again", "share of draws; excess among the draws that break it")
    rows = []
    broken = [one for one in planned["limits"] if one["share_broken"] > 0]
    for one in broken[:_ROWS]:
        # What the evidence bounds is itself drawn, so a sentence with its base bound would mislead.
        what = one["label"] if one["owner"] == "evidence" else one["sentence"]
        rows.append(
            (
                what,
                one["scope"],
                percent(one["share_broken"]),
                interval(one["interval"]),
                *_excess(one["excess"], one["unit"]),
            )
        )
    print_table(console, ("Limit", "Where", "Breaks", "95 %", "P50", "P90"), rows, left=2)
    others = len(broken) - len(rows)
    never = len(planned["limits"]) - len(broken)
    console.print(f"[dim]{others} other limits break more rarely; {never} never do; all are in {SUMMARY}.[/dim]")
    if planned["floors"]:
        header = ("Rights floor", "Where", "Fails", "95 %", "P50", "P90")
        rows = []
        for one in planned["floors"][:_ROWS]:
            floor, _, where = one["name"].partition(".")
            shares = (percent(one["share_broken"]), interval(one["interval"]))
            rows.append((floor_label(floor), where, *shares, *_excess(one["excess"], unit_of_floor(floor))))
        print_table(console, header, rows, left=2)
        console.print(
            "[dim]A rights floor that fails is no reason to lower it: it says where the pilot should not start.[/dim]"
        )


def _share(found: dict[str, Any], name: str) -> str:
    return f"{percent(found[name])} ({interval(found[name + '_interval'])})"


def _excess(excess: dict[str, float], unit: str) -> tuple[str, str]:
    def shown(value: float) -> str:
        match unit:
            case "share":
                return f"{_POINTS_OF_SHARES * value:,.1f} points"
            case "persons":
                return f"{with_unit(value, unit)} people"
            case "USD a month":
                return f"{with_unit(value, 'USD')} a month"
        return with_unit(value, unit)

    return (shown(excess["p50"]), shown(excess["p90"])) if excess else (NO_VALUE, NO_VALUE)


def _print_bands(result: Risk, console: Console) -> None:
    summary = result.summary
    planned, again = summary["no_recourse"]["bands"], summary.get("recourse", {}).get("bands", {})
    section(console, "Bands", "P10, P50 and P90; as run over the draws in which it holds")
    rows = []
    for name in dict.fromkeys((result.plan.design.objective.metric, *_BANDS)):
        if name not in planned:
            continue
        base = summary["base"].get(name)
        cells = [with_unit(value, UNITS[name]) for value in planned[name].values()]
        more = [with_unit(value, UNITS[name]) for value in again[name].values()] if name in again else [NO_VALUE] * 3
        rows.append((LABELS[name], with_unit(base, UNITS[name]), *cells, *more))
    print_table(console, ("", "Plan", "P10", "P50", "P90", "as run", "P50", "P90"), rows)


def _print_tornado(result: Risk, console: Console) -> None:
    if not result.tornado:
        return
    names = list(result.tornado[0].at_low)
    section(console, "What matters most", "one family at its low and at its high, all else at base, nothing decided again")
    header = ("Low to high", *(f"{LABELS[name]}, {_HEADERS.get(UNITS[name], UNITS[name])}" for name in names))
    ends = ((one.family, *(_from_to(one.at_low[n], one.at_high[n], UNITS[n]) for n in names)) for one in result.tornado)
    print_table(console, header, islice(ends, _TORNADO), whole=True)
    for name in next(iter(result.importance.values()), {}):
        console.print(_explained(result, name), markup=False, soft_wrap=True)


def _explained(result: Risk, name: str) -> str:
    """What explains the spread of a figure over the draws, in one sentence."""
    known = [(family, one) for family, found in result.importance.items() if (one := found[name]) is not None]
    label = LABELS[name].lower()
    if not known:
        return f"What explains {label} cannot be told: it does not vary, or there are fewer than {FEWEST_DRAWS} draws."
    told = sorted((pair for pair in known if pair[1].found), key=lambda pair: -pair[1].share)
    words = ", ".join(f"{family} {_with_error(one)}" for family, one in told[:_EXPLAIN])
    rest = len(known) - len(told)
    return (
        f"Of the variance of {label} over all draws, by itself (95 % interval): {words or 'nothing for certain'}; "
        f"{rest} of {len(known)} families cannot be told from no effect."
    )


def _with_error(one: Importance) -> str:
    return f"{_POINTS_OF_SHARES * one.share:.0f} ± {_POINTS_OF_SHARES * one.error:.0f} %"


def _from_to(low: float | None, high: float | None, unit: str) -> str:
    """Both ends without their unit, which stands in the header."""
    if low is None or high is None:
        return NO_VALUE
    scale = {"USD": 1e-6, "share": _POINTS_OF_SHARES}.get(unit, 1.0)
    return f"{scale * low:,.2f} – {scale * high:,.2f}"


def _print_named(one: NamedDraw, result: Risk, console: Console) -> None:
    low, base_chance, high = one.probability
    chance = f"{percent(base_chance)} likely ({percent(low)} to {percent(high)}, grade {one.grade})"
    console.print(f"- {one.what} {chance}; --event {one.name}", markup=False, soft_wrap=True)
    main = list(result.tornado[0].at_low) if result.tornado else []
    base = result.summary["base"]
    changes = []
    for name in main:
        value, before = one.planned.figures[name], base.get(name)
        if value is not None and before is not None:
            change = signed(value - before, UNITS[name])
            changes.append(f"{LABELS[name].lower()} {with_unit(value, UNITS[name])} ({change})")
    lowest = with_unit(one.planned.figures["lowest_balance"], "USD")
    sentences = [f"As planned: {', '.join(changes)}; lowest balance of funds {lowest}."]
    if one.amounts:
        names = {
            "income_lost": "workers lose",
            "cost_added": "added cost",
            "cost_saved": "cost saved",
            "last_balance": "left",
        }
        amounts = ", ".join(f"{words} {with_unit(one.amounts[name], 'USD')}" for name, words in names.items())
        sentences.append(f"Of it: {amounts}.")
    broken = [*one.planned.broken, *one.planned.floors]
    sentences.append(f"Breaks {', '.join(broken)}." if broken else "Breaks nothing.")
    if one.answer is not None:
        sentences.append(_answer(one, result))
    if one.anew is not None:
        sentences.append(_anew(one.anew, result))
    for sentence in sentences:
        console.print(f"  {sentence}", markup=False, soft_wrap=True)


def _answer(one: NamedDraw, result: Risk) -> str:
    if one.answer is None or one.answer.status != "optimal":
        conflict = () if one.answer is None else one.answer.conflict
        verb = "gives way" if len(conflict) == 1 else "give way"
        gives = f" ({', '.join(conflict)} {verb})" if conflict else ""
        return f"With caps kept and the rest chosen anew: no answer{gives}."
    name = result.plan.design.objective.metric
    return f"With caps kept and the rest chosen anew: {LABELS[name].lower()} {_shown(one.answer.figures[name], name)}."


def _anew(anew: dict[str, Any], result: Risk) -> str:
    name = result.plan.design.objective.metric
    if "objective" not in anew:
        return "Planned anew with everything open: no plan."
    return f"Planned anew with everything open: {LABELS[name].lower()} {_shown(anew['objective'], name)} in {anew['hosts']}."


def _shown(value: float | None, name: str) -> str:
    return with_unit(value, UNITS[name])
