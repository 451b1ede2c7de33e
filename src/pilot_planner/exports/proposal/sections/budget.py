"""The budget: by category, year and host, line by line, on donors' own forms, and what is asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pilot_planner.data.estimates import Estimate
from pilot_planner.design.schema import TO_BE_FOUND
from pilot_planner.exports.budget import FORMS, BudgetLine
from pilot_planner.exports.currency import written
from pilot_planner.exports.proposal.blocks import Block, Row, Section, Text, text
from pilot_planner.exports.proposal.section_builder import Draft, cents, day, grade, line, paragraph, quantity, spaced, table
from pilot_planner.exports.proposal.source_marks import DERIVATION, weakest
from pilot_planner.exports.tranches import on_gate, tranches
from pilot_planner.figures.plan import budget_bars
from pilot_planner.studies.planning.design_words import ceiling_in_words
from pilot_planner.text.labels import counted, listed
from pilot_planner.text.number_format import percent


def budget(draft: Draft) -> Section:
    """Every total is a sum of the same lines, which are rounded once."""
    return Section(
        "Budget", (), (_what_is_asked(draft), _by_category(draft), _by_host(draft), _by_line(draft), _on_forms(draft))
    )


def _what_is_asked(draft: Draft) -> Section:
    terms = draft.dossier.terms
    ask = draft.dossier.budget.ask(terms.rules)
    items = [
        ("Direct cost", ask.direct, "plain"),
        ("Contingency reserve", ask.reserve, "plain"),
        ("Indirect support cost", ask.indirect, "plain"),
        ("Operating cost", ask.total, "subtotal"),
        ("Less: levy that employers pay on gross wages", -ask.levy, "plain"),
        ("Net cost", ask.net, "subtotal"),
        (f"Fee of the fund’s agent, {percent(terms.rules.agent_fee)} of each contribution", ask.agent_fee, "plain"),
        ("Asked of donors", ask.contribution, "total"),
    ]
    shown_items = [one for one in items if one[1] or one[2] != "plain"]
    if not ask.agent_fee:
        shown_items = [one for one in shown_items if one[0] != "Net cost"]
    if not ask.levy:
        shown_items = [one for one in shown_items if one[0] != "Net cost"]
    columns: list[tuple[str, float] | tuple[str, float, bool]] = [("Item", 60), ("USD", 20, True)]
    rows = [line(label, cents(amount), kind=kind) for label, amount, kind in shown_items]
    note = text("Wages are the workers’ own money. They are not a contribution, not a match and in no line of this budget.")
    if draft.other_currency:
        currency = terms.currency
        columns.append((currency.code, 20, True))
        total = {label: draft.in_other([amount], amount)[0] for label, amount, _ in shown_items}
        # Direct cost takes the rounding, so that the parts add up in the other currency as well.
        parts = [label for label, _, kind in shown_items[:3] if kind == "plain"]
        total[parts[0]] = total["Operating cost"] - sum((total[label] for label in parts[1:]), Decimal(0))
        rows = [
            line(label, cents(amount), written(total[label], currency), kind=kind) for label, amount, kind in shown_items
        ]
        note = text(
            note,
            f" Rate: {currency.per_usd:,.6g} {currency.code} for one USD on {day(currency.date)}, {currency.source}; "
            f"grade {grade(currency.grade)}.",
        )
    blocks: list[Block] = [
        paragraph(_rules(draft), kind="lead"),
        table(
            f"What is asked for ({draft.prices})",
            columns,
            rows,
            text(note, " ", draft.marks.figure("operating_cost"), " ", draft.marks.figure("net_donor_ask")),
        ),
        paragraph(_tranches(draft)),
        paragraph(
            draft.in_labels(
                ceiling_in_words(draft.plan.design) if draft.plan.ceiling is None else draft.plan.ceiling.sentence
            )
        ),
    ]
    return Section("What is asked for", tuple(blocks))


def _rules(draft: Draft) -> Text:
    rules = draft.dossier.terms.rules
    ask = draft.dossier.budget.ask(rules)
    indirect = float(ask.indirect / ask.direct) if ask.direct else 0.0
    reserve = float(ask.reserve / ask.direct) if ask.direct else 0.0
    words = f"Indirect cost is {percent(indirect)} of direct cost; the donor allows {percent(rules.indirect_max)}."
    if ask.reserve:
        words += (
            f" The contingency reserve is {percent(reserve)} of direct cost, of {percent(rules.contingency_max)} allowed."
        )
    return text(words)


def _tranches(draft: Draft) -> Text:
    """The sum asked for, laid on the months in which the design counts on it: the payments that every file names."""
    due = tranches(draft.dossier)
    if not due:
        return text("Nothing is asked of donors.")
    start = draft.dossier.start
    told = [
        f"{cents(one.usd)} USD {'at the start' if one.start <= start else f'by {day(one.start)}'}{on_gate(one)}"
        for one in due
    ]
    pledges = draft.plan.design.funding.pledges
    open_ones = sum(pledge.donor.strip().lower() in ("", TO_BE_FOUND) for pledge in pledges)
    none = " No donor has promised any of it yet."
    promised = "" if not open_ones and pledges else none if open_ones == len(pledges) else " Not all of it has a donor yet."
    return text(
        f"The contribution is needed in {counted(len(due), 'tranche')}: {listed(told)}; together "
        f"{cents(sum((one.usd for one in due), Decimal(0)))} USD.{promised} "
        "Nothing is spent before it has arrived; what is left over is settled with the last report."
    )


def _by_category(draft: Draft) -> Section:
    budget_of = draft.dossier.budget
    years = budget_of.years
    rows = []
    for category, name in budget_of.categories.items():
        amounts = [budget_of.by_category_and_year[category, year] for year in years]
        rows.append(line(f"{category}. {name}", *(cents(amount) for amount in amounts), cents(sum(amounts, Decimal(0)))))
    rows.append(
        line("Operating cost", *(cents(budget_of.by_year[year]) for year in years), cents(budget_of.total), kind="total")
    )
    columns: list[tuple[str, float] | tuple[str, float, bool]] = [("UNSDG category", 100 - 18 * (len(years) + 1))]
    columns += [(f"Year {year}", 18, True) for year in years] + [("All years", 18, True)]
    plan = draft.plan
    return Section(
        "By category and year",
        (
            table(f"Budget by UNSDG category and year ({draft.prices})", columns, rows, _weak_note(draft)),
            draft.picture(
                "budget", budget_bars.headline(plan), budget_bars.summary(plan), budget_bars.figure(plan, "print", 600), 600
            ),
        ),
    )


def _weak_note(draft: Draft) -> Text:
    return text(
        f"{percent(draft.weak_cost_share)} of the whole stands on unit costs of grade {grade('C')}. ",
        draft.marks.figure("operating_cost"),
    )


def _by_host(draft: Draft) -> Section:
    budget_of = draft.dossier.budget
    hosts = list(budget_of.hosts)
    rows = []
    for category, name in budget_of.categories.items():
        amounts = [budget_of.by_category_and_host[category, host] for host in hosts]
        rows.append(line(f"{category}. {name}", *(cents(amount) for amount in amounts), cents(sum(amounts, Decimal(0)))))
    rows.append(
        line("Operating cost", *(cents(budget_of.by_host[host]) for host in hosts), cents(budget_of.total), kind="total")
    )
    columns: list[tuple[str, float] | tuple[str, float, bool]] = [
        ("UNSDG category", max(20.0, 100 - 18.0 * (len(hosts) + 1)))
    ]
    columns += [(budget_of.hosts[host], 18, True) for host in hosts] + [("All", 18, True)]
    title = f"Budget by UNSDG category and host ({draft.prices})"
    return Section("By host", (table(title, columns, rows, text("The whole programme’s own lines serve every host.")),))


def _by_line(draft: Draft) -> Section:
    budget_of = draft.dossier.budget
    rows: list[Row] = []
    for category, name in budget_of.categories.items():
        of_category = [one for one in budget_of.lines if one.category == category]
        if not of_category:
            continue
        rows.append(line(f"{category}. {name}", kind="group"))
        rows += _lines(draft, of_category)
        rows.append(line(f"Category {category}", "", "", "", cents(budget_of.by_category[category]), "", kind="subtotal"))
    rows.append(line("Operating cost", "", "", "", cents(budget_of.total), "", kind="total"))
    return Section(
        "Line by line",
        (
            paragraph(
                "Each line is a quantity times a unit cost, summed over all years; the workbook has the years. The "
                "last column gives the sources of the unit cost and the "
                "weakest grade among them."
            ),
            table(
                f"Budget lines ({draft.prices})",
                [
                    ("Line", 32),
                    ("Unit", 13),
                    ("Quantity", 11, True),
                    ("Unit cost", 12, True),
                    ("Amount", 14, True),
                    ("Source, grade", 18),
                ],
                rows,
                text(
                    "Amounts are rounded once, so that they add up to the total to the cent; quantity times unit cost "
                    "may differ from them by a cent."
                ),
                small=True,
            ),
        ),
    )


def _lines(draft: Draft, lines: Sequence[BudgetLine]) -> Iterator[Row]:
    """Lines of all years together where host, unit cost and grade are the same."""
    groups: dict[tuple[str, str, float, str], list[BudgetLine]] = {}
    for one in lines:
        groups.setdefault((one.cost_line, one.iso3, one.unit_cost, one.grade), []).append(one)
    for (cost_line, iso3, unit_cost, letter), found in groups.items():
        first = found[0]
        where = "" if iso3 == "PRG" else f", {first.host}"
        share = first.unit == "share"
        amount = math.fsum(one.quantity for one in found)
        yield line(
            f"{first.what}{where}",
            "share of USD" if share else first.unit.replace("-", "\u2011"),
            quantity(round(amount, 2)),
            percent(unit_cost) if share else cents(unit_cost) if unit_cost >= 1 else f"{unit_cost:.4f}",
            cents(sum((one.amount for one in found), Decimal(0))),
            _source(draft, cost_line, iso3, first.source_id, letter),
        )


def _source(draft: Draft, cost_line: str, iso3: str, source_id: str, letter: str) -> Text:
    """Where a unit cost comes from, through its formula; its own source where it has none."""
    case = draft.plan.case
    level = draft.plan.accounts.levels.get(iso3, "")
    topics = [one for one in (f"cost:{cost_line}", f"cost:{cost_line}:{level}") if one in case.evidence.topics]
    estimates: list[Estimate] = list(case.evidence.estimates_behind(*topics)) if topics else []
    grades: dict[str, str] = {}
    for one in estimates:
        if (
            one.source_id != DERIVATION
            and one.address[0] not in ("deflators",)
            and (one.address[0] != "hosts" or one.address[1] == iso3)
        ):
            grades[one.source_id] = weakest([grades.get(one.source_id, ""), one.grade])
    marks = draft.marks.of_all(grades) if grades else (draft.marks.source(source_id, letter),)
    return text(spaced(marks[:_MOST_MARKS]), " ", grade(letter))


_MOST_MARKS = 3


def _on_forms(draft: Draft) -> Section:
    budget_of = draft.dossier.budget
    rows: list[Row] = []
    names = {"EU": "European Union, Annex III", "SF-424A": "United States, SF-424A", "FCDO": "United Kingdom, FCDO"}
    for form in FORMS:
        rows.append(line(names.get(form, form), kind="group"))
        headings = [one for one in budget_of.on_form(form) if one.amount or one.note]
        rows += [
            line(
                f"{one.heading} {one.name}"
                if one.heading[0].isdigit() or (len(one.heading) == 1 and one.heading.isalpha())
                else one.name,
                one.note,
                cents(one.amount),
            )
            for one in headings
        ]
        rows.append(line("Total", "", cents(sum((one.amount for one in headings), Decimal(0))), kind="subtotal"))
    return Section(
        "On donors’ own forms",
        (
            paragraph(
                "The same money under the headings of three donors’ forms. Headings with nothing under them are left "
                "out; the workbook has every form in full."
            ),
            table(
                f"Crosswalk ({draft.prices})",
                [("Heading", 46), ("Rule of the donor", 36), ("Amount", 18, True)],
                rows,
                small=True,
            ),
        ),
    )
