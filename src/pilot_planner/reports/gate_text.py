"""A plan with a gate in sentences: what is signed now, what is done then, and what waiting is worth."""

from __future__ import annotations

from pilot_planner.programme.metrics import METRICS
from pilot_planner.studies.robust.gate import NOT, BranchTold, GatePlan, words_of
from pilot_planner.studies.uncertainty.chance import Share
from pilot_planner.text.labels import listed
from pilot_planner.text.number_format import whole_percent


def gate_sentences(found: GatePlan) -> list[str]:
    """What is signed now; what the gate is worth; one sentence for each branch."""
    return [signed_now(found), worth_of_gate(found), *(branch_sentence(one) for one in found.branches)]


def signed_now(found: GatePlan) -> str:
    """What is signed before the gate, and what is known there."""
    many = len(found.learns) > _NAMED
    known = f"{len(found.learns)} things that may happen" if many else listed([f"“{one}”" for one in found.learns_in_words])
    if found.plan is None:
        return f"Nothing is signed before it is known of {known}."
    return (
        f"Signed now: {words_of(found.plan)}. After month {found.month} it is decided how to go on, by what is known "
        f"then of {known}."
    )


_NAMED = 4


def worth_of_gate(found: GatePlan) -> str:
    """Beside the best that can be signed today without a gate, on draws that nothing was made for."""
    worth, error = found.worth.value, 2.0 * found.worth.error
    gain = f"{_amount(worth, found)} ± {_amount(error, found)}"
    if len(found.branches) == 1:
        first = f"Nothing that is known then changes what is best ({found.branches[0].way}): the gate is worth nothing."
    elif not found.worth.found:
        first = f"What the gate is worth cannot be told from nothing: {gain}."
    else:
        first = f"The gate is worth {gain} on average of {found.holds.draws:,} draws."
    return (
        f"{first} With it everything that must hold holds in {_share(found.holds)} of them, without it "
        f"({found.without_words}) in {_share(found.without_holds)}. Whoever knew everything then would gain "
        f"{_amount(found.ceiling.value, found)}."
    )


def branch_sentence(one: BranchTold) -> str:
    """``Where “...”: stop everywhere, in order. That is so in 12 % of draws ...``"""
    when = f"Where {listed([_quoted(fact) for fact in one.when])}" if one.when else "Whatever is known"
    return (
        f"{when}: {one.way}. That is so in {whole_percent(one.share.value)} of draws; everything that must hold then holds "
        f"in {whole_percent(one.holds.value)} of these."
    )


def _quoted(fact: str) -> str:
    no = fact.startswith(NOT)
    return f"{'not ' if no else ''}“{fact.removeprefix(NOT)}”"


def _amount(value: float, found: GatePlan) -> str:
    if found.design.objective.sense == "min":
        return f"{100.0 * value:.1f} points"
    return f"{value:,.0f} {METRICS[found.design.objective.metric].unit}"


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{whole_percent(share.value)} ({100.0 * low:.0f} to {whole_percent(high)})"
