"""The chance of a plan in words, for people who decide: the same on the first screen, in a comparison and in a proposal."""

from __future__ import annotations

from collections.abc import Sequence

from pilot_planner.data.wording import listed
from pilot_planner.design.schema import Design
from pilot_planner.programme.limits import find_limit
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.uncertainty.chance import Chance, Failure, Outlook, Share
from pilot_planner.text.labels import inline
from pilot_planner.text.number_format import NO_VALUE

_UNKNOWN = (
    "How sure this plan is, is not known: it could not be put to the test of draws of its evidence. "
    "What is proven is the arithmetic at the base values alone."
)
_NOBODY = "Nobody works in this plan, so there is nothing to put to the test."
_MOST_FAILING = 3
_SURE = 0.99
"""Above it, as below its opposite, a share is told to a tenth of a hundredth."""


def outlook_of(chance: Chance) -> Outlook:
    """The reading that is told first: as run where it was worked out."""
    return chance.as_run or chance.as_signed


def share_in_words(share: Share) -> str:
    """``19 of 100 draws``, ``none of 1,000 draws``, ``all 1,000 draws``."""
    if share.count == 0:
        return f"none of {share.draws:,} draws"
    return f"all {share.draws:,} draws" if share.count == share.draws else f"{_of_100(share.value)} of 100 draws"


def interval_in_words(share: Share) -> str:
    """``17 to 22``: of 100 draws."""
    low, high = share.interval
    return f"{_of_100(low)} to {_of_100(high)}"


def brief(chance: Chance) -> str:
    """``19 of 100 (17 to 22)``, for a table."""
    return _brief(outlook_of(chance))


def _brief(outlook: Outlook) -> str:
    share = outlook.holds
    return f"{_of_100(share.value)} of 100 ({interval_in_words(share)})"


def headline(chance: Chance) -> str:
    """How sure the plan is."""
    share = outlook_of(chance).holds
    begins = "It holds" if chance.as_run else "With nothing decided again, it holds"
    more = f", from {share.draws:,} draws" if 0 < share.count < share.draws else " of 100"
    return f"{begins} in {share_in_words(share)} of its evidence ({interval_in_words(share)}{more})"


def most_broken(chance: Chance) -> Failure | None:
    """What breaks it most; None where nothing does."""
    return _most_broken(outlook_of(chance))


def _most_broken(outlook: Outlook) -> Failure | None:
    return next((one for one in outlook.fails if one.counts and one.broken.count), None)


def rows(chances: Sequence[Chance | None]) -> list[tuple[str, ...]]:
    """In how many of 100 draws each plan holds, in both readings, and what breaks it most: rows for plans side by side."""
    run = [None if one is None else one.as_run for one in chances]
    signed = [None if one is None else one.as_signed for one in chances]
    found = []
    for reading, outlooks in (("as run", run), ("as signed", signed)):
        found.append((f"Holds {reading}, of 100 draws", *("not known" if one is None else _brief(one) for one in outlooks)))
        found.append((f"Breaks most often {reading}", *(NO_VALUE if one is None else _worst(one) for one in outlooks)))
    return found


def _worst(outlook: Outlook) -> str:
    """``workers employed, 52``: what breaks it most, for a table."""
    first = _most_broken(outlook)
    return "nothing" if first is None else f"{inline(first.label)}, {_of_100(first.broken.value)}"


def fails(chance: Chance) -> str:
    """What breaks it most; empty where nothing does."""
    first = [one for one in outlook_of(chance).fails if one.counts and one.broken.count][:_MOST_FAILING]
    if not first:
        return ""
    told = [f"{inline(one.label)} in {_of_100(one.broken.value)}" for one in first]
    told[0] += " of 100 draws"
    return f"What breaks it most: {listed(told)}."


def what_a_draw_is(chance: Chance) -> str:
    """For whoever reads of draws for the first time."""
    return f"Each of {chance.draws:,} draws sets all uncertain inputs and events at once."


def meaning(chance: Chance, design: Design) -> str:
    """What a draw is, and what holding means."""
    limits = {name: find_limit(name, design) for name in chance.promise}
    promised = [name if one is None else inline(one.label) for name, one in limits.items()]
    kept = listed(["the law", "safeguards", "money", *promised])
    signed = share_in_words(chance.as_signed.holds)
    how = (
        "with hosts, oversight and caps as signed and the rest decided anew in each draw; "
        f"if nothing is decided again, in {signed}."
        if chance.as_run
        else "with everything as it is planned."
    )
    return f"{what_a_draw_is(chance)} To hold is to keep every limit on {kept}, {how}"


def sentences(chance: Chance | None, plan: Plan) -> tuple[str, ...]:
    """The chance in up to three sentences, and what it means last; that it is not known where there is none."""
    if chance is None:
        return (without(plan),)
    return tuple(one for one in (f"{headline(chance)}.", fails(chance), meaning(chance, plan.design)) if one)


def without(plan: Plan) -> str:
    """What is told of a plan without a chance."""
    return _UNKNOWN if plan.placements else _NOBODY


def _of_100(share: float) -> str:
    return f"{round(100.0 * share, 0 if 1.0 - _SURE <= share <= _SURE else 1):g}"
