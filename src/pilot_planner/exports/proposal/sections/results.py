"""The results framework as tables: impact, outcomes and outputs with indicators, baselines and targets."""

from __future__ import annotations

from collections.abc import Iterator

from pilot_planner.exports.proposal.blocks import Block, Part, Row, Section, Text, text
from pilot_planner.exports.proposal.section_builder import Draft, line, month, paragraph, table
from pilot_planner.exports.results import Indicator, Result, Target
from pilot_planner.text.labels import counted, listed, minus
from pilot_planner.text.number_format import count, percent

_LEVELS = {"impact": "Impact", "outcome": "Outcome", "output": "Output"}


def results_framework(draft: Draft) -> Section:
    """Targets come from the plan; where they are stated instead, their source is marked."""
    results = draft.dossier.results
    indicators = sum(len(result.indicators) for result in results)
    counts = {level: sum(result.level == level for result in results) for level in _LEVELS}
    told = [
        counted(number, word)
        for (_, number), word in zip(counts.items(), ("impact", "outcome", "output"), strict=True)
        if number
    ]
    rows = [row for result in results for row in _rows(draft, result)]
    assumptions = [
        line(result.ref, result.assumptions, result.risk_rating, "" if result.weight is None else percent(result.weight))
        for result in results
        if result.assumptions
    ]
    blocks: list[Block] = [
        paragraph(
            f"{', '.join(told)[:1].upper()}{', '.join(told)[1:]} with {counted(indicators, 'indicator')}. Targets are "
            f"figures of this plan wherever the plan "
            "tells them, so they move with it; the rest are stated and marked with their source.",
            kind="lead",
        ),
        table(
            "Results, indicators, baselines and targets",
            [("Indicator", 33), ("Baseline", 13), ("Target", 22), ("Verified by", 32)],
            rows,
            text("Baselines without a value have nothing to be compared with today: no such programme exists."),
            small=True,
        ),
    ]
    if assumptions:
        blocks.append(
            table(
                "What the results assume",
                [("Result", 10), ("Assumption", 60), ("Risk", 14), ("Weight of the output", 16, True)],
                assumptions,
                small=True,
            )
        )
    return Section("Results framework", tuple(blocks))


def _rows(draft: Draft, result: Result) -> Iterator[Row]:
    yield line(f"{_LEVELS.get(result.level, result.level)} {result.ref}: {result.statement}", kind="group")
    for one in result.indicators:
        by = f", by {one.disaggregation[0]}" if len(one.disaggregation) == 1 else ""
        if len(one.disaggregation) > 1:
            by = f", by {', '.join(one.disaggregation[:-1])} and {one.disaggregation[-1]}"
        yield line(
            f"{one.name}{'' if one.is_share else f' ({one.unit})' if one.unit not in one.name else ''}{by}",
            _baseline(draft, one),
            _targets(draft, one),
            f"{one.verification}; {one.frequency}, {_lower(one.responsible)}",
        )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _baseline(draft: Draft, one: Indicator) -> Text:
    if one.baseline is None:
        return text("none")
    year = f" ({one.baseline_year})" if one.baseline_year else ""
    source: tuple[Part, ...] = draft.source(one.baseline_source_id) if one.baseline_source_id else ()
    return text(f"{value_of(one, one.baseline)}{year}", source)


def _targets(draft: Draft, one: Indicator) -> Text:
    told = "; ".join(f"{value_of(one, target.value)} {_when(target)}" for target in one.targets)
    if one.from_plan and one.from_plan in {**draft.plan.metrics, **draft.plan.ratios}:
        return text(told, " ", draft.marks.figure(one.from_plan), _by_group(draft, one))
    return text(f"{told}{_by_group(draft, one)}", draft.source(one.target_source_id) if one.target_source_id else ())


def _by_group(draft: Draft, one: Indicator) -> str:
    """The last target by sex and by host; nothing where the plan does not tell them."""
    words = {"female": "women", "male": "men"} | {host.iso3: f"in {host.name}" for host in draft.plan.hosts}
    found = [
        listed([f"{count(part.value)} {words[part.group]}" for part in one.targets[-1].parts if part.dimension == dimension])
        for dimension in dict.fromkeys(part.dimension for part in one.targets[-1].parts)
    ]
    return f". Of these {'; '.join(found)}" if found else ""


def _when(target: Target) -> str:
    return f"by {month(target.end)}"


def value_of(one: Indicator, value: float) -> str:
    """A value in the unit of an indicator."""
    if one.is_share:
        return percent(value)
    return minus(f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:,.1f}")
