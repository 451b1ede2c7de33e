"""The paper for those who must sign, one PDF for each language in which all of it can be said; never two languages mixed."""

from __future__ import annotations

from collections.abc import Iterator

from pilot_planner.exports.proposal.blocks import Block, Caution, Cover, Document, Section, text
from pilot_planner.exports.proposal.layout import records
from pilot_planner.exports.proposal.section_builder import line, paragraph, table
from pilot_planner.exports.proposal.typesetting import typeset
from pilot_planner.exports.proposal_data import Dossier, Files
from pilot_planner.exports.results import Indicator, women_reached
from pilot_planner.exports.signatories.catalogs import SOURCE, Speaker, languages, speaker
from pilot_planner.exports.tranches import tranches
from pilot_planner.studies.planning.preconditions import LOCAL_STAFF, Condition

FOLDER = "for_signatories"
_MOST_TOLD = 3

Heads = list[tuple[str, float] | tuple[str, float, bool]]


def make(dossier: Dossier) -> Files:
    """``for_signatories/LANGUAGE.pdf``. A language that lacks words for a part of this plan is left out, which is noted.

    Raises InputError where a catalogue cannot be read.
    """
    files: Files = {}
    for language in languages():
        words = speaker(language)
        made = paper(dossier, words)
        if words.missing:
            lacking = list(dict.fromkeys(words.missing))
            first = "; ".join(f"“{one}”" for one in lacking[:_MOST_TOLD])
            dossier.note(
                f"the paper for those who sign is not made in {language.name} ({language.code}): {len(lacking)} "
                f"sentences of this plan have no translation, first of all {first}; add them to "
                f"models/languages/{language.code}.po"
            )
            continue
        files[f"{FOLDER}/{language.code}.pdf"] = _pdf(dossier, made)
    return files


def _pdf(dossier: Dossier, document: Document) -> bytes:
    pages = typeset({**records(document, {}), "of": "/"}, [])
    if pages.problem:
        dossier.note(
            f"the paper for those who sign in language {document.language} has letters that no font of this machine has "
            f"({pages.problem}): install one (Debian and Ubuntu: 'apt-get install fonts-noto fonts-noto-cjk')"
        )
    return pages.pdf


def paper(dossier: Dossier, words: Speaker) -> Document:
    """The whole paper in the speaker's language; what could not be said stands in ``words.missing``."""
    plan = dossier.plan
    say = words.say
    draft = say("DRAFT – not for publication") if dossier.terms.has_examples else ""
    plan_line = say("Plan %(plan)s", plan=plan.plan_id)
    title = say("Supervised pilot of labour migration: what each party would sign")
    gate = Caution(say("This paper does not say that the pilot is lawful"), text(say(plan.legal_gate)))
    sections = (
        Section(say("What this paper is"), (paragraph(*_nature(dossier, words)), gate)),
        Section(say("What the plan does"), (_figures(dossier, words), _placements(dossier, words))),
        Section(say("How sure it is"), (paragraph(*_sure(dossier, words)),)),
        Section(say("What must be true first, and who brings it about"), _conditions(dossier, words)),
        Section(say("When money is needed"), (_money(dossier, words),)),
        Section(say("What is measured"), (_framework(dossier, words),)),
    )
    return Document(
        cover=Cover(title, say("For those who must sign"), draft, (), gate),
        sections=sections,
        language=words.language.code,
        author="pilot_planner",
        subject=f"{plan.plan_id} {dossier.input_hash}",
        keywords=f"pilot_planner, {plan.plan_id}",
        running=f"{plan_line} · {words.day(dossier.made_on, 'medium')}",
        length="brief",
        foot=say("No statement of lawfulness"),
    )


def _nature(dossier: Dossier, words: Speaker) -> Iterator[str]:
    say, plan = words.say, dossier.plan
    yield say(
        "This paper says in short what plan %(plan)s would ask of each party that must sign. The proposal in English says "
        "it whole, with the source of each figure; where the two differ, the English text holds.",
        plan=plan.plan_id,
    )
    if words.language.code != SOURCE:
        reviewer = words.language.reviewed_by
        yield (
            say("%(name)s has read this translation and signs for it.", name=reviewer)
            if reviewer
            else say("No native speaker has reviewed this translation yet.")
        )
    if plan.loosened:
        yield say(
            "Safeguards that this plan holds more loosely than the reference design: %(count)s. The proposal names them.",
            count=words.number(len(plan.loosened)),
        )


