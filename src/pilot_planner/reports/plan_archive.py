"""A plan as one zip: its folder, the settings that made it, and a page that says what all that is. Complete or absent."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from pilot_planner.design.overrides import Overrides, overrides_text
from pilot_planner.reports.plan_folder import FILES, plan_files
from pilot_planner.reports.plan_text import headline, proof
from pilot_planner.studies.planning.plan import Plan

README, SCENARIO = "README.txt", "scenario.toml"
LINES = {
    README: "what this is, what it is not, and how to make it again",
    "plan.json": "the plan: hosts, placements, worker caps, figures, limits, comparators, conditions precedent",
    "periods.csv": "periods with their dates; 0 is before the first, the last one after the end",
    "places.csv": "candidate hosts, and PRG for what belongs to no single host",
    "workforce.csv": "workers and arrivals by host, sector and period, with their caps",
    "flows.csv": "what firms pay and who gets it, by placement, period and channel",
    "escrow.csv": "the escrow account of each host, period by period",
    "budget.csv": "every budget line: quantity, unit cost, amount, UNSDG category, source and grade",
    "oversight.csv": "inspectors and visits by host and period",
    "eligibility.csv": "every host and sector with the reasons that exclude it",
    "sources.csv": "every source that a figure of the plan rests on",
    "programme.mps": "the linear programme that was solved, for any other solver",
    "programme.lp": "the same programme in a form that people can read",
    "datapackage.json": "what stands in each of these files: columns, units, keys (Frictionless Data Package)",
    "manifest.json": "versions, hashes of inputs and design, solver options: what makes it reproducible",
    SCENARIO: "the settings on top of the design, as --set @scenario.toml takes them",
}
"""What each file of the zip is, in one line."""


@dataclass(frozen=True)
class Archive:
    """A zip in memory, and what is in it: name, bytes, one line."""

    name: str
    raw: bytes
    files: tuple[tuple[str, int, str], ...]


def plan_archive(plan: Plan, overrides: Overrides, command: str) -> Archive:
    """Everything about a plan in one zip. ``command`` is the line that makes the same plan."""
    made, folder = plan_files(plan), f"plan_{plan.plan_id}"
    contents = {name: made[name] for name in FILES}
    if overrides.settings:
        use = f"pilot-planner plan{f' --model {overrides.design}' if overrides.design else ''} --set @{SCENARIO}"
        contents[SCENARIO] = overrides_text(overrides, use).encode()
    contents = {README: _read_me(plan, overrides, command, contents).encode(), **contents}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, raw in contents.items():
            out.writestr(f"{folder}/{name}", raw)
    files = tuple((name, len(raw), LINES[name]) for name, raw in contents.items())
    return Archive(f"{folder}.zip", packed.getvalue(), files)


def _read_me(plan: Plan, overrides: Overrides, command: str, contents: dict[str, bytes]) -> str:
    named = f" Scenario: {overrides.name}." if overrides.name else ""
    lines = [
        plan.design.title,
        "=" * len(plan.design.title),
        "",
        plan.legal_gate,
        "",
        headline(plan),
        proof(plan),
        f"Plan {plan.plan_id}, design '{plan.design.name}'.{named} USD at prices of {plan.design.programme.price_year}.",
        "It plans head counts; it holds no personal data.",
        "",
        "Made again by",
        "",
        f"    {command}",
        "",
        "Files",
        "",
        *(f"    {name:<16} {LINES[name]}" for name in (README, *contents)),
    ]
    return "\n".join(lines) + "\n"
