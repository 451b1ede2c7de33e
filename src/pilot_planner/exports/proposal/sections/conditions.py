"""Conditions precedent: what must be true before anybody travels."""

from __future__ import annotations

from pilot_planner.exports.gate_terms import condition
from pilot_planner.exports.proposal.blocks import Section
from pilot_planner.exports.proposal.section_builder import Draft, line, paragraph, table
from pilot_planner.exports.proposal.sections import chapter
from pilot_planner.text.labels import counted, listed


def conditions(draft: Draft) -> Section:
    """Those that this plan relies on."""
    found = draft.plan.conditions
    rows = []
    for place, one in enumerate(found, start=1):
        about = listed([draft.host(host) for host in one.hosts]) or "all hosts"
        rows.append(line(str(place), (one.text, *draft.source(one.source_id)), about, one.owner))
    return Section(
        "Conditions precedent",
        (
            paragraph(
                f"The plan relies on {counted(len(found), 'condition')}. None is in place today, and the plan does not "
                f"make any of them so: without each of them nobody "
                "travels and no donor money is drawn.",
                kind="lead",
            ),
            table(
                "What must be true first, and who must bring it about",
                [("No.", 5), ("Condition", 55), ("About", 15), ("Owner", 25)],
                rows,
                small=True,
            ),
        ),
        _gate(draft),
    )


def _gate(draft: Draft) -> tuple[Section, ...]:
    """What the decision at the gate binds; nothing where the design has none."""
    found = draft.dossier.studies.gate
    if found is None:
        return ()
    words = (condition(draft.dossier, found), f"What is decided by what stands in {chapter('work_plan')}.")
    return (Section("Condition of going on", (paragraph(*words),)),)
