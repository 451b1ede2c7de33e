"""Context: what the evidence says of today, in our own words, each figure with its source."""

from __future__ import annotations

from pilot_planner.exports.proposal.blocks import Section, Text, text
from pilot_planner.exports.proposal.section_builder import Draft, amount, line, paragraph, table
from pilot_planner.reports.plan_text import CLARIFIED
from pilot_planner.studies.planning.status_quo import evasion_sentence
from pilot_planner.text.labels import shown

_ROWS = (
    ("worker_income", "Paid to workers"),
    ("secured_income", "What they can be expected to keep"),
    ("state_revenue", "Taken by the state: remittance today, income tax under the plan"),
    ("expected_state_take", "Expected to reach the state unchecked"),
    ("others_take", "Taken by managers, brokers and officials"),
    ("operating_cost", "Cost of running the programme"),
)


def context(draft: Draft) -> Section:
    """Today, why a ban did not end it, and the same months of work under four arrangements."""
    told = draft.told
    blocks = [
        paragraph(
            told(
                "P001 P002 P003",
                "In 2017 the Security Council forbade new work permits for nationals of the DPRK and asked for all "
                "workers to be "
                "home by 22 December 2019.",
            ),
            told(
                "P007 P008 P009",
                "The work went on. By the last report of the Council’s experts some {P007} people still worked in "
                "{P008} countries and "
                "earned the state about {P009} USD a year, information technology apart.",
            ),
            told("P013", "In May 2025 South Korea counted {P013} in Russia alone, on visas that are not for work."),
            kind="lead",
        ),
        paragraph(
            told(
                "P016 P018",
                "Labels changed and the work did not. Russia issued {P016} student visas to DPRK nationals in 2017 "
                "and {P018} in 2019;",
                " a law of 2020 lets full-time students work without a permit.",
            ),
            told(
                "V006 V007",
                "Another ministry counted {V007} student and {V006} tourist visas for 2019. Not every holder worked, "
                "so these are upper bounds.",
            ),
            told(
                "P022 P023 P025",
                "Universities, companies, intermediaries and local police each take a share, and the worker pays for it.",
            ),
        ),
        paragraph(
            told(
                "P028 P029 P030",
                "Builders in Russia told researchers that they kept about {P028} USD a month of the {P029-} USD that "
                "their {P030-} hours "
                "a week were worth.",
            ),
            told("P033", "The state received {P033-} USD of it; managers, brokers, tuition fees and bribes took the rest."),
            told("P037 P040", "{P037} worked on somebody else’s visa, and all held only copies of their papers."),
            told("P046", "Taken together, the situation meets all {P046} indicators of forced labour that the ILO uses."),
        ),
        paragraph(
            told(
                "P048 P049",
                "For most people in the DPRK work abroad is nevertheless one of the few ways to see another country and "
                "to earn: since the "
                "pandemic only a few dozen have fled directly, while thousands go abroad to work.",
            ),
            told(
                "P005",
                "A ban that looks at security alone misses that the missing control over pay is the channel itself.",
            ),
        ),
        _compared(draft),
        paragraph(_reading(draft)),
        paragraph(*draft.plan.status_quo.sentences, evasion_sentence(draft.plan)),
    ]
    return Section("Context", tuple(block for block in blocks if getattr(block, "words", True)))


def _compared(draft: Draft):  # type: ignore[no-untyped-def]
    plan = draft.plan
    names = ("status_quo", "imperfect_ban_base", "clarified_ban", "enforced_ban")
    others = [plan.comparators[name] for name in names]
    rows = []
    for name, label in _ROWS:
        own = plan.metrics.get(name, 0.0)
        mark = (" ", draft.marks.figure(name)) if name in plan.metrics else ()
        values = (own, *(one[name] for one in others))
        if any(values):
            rows.append(line((label, *mark), *(amount(value, "USD") for value in values)))
    return table(
        f"The people of {plan.metrics['worker_months']:,.0f} months of work under five arrangements ({draft.prices})",
        [
            ("USD of the whole programme", 30),
            ("This plan", 14, True),
            ("Today", 14, True),
            ("Leaky ban", 14, True),
            ("Clarified ban", 14, True),
            ("Enforced ban", 14, True),
        ],
        rows,
        text(
            f"{plan.additionality.sentence} A leaky ban is one that a share of today’s work evades as it does now; the "
            f"share is judged (grade C, to be replaced). {CLARIFIED} Under an enforced ban nobody works abroad, so nobody "
            "is paid there and nothing is protected."
        ),
    )


def _reading(draft: Draft) -> Text:
    plan = draft.plan
    take = plan.metrics["expected_state_take"]
    today, leaky, abroad = (
        plan.comparators[name]["expected_state_take"] for name in ("status_quo", "imperfect_ban_base", "abroad_today")
    )
    what = "What can be expected to reach the state unchecked"
    if take >= today:
        words = (
            f"{what} rises from {amount(today, 'USD')} today to {shown(take, 'USD')}, since so few of these people are "
            f"taken to be abroad today; were all of them, it would be {shown(abroad, 'USD')} today."
        )
    elif take < leaky:
        words = (
            f"{what} is {shown(take, 'USD')} under this plan, against {shown(today, 'USD')} today and "
            f"{shown(leaky, 'USD')} under a ban that leaks."
        )
    else:
        words = (
            f"{what} falls from {shown(today, 'USD')} today to {shown(take, 'USD')}; a ban that leaks as assumed would let "
            f"{shown(leaky, 'USD')} through."
        )
    return text(words, " Only a ban that nobody evades would let nothing through, and the past years show none.")
