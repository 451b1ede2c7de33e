"""Trade-offs, what the binding limits are worth, and how far the plan moves when its numbers turn out otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pilot_planner.exports.proposal.blocks import Block, Bullets, Section, Text, text
from pilot_planner.exports.proposal.section_builder import Draft, amount, line, paragraph, table
from pilot_planner.exports.studies import Outlook
from pilot_planner.figures.risk import tornado
from pilot_planner.figures.tradeoffs import front_labels, front_scatter
from pilot_planner.reports import evidence_text
from pilot_planner.studies.explain.price_records import NOTHING
from pilot_planner.studies.pareto.front_summary import same_axes
from pilot_planner.studies.uncertainty.risk import Risk
from pilot_planner.studies.uncertainty.stress_scenarios import NamedDraw
from pilot_planner.text.labels import counted, inline, listed, sentence, shown
from pilot_planner.text.names import hosts_in_words, metric_label, metric_unit, place_in_words
from pilot_planner.text.number_format import whole_percent

_CASES = (
    "operating_cost",
    "worker_income",
    "secured_income",
    "state_revenue",
    "operating_cost_per_worker_month",
    "operating_cost_per_usd_secured",
    "funds_at_risk_share",
)


def outlook(draft: Draft) -> Section:
    """The four questions that a board asks last."""
    parts = (_trade_offs(draft), _prices(draft), _sensitivity(draft), _to_find_out(draft))
    return Section("Trade-offs and sensitivity", (), parts)


def _trade_offs(draft: Draft) -> Section:
    plan, front = draft.plan, draft.dossier.front
    names = draft.hosts
    here = next((point.number for point in front.points if same_axes(point, plan.metrics)), None)
    metrics = list(dict.fromkeys(axis.metric for axis in (*front.axes, *plan.design.tradeoffs.axes)))
    across = front.axes[1].metric
    rows = [
        line(
            f"{hosts_in_words(point.hosts, names)}{' (this plan)' if point.number == here else ''}",
            *(amount(point.metrics[name], metric_unit(name)) for name in metrics),
            shown(point.metrics["worker_months"], "months"),
            kind="total" if point.number == here else "plain",
        )
        for point in front.points
    ]
    drawing = front_scatter.figure(front.points, front.axes, "print", names=names, x=across, open_plan=here, width=660)
    return Section(
        "What can be traded for what",
        (
            paragraph(_exchange(draft, here), *(one.sentence for one in front.switches)),
            draft.picture(
                "front",
                front_labels.headline(front.points, front.axes, names),
                " ".join([front_labels.summary(front.points, front.axes, names), *(one.sentence for one in front.switches)]),
                drawing,
            ),
            table(
                f"Plans, each the best at its {inline(metric_label(across))} ({draft.prices})",
                [
                    ("Hosts", 28),
                    *((metric_label(name), 56.0 / len(metrics), True) for name in metrics),
                    ("Worker-months", 16, True),
                ],
                rows,
                text(draft.marks.figure("operating_cost"), " ", draft.marks.figure("worker_income")),
            ),
        ),
    )


def _exchange(draft: Draft, here: int | None) -> Text:
    """How much of the first axis the second buys, and where this plan stands."""
    front = draft.dossier.front
    first, second = (inline(metric_label(axis.metric)) for axis in front.axes[:2])
    if len(front.points) == 1:
        return text(f"One plan is best in {first} and in {second} alike: within this design nothing is to be traded.")
    sense = {"min": "less", "max": "more"}
    senses = listed([f"{sense[axis.sense]} {inline(metric_label(axis.metric))}" for axis in front.axes[:2]])
    words = (
        f"Nobody can have {senses} at the same time. {counted(len(front.points), 'plan', capital=True)} show the exchange, "
        f"each the best that is possible at its {second}; between neighbours lie at most {100 * front.resolution:.0f} "
        f"% of the range."
    )
    return text(words, "" if here is None else " This plan is one of them.")


def _prices(draft: Draft) -> Section:
    found = draft.dossier.studies.prices
    worth = [one for one in found if max(abs(one.loosening), abs(one.tightening)) > NOTHING]
    free = [one for one in found if one not in worth]
    blocks: list[Block] = []
    if worth:
        blocks.append(
            paragraph(
                "A limit that binds has a price: what one more step of it would add or take, while the choice of "
                "hosts, sectors and levels stays. A price on a safeguard "
                "says what the safeguard costs, and is no reason to drop it."
            )
        )
        blocks.append(Bullets(tuple(text(_named(draft, one.sentence), f" ({one.kind})") for one in worth)))
    else:
        blocks.append(paragraph("No limit of this design would change the plan if it were moved a little."))
    if free:
        names = listed([inline(one.label) for one in free])
        which = f"The limit on {names} binds" if len(free) == 1 else f"The limits on {names} bind"
        blocks.append(paragraph(f"{which} too; a small step there is worth nothing by itself."))
    return Section("What the limits are worth", tuple(blocks))


_CODE = re.compile(r"\b[A-Z]{3}\b")


def _named(draft: Draft, words: str) -> str:
    """A sentence with the names of hosts in place of their codes."""
    return sentence(_CODE.sub(lambda found: draft.hosts.get(found[0], found[0]), words))


def _sensitivity(draft: Draft) -> Section:
    plan = draft.plan
    found = draft.dossier.studies.sensitivity
    base = {**plan.metrics, **plan.ratios}
    as_risk = Risk(plan, found.known, (), {"base": base}, found.swings, {}, found.events, 0)
    metric = plan.design.objective.metric
    blocks: list[Block] = [
        paragraph(
            f"The plan rests on {counted(len(found.known.movable), 'uncertain family', 'uncertain families')} of figures "
            f"with a low, a base and a high value, and {counted(len(found.known.events), 'event')} may happen or not. Here "
            "each figure is put at its low and its high with nothing decided again: hiring, pay split and inspectors stay "
            "as planned."
        )
    ]
    figures = dict.fromkeys(("operating_cost", metric if metric != "operating_cost" else "worker_income"))
    for name in figures:
        _, moving = tornado.swings_of(as_risk, name)
        if moving:
            blocks.append(
                draft.picture(
                    f"tornado-{name}",
                    tornado.headline(as_risk, name),
                    tornado.summary(as_risk, name),
                    tornado.figure(as_risk, "print", metric=name, width=640, most=8),
                    640,
                )
            )
    cost, income = found.outlooks
    rows = []
    for name in _CASES:
        unit = metric_unit(name)
        values = [
            cost.at_best.get(name),
            base.get(name),
            cost.at_worst.get(name),
            income.at_best.get(name),
            income.at_worst.get(name),
        ]
        rows.append(line((metric_label(name), " ", draft.marks.figure(name)), *(shown(value, unit) for value in values)))
    blocks.append(
        table(
            f"Best and worst case, the plan held as it is ({draft.prices})",
            [
                ("Figure of the plan", 30),
                ("Cost at its best", 14, True),
                ("Plan", 14, True),
                ("Cost at its worst", 14, True),
                ("Income at its best", 14, True),
                ("Income at its worst", 14, True),
            ],
            rows,
            text(
                "In each column every family that moves the cost (or workers’ income) stands at its better or its "
                "worse end at once. That is far less likely than any one of "
                "them: the columns are edges, and no forecast. The workbook and the command “pilot-planner risk” give "
                "chances."
            ),
        )
    )
    blocks += [paragraph(_breaks(draft, one)) for one in (cost, income)]
    if found.events:
        blocks.append(_events(draft, found.events))
    return Section("Best, base and worst", tuple(block for block in blocks if getattr(block, "words", True)))


def _to_find_out(draft: Draft) -> Section:
    """What knowing more before signing is worth, and which study is worth its cost."""
    found = draft.dossier.studies.evidence
    if found is None:
        return Section(evidence_text.TITLE, (paragraph(evidence_text.NOT_WORKED_OUT),))
    blocks: list[Block] = [
        paragraph(evidence_text.first_to_find_out(found), kind="lead"),
        paragraph(evidence_text.ceiling(found)),
    ]
    known = evidence_text.known_rows(found, _MOST_KNOWN)
    if known:
        titles = evidence_text.known_heads(found)
        rows = [line(*row) for row in known]
        caption = "What knowing it before signing is worth"
        blocks.append(table(caption, _heads(titles, 30.0), rows, text(evidence_text.ERRORS), small=True))
    blocks.append(paragraph(evidence_text.rest(found)))
    if found.studies:
        rows = [line(*row) for row in evidence_text.study_rows(found)]
        note = text(evidence_text.JUDGED, " ", evidence_text.ERRORS)
        caption = "Studies, by what they are worth beyond their cost"
        blocks.append(table(caption, _heads(evidence_text.STUDY_HEADS, 18.0), rows, note, small=True))
    return Section(evidence_text.TITLE, tuple(blocks))


_MOST_KNOWN = 8


def _heads(titles: Sequence[str], width: float) -> list[tuple[str, float, bool]]:
    """Columns of numbers, one of words before them."""
    wide = 100.0 - width * (len(titles) - 1)
    return [(title, width if place else wide, place > 0) for place, title in enumerate(titles)]


def _events(draft: Draft, events: Sequence[NamedDraw]) -> Block:
    """What may happen or not, how likely it is held to be, and what the plan then breaks as it is signed."""
    rows = []
    for one in events:
        low, base, high = (whole_percent(share) for share in one.probability)
        limits = dict.fromkeys(_limit(draft, name) for name in one.planned.broken)
        floors = dict.fromkeys(
            place_in_words(name.partition(".")[2], draft.hosts | draft.sectors) for name in one.planned.floors
        )
        breaks = [*limits, *(f"a rights floor in {place}" for place in floors)]
        rows.append(
            line(one.what, f"{base} ({low} to {high})", one.grade, sentence(listed(breaks)) if breaks else "Nothing")
        )
    return table(
        "Events that the plan reckons with",
        [("What happens", 42), ("Held to be likely", 16), ("Grade", 8), ("What breaks with nothing decided again", 34)],
        rows,
        text(
            "Each by itself, all figures at base. Grade C is judged or recalled: to be replaced by evidence before signing."
        ),
        small=True,
    )


def _breaks(draft: Draft, one: Outlook) -> Text:
    label = "cost" if one.figure == "operating_cost" else "workers’ income"
    broken = list(dict.fromkeys(_limit(draft, name) for name in one.broken))
    floors = list(
        dict.fromkeys(place_in_words(floor.partition(".")[2], draft.hosts | draft.sectors) for floor in one.floors)
    )
    if not broken and not floors:
        return text(f"Even with {label} at its worst the plan breaks none of its limits.")
    parts = [f"With {label} at its worst"]
    if broken:
        parts.append(f" the plan as it stands would break {counted(len(broken), 'limit')}: {listed(broken, 6)}.")
    if floors:
        start = " Rights floors would fail" if broken else " rights floors would fail"
        parts.append(f"{start} at {listed(floors, 5)}: hiring would stop there.")
    return text("".join(parts), " Caps would have to fall, or money be found, before it came to that.")


def _limit(draft: Draft, name: str) -> str:
    key = name.split(".")[0]
    label = next((one.label for one in draft.plan.limits if one.key == key), metric_label(key))
    return inline(label)
