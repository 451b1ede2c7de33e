"""The chance of a plan in words: shares, intervals and what breaks it, and nothing false where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pilot_planner import make_plan
from pilot_planner.errors import SolverError
from pilot_planner.reports import chance_text
from pilot_planner.studies.uncertainty import chance as chances
from pilot_planner.studies.uncertainty.chance import Chance, Failure, Outlook, Share, chance_to_tell


def failing(label, broken, counts=True, draws=1000):
    return Failure(label.lower(), label, "money", counts, Share(broken, draws), Share(0, draws))


def of(held, fails=(), signed=0, draws=1000, run=True):
    return Chance(
        draws, 1, ("workers_total",), Outlook(Share(signed, draws), ()), Outlook(Share(held, draws), fails) if run else None
    )


@pytest.mark.parametrize(
    ("held", "words", "interval"),
    [
        (0, "none of 1,000 draws", "0 to 0.4"),
        (4, "0.4 of 100 draws", "0.2 to 1"),
        (192, "19 of 100 draws", "17 to 22"),
        (996, "99.6 of 100 draws", "99 to 99.8"),
        (1000, "all 1,000 draws", "99.6 to 100"),
    ],
)
def test_a_share_is_told_with_its_interval_and_never_rounded_to_none_or_all(held, words, interval):
    share = Share(held, 1000)
    assert (chance_text.share_in_words(share), chance_text.interval_in_words(share)) == (words, interval)
    assert words in chance_text.headline(of(held)) and interval in chance_text.headline(of(held))


def test_three_that_count_are_named_the_most_frequent_first():
    fails = (failing("Budget", 520), failing("Funds at risk", 410), failing("Take-up", 300), failing("Visits", 200))
    said = chance_text.fails(of(192, (*fails, failing("Intake", 900, counts=False))))
    assert said == "What breaks it most: budget in 52 of 100 draws, funds at risk in 41 and take-up in 30."
    assert chance_text.fails(of(1000, (failing("Intake", 900, counts=False), failing("Budget", 0)))) == ""


def test_a_chance_as_signed_alone_says_that_nothing_is_decided_again():
    said = chance_text.headline(of(0, signed=250, run=False))
    assert said == "With nothing decided again, it holds in 25 of 100 draws of its evidence (22 to 28, from 1,000 draws)"


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan("one_host", shipped_inputs)


def test_what_it_means_names_what_is_promised_and_both_readings(plan):
    said = chance_text.meaning(of(192, signed=13), plan.design)
    assert "workers employed" in said and "1,000 draws" in said and "if nothing is decided again, in 1 of 100 draws" in said


def test_a_plan_without_a_chance_says_so_without_a_figure(plan, monkeypatch):
    def broken(*_args, **_more):
        raise SolverError("no answer")

    monkeypatch.setattr(chances, "chance_of", broken)
    assert chance_to_tell(plan) is None
    (said,) = chance_text.sentences(None, plan)
    assert "not known" in said and not any(letter.isdigit() for letter in said)
    nobody = replace(plan, placements=())
    assert chance_to_tell(nobody) is None
    assert chance_text.sentences(None, nobody) == ("Nobody works in this plan, so there is nothing to put to the test.",)


def test_a_chance_that_was_worked_out_apart_is_the_one_that_is_told(plan):
    apart = of(5)
    assert chance_to_tell(plan.with_chance(apart)) is apart