def _figures(dossier: Dossier, words: Speaker) -> Block:
    plan, say = dossier.plan, words.say
    ask = dossier.budget.ask(dossier.terms.rules)
    value = plan.metrics
    rows = [
        (say("Host countries"), words.listed(_host(dossier, words, one.iso3) for one in plan.hosts)),
        (say("From"), words.day(dossier.start)),
        (say("To"), words.day(dossier.end)),
        (say("People who take part"), words.number(value["people_reached"])),
        (say("of them women"), words.number(women_reached(plan))),
        (say("Most people at work at one time"), words.number(value["peak_workers"])),
        (say("Net pay of a worker in a month, mean"), words.usd(plan.ratios["net_pay_per_worker_month"] or 0.0)),
        (say("Income of workers over the whole programme"), words.usd(value["worker_income"])),
        (say("Income tax, taken after payday"), words.usd(value["state_revenue"])),
        (say("Cost of running the programme"), words.usd(float(ask.total))),
        (say("Asked of donors"), words.usd(float(ask.contribution))),
    ]
    return table(
        say("The plan in figures"),
        [("", 55), (say("Value"), 45, True)],
        [line(*row) for row in rows],
        say("Money is USD at prices of %(year)s.", year=str(plan.design.programme.price_year)),
    )


def _placements(dossier: Dossier, words: Speaker) -> Block:
    plan, say = dossier.plan, words.say
    names = {row.text("sector"): row.text("name") for row in plan.inputs.rows("lists/sectors.csv")}
    rows = [
        line(
            _host(dossier, words, one.iso3),
            say(names.get(one.sector, one.sector)),
            words.number(one.worker_cap),
            words.usd(one.gross_wage_usd_month),
            words.usd(one.net_pay_usd_month),
        )
        for one in plan.placements
    ]
    heads: Heads = [
        (say("Country"), 20),
        (say("Sector"), 32),
        (say("Most workers"), 16, True),
        (say("Gross wage a month"), 16, True),
        (say("Net pay a month"), 16, True),
    ]
    return table(say("Where people work"), heads, rows)


def _sure(dossier: Dossier, words: Speaker) -> Iterator[str]:
    found, say = dossier.studies.chance, words.say
    if found is None:
        yield say("How sure this plan is, is not known.")
        return
    yield say(
        "Inputs and events are drawn at random %(draws)s times from what is known of them. Kept exactly as it is, the plan "
        "holds all its limits in %(share)s of the draws.",
        draws=words.number(found.draws),
        share=words.share(found.as_signed.holds.value),
    )
    if found.as_run is not None:
        yield say(
            "With workers, pay and inspectors chosen anew within what was signed, it holds in %(share)s.",
            share=words.share(found.as_run.holds.value),
        )


def _conditions(dossier: Dossier, words: Speaker) -> tuple[Block, ...]:
    plan, say = dossier.plan, words.say
    first = say(
        "The plan relies on every condition of the table. None is in place today; without each of them nobody travels and "
        "no donor money is drawn."
    )
    rows = [
        line(words.number(number), _condition(one, words), _about(dossier, one, words), say(one.owner))
        for number, one in enumerate(plan.conditions, start=1)
    ]
    heads = [(say("No."), 6), (say("Condition"), 54), (say("About"), 15), (say("Who"), 25)]
    return paragraph(first), table(say("Conditions, and who must bring each about"), heads, rows, small=True)


def _condition(condition: Condition, words: Speaker) -> str:
    """With the local colleagues that the plan's caps need, where the condition is about them."""
    staff = [
        words.say(LOCAL_STAFF, caps=words.number(one.caps), needed=words.number(one.needed)) for one in condition.local_staff
    ]
    return " ".join((words.say(condition.rule), *staff))


def _about(dossier: Dossier, condition: Condition, words: Speaker) -> str:
    if not condition.hosts:
        return words.say("all hosts")
    return words.listed(_host(dossier, words, host) for host in condition.hosts)


def _money(dossier: Dossier, words: Speaker) -> Block:
    say = words.say
    rows = [
        line(words.day(one.start), words.usd(float(one.usd)), say("after the decision at the gate") if one.on_gate else "")
        for one in tranches(dossier)
    ]
    return table(say("Money that donors are asked for"), [(say("From"), 40), (say("Amount"), 25, True), ("", 35)], rows)


def _framework(dossier: Dossier, words: Speaker) -> Block:
    say = words.say
    rows = []
    for result in dossier.results:
        rows.append(line(f"{result.ref}. {say(result.statement)}", kind="group"))
        for one in result.indicators:
            today = "–" if one.baseline is None else _reading(one, one.baseline, words)
            rows.append(line(say(one.name), today, _reading(one, one.targets[-1].value, words)))
    heads: Heads = [(say("Indicator"), 56), (say("Today"), 22, True), (say("At the end"), 22, True)]
    return table(say("Results and how they are measured"), heads, rows, small=True)


def _reading(indicator: Indicator, value: float, words: Speaker) -> str:
    if indicator.is_share:
        return words.share(value)
    digits = 0 if value == round(value) or indicator.unit in ("persons", "worker-months") else 1
    return f"{words.number(value, digits)} {words.say(indicator.unit)}"


def _host(dossier: Dossier, words: Speaker, iso3: str) -> str:
    row = next(row for row in dossier.plan.inputs.rows("lists/hosts.csv") if row["iso3"] == iso3)
    return words.place(row.text("iso2"), row.text("name"))
