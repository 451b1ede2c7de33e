"""The risk register: the risks of ``facts/risk_register.csv`` that this plan runs, sized by its own figures."""

from __future__ import annotations

from pilot_planner.data.reading import Row
from pilot_planner.exports.proposal.blocks import Section, Text, text
from pilot_planner.exports.proposal.section_builder import Draft, line, paragraph, table
from pilot_planner.studies.planning.preconditions import applies
from pilot_planner.text.labels import counted, in_words, inline, shown
from pilot_planner.text.names import metric_label, metric_unit

FILE = "facts/risk_register.csv"
_ORDER = {"high": 0, "medium": 1, "low": 2}


def runs(draft: Draft, when: str) -> bool:
    """Whether a risk is one of this plan's."""
    plan = draft.plan
    match when:
        case "in_kind":
            return plan.accounts.total("in_kind") > 0
        case "one_host":
            return len(plan.hosts) == 1
        case "two_hosts":
            return len(plan.hosts) > 1
        case "assumed_demand":
            return any(one.demand_grade == "C" for one in plan.placements)
        case "waivers":
            return any(condition.condition_id.startswith("waiver") for condition in plan.conditions)
        case _:
            return applies(when, plan.case, plan.accounts, set()) is not None


def gravest_first(draft: Draft) -> list[Row]:
    """The risks that this plan runs."""
    rows = [row for row in draft.plan.inputs.rows(FILE) if runs(draft, row.text("applies_when"))]
    return sorted(
        rows, key=lambda row: (_ORDER[row.text("likelihood")] + _ORDER[row.text("impact")], _ORDER[row.text("residual")])
    )


def risk_register(draft: Draft) -> Section:
    """The gravest first."""
    rows = gravest_first(draft)
    grave = [row for row in rows if row.text("likelihood") == row.text("impact") == "high"]
    after = sum(row.text("residual") == "high" for row in rows)
    words = f"{counted(len(rows), 'risk', capital=True)} {'is' if len(rows) == 1 else 'are'} known to come with this plan."
    if grave:
        words += f" {in_words(len(grave), capital=True)} of them {'is' if len(grave) == 1 else 'are'} both likely and grave."
    if after:
        stay = "stays" if after == 1 else "stay"
        words += f" After all that can be done {in_words(after)} {stay} high, and no plan can change that."
    return Section(
        "Risk register",
        (
            paragraph(words, kind="lead"),
            table(
                "Risks, what is done about them and what remains",
                [
                    ("Risk, and what is at stake", 35),
                    ("Likely", 9),
                    ("Grave", 9),
                    ("What is done", 31),
                    ("Owner", 16),
                    ("Remains", 10),
                ],
                [
                    line(
                        text(row.text("risk"), _at_stake(draft, row.text("sized_by")), draft.source(row.text("source_id"))),
                        row.text("likelihood"),
                        row.text("impact"),
                        row.text("mitigation"),
                        row.text("owner"),
                        row.text("residual"),
                    )
                    for row in rows
                ],
                text("Likelihood and gravity are judged before anything is done, the last column after it."),
                small=True,
            ),
        ),
    )


def _at_stake(draft: Draft, figure: str) -> Text:
    defined = draft.plan.metrics.get(figure, draft.plan.ratios.get(figure))
    if not figure or not defined:
        return ()
    return text(
        f" At stake here: {inline(metric_label(figure))} {shown(defined, metric_unit(figure))} ",
        draft.marks.figure(figure),
        ".",
    )
