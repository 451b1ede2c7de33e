"""The cover with the legal gate, and the summary with the figures that donors ask for first."""

from __future__ import annotations

from decimal import Decimal

from pilot_planner.exports.currency import one_in_currency, written
from pilot_planner.exports.proposal.blocks import Block, Caution, Cover, KeyFigure, KeyFigures, Section, Text, text
from pilot_planner.exports.proposal.section_builder import Draft, body_name, cents, day, grade, paragraph
from pilot_planner.exports.proposal.sections import chapter
from pilot_planner.reports import chance_text
from pilot_planner.reports.evidence_text import NOT_WORKED_OUT, first_to_find_out
from pilot_planner.reports.plan_text import headline, proof
from pilot_planner.studies.planning.loosened import headline as loosened_headline
from pilot_planner.text.labels import counted, in_words, inline, listed, shown
from pilot_planner.text.number_format import count, money, percent

DRAFT_MARK = "DRAFT – not for publication"


def cover(draft: Draft) -> Cover:
    """Title page: who asks whom for what, which plan, and the legal gate."""
    dossier, terms, plan = draft.dossier, draft.dossier.terms, draft.plan
    ask = dossier.budget.ask(terms.rules)
    contact = [body_name(part) for part in (terms.contact.name, terms.contact.email, terms.contact.telephone) if part]
    contact += [part for part in (terms.contact.website, terms.contact.address) if part]
    lines: list[tuple[str, Text]] = [
        ("Proposed by", text(draft.body(terms.organisation.name, "not yet named"))),
        ("To", text(draft.body(terms.donor.name, "not yet named"))),
        ("Countries", text(draft.host_list)),
        ("Period", text(f"{day(dossier.start)} to {day(dossier.end)} ({plan.design.programme.duration_months} months)")),
        ("Total cost", text(f"{cents(ask.total)} {draft.prices}")),
        ("Asked of donors", text(_asked(draft, ask.contribution))),
    ]
    sure = chance_text.sentences(draft.dossier.studies.chance, plan)
    drawn = draft.dossier.studies.chance
    draw = "" if drawn is None else chance_text.what_a_draw_is(drawn)
    lines.append(("How sure it is", text(" ".join(filter(None, (*sure[:2], draw))))))
    lines.append(("To be surer", text(surer(draft))))
    if contact:
        lines.append(("Contact", text(", ".join(contact))))
    lines += [
        ("Plan", text(f"{plan.plan_id}, design “{plan.design.name}”")),
        ("Made", text(f"{day(dossier.made_on)}, by pilot_planner {dossier.version}")),
        ("Inputs", text(f"SHA-256 {dossier.input_hash}")),
    ]
    if plan.loosened:
        told = " ".join(one.sentence for one in plan.loosened)
        lines.append(("Safeguards loosened", text(f"{loosened_headline(plan.loosened)} {told}")))
    gate = plan.legal_gate
    if terms.has_examples:
        gate += (
            " Identifiers that begin with XM-EXAMPLE, bodies that are to be named and addresses at example.org are "
            "examples: until they are replaced, this file is a draft and not for publication."
        )
    return Cover(
        dossier.title,
        "Project proposal",
        DRAFT_MARK if terms.has_examples else "",
        tuple(lines),
        Caution("This proposal does not say that the pilot is lawful", text(gate)),
    )


def _asked(draft: Draft, contribution: Decimal) -> str:
    """What donors are asked for, in their own currency first."""
    currency = draft.dossier.terms.currency
    if not draft.other_currency:
        return f"{cents(contribution)} USD"
    return f"{written(one_in_currency(contribution, currency), currency)} {currency.code} ({cents(contribution)} USD)"


def surer(draft: Draft) -> str:
    """What would make the plan surer, and what that costs."""
    found = draft.dossier.studies.evidence
    return NOT_WORKED_OUT if found is None else first_to_find_out(found)


def promise(draft: Draft) -> Block:
    """What the plan does, in a sentence."""
    return paragraph(headline(draft.plan), kind="lead")


def key_figures(draft: Draft) -> KeyFigures:
    """The three figures that donors ask for first."""
    plan, marks = draft.plan, draft.marks
    ask = draft.dossier.budget.ask(draft.dossier.terms.rules)
    levy = (
        f"Employers’ levy pays {shown(float(ask.levy), 'USD')} of it; donors are asked for "
        f"{shown(float(ask.contribution), 'USD')}."
        if ask.levy > 0
        else f"Donors are asked for {shown(float(ask.contribution), 'USD')}."
    )
    per_month = plan.ratios["operating_cost_per_worker_month"]
    per_dollar = plan.ratios["operating_cost_per_usd_secured"]
    return KeyFigures(
        (
            KeyFigure(
                "Total cost",
                money(plan.metrics["operating_cost"]),
                f"USD of {plan.design.programme.price_year}",
                text(levy, " ", marks.figure("operating_cost")),
            ),
            KeyFigure(
                "Cost per worker-month protected",
                money(per_month or 0.0),
                "USD",
                text(
                    f"Over {count(plan.metrics['worker_months'])} months of work by "
                    f"{count(plan.metrics['people_reached'])} people. ",
                    marks.figure("operating_cost_per_worker_month"),
                ),
            ),
            KeyFigure(
                "Cost per dollar of wage secured",
                money(per_dollar or 0.0),
                "USD",
                text(
                    f"Against {shown(plan.metrics['secured_income'], 'USD')} that workers can be expected to keep. ",
                    marks.figure("operating_cost_per_usd_secured"),
                ),
            ),
        )
    )


def how_it_works(draft: Draft) -> Block:
    """The mechanism in four sentences, and what it changes against today."""
    return paragraph(
        "Firms pay the full value of their contracts into an escrow account that the United Nations manage. "
        "Workers draw "
        "their wages on their own cards, may take a part in goods and services, and pay a published graduated tax "
        "once the wage has "
        "reached them. Independent inspectors visit every site without notice.",
        _against_today(draft),
    )


def summary(draft: Draft) -> Section:
    """One page: the promise, three figures, what is proven, what it rests on."""
    plan, marks = draft.plan, draft.marks
    blocks: list[Block] = [
        promise(draft),
        key_figures(draft),
        how_it_works(draft),
        paragraph(_what_is_proven(draft)),
        paragraph(" ".join(chance_text.sentences(draft.dossier.studies.chance, plan))),
        paragraph(surer(draft), f"{chapter('trade_offs').capitalize()} ranks what we would measure first."),
    ]
    if plan.risk_by_goods is not None:
        blocks.append(paragraph(plan.risk_by_goods.sentence))
    blocks += [paragraph(_evidence(draft)), paragraph(_money(draft), kind="note")]
    blocks.append(
        paragraph(
            "Marks such as ",
            marks.figure("worker_income"),
            "lead to Annex B, which names what a figure of the plan rests on; marks that begin with S lead to the "
            "sources in Annex A. "
            "Both give the grade of the evidence: A read in a statistic or a first-hand text, B reported or derived, "
            "C recalled or judged "
            "and to be replaced before anything is signed.",
            kind="note",
        )
    )
    return Section("Summary", tuple(blocks))


def _against_today(draft: Draft) -> Text:
    abroad = draft.plan.comparators["abroad_today"]
    if not abroad["worker_months"]:
        return ()
    return text(
        f"For as many months of work such workers keep {shown(abroad['worker_income'], 'USD')} abroad today and the state "
        f"takes {shown(abroad['state_revenue'], 'USD')}; under this plan they are paid ",
        draft.figure("worker_income"),
        " and the state’s income tax is ",
        draft.figure("state_revenue"),
        ". ",
        draft.plan.additionality.sentence,
    )


def _what_is_proven(draft: Draft) -> Text:
    plan = draft.plan
    binding = list(dict.fromkeys(inline(one.label) for one in plan.limits if one.binding and one.owner != "evidence"))
    held = f"What holds it back most: {listed(binding, 6)}." if binding else "None of its limits holds it back."
    return text(
        proof(plan), " ", held, f" {chapter('trade_offs').capitalize()} says what each of them is worth." if binding else ""
    )


def _evidence(draft: Draft) -> Text:
    plan = draft.plan
    weak = [one for one in plan.placements if one.demand_grade == "C"]
    wages = percent(draft.weak_income_share) if draft.weak_income_share else "none"
    parts = [
        f"The evidence is weak in places. {percent(draft.weak_cost_share)} of the cost stands on unit costs of grade "
        f"{grade('C')}, and {wages} of workers’ income on wages of that grade."
    ]
    if weak:
        of = f"{in_words(len(weak), capital=True)} of {counted(len(plan.placements), 'placement')}"
        parts.append(f" {of} {'rests' if len(weak) == 1 else 'rest'} on a demand for workers that is assumed.")
    parts.append(f" Annex C lists {counted(len(plan.weak_inputs), 'figure')} to be replaced." if plan.weak_inputs else "")
    return text(*parts)


def _money(draft: Draft) -> Text:
    currency = draft.dossier.terms.currency
    words = f"All amounts are in {draft.prices}, and are sums of the same lines in every file of this proposal."
    if not draft.other_currency:
        return text(words)
    ask = draft.dossier.budget.ask(draft.dossier.terms.rules)
    (other,) = draft.in_other([ask.contribution], ask.contribution)
    return text(
        words,
        f" The donor’s currency is {currency.code}: at {currency.per_usd:,.6g} {currency.code} for one USD on "
        f"{day(currency.date)} "
        f"({currency.source}; grade {grade(currency.grade)}) the sum asked for is {written(other, currency)} "
        f"{currency.code}.",
    )
