"""Numbers on figures: rounded as everywhere else, tied to their units, and parts that add up."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_planner.text import labels, number_format


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (19_619_932.5, "USD", "19.6\u00a0m\u00a0USD"),
        (704.4, "USD", "704\u00a0USD"),
        (0.0528, "share", "5.3\u00a0%"),
        (1801.9, "persons", "1,802"),
        (-28_700_000, "USD", "\u221228.7\u00a0m\u00a0USD"),
        (None, "USD", "\u2013"),
        (math.nan, "USD", "\u2013"),
        (math.inf, "share", "\u2013"),
    ],
)
def test_a_figure_never_leaves_its_unit_and_has_a_true_minus(value, unit, text):
    assert labels.shown(value, unit) == text


@pytest.mark.parametrize("unit", ["USD", "share", "persons", "score"])
@pytest.mark.parametrize("value", [0.0, 0.004, 0.62, 9.99, 12.4, 999_999.4, 1e6, 12_345_678.9, -3.21])
def test_figures_are_rounded_as_in_print(value, unit):
    assert labels.shown(value, unit).replace("\u00a0", " ") == number_format.with_unit(value, unit)


def test_a_change_has_its_sign_and_a_share_changes_by_points():
    assert labels.signed(2_500_000.0, "USD") == "+2.5\u00a0m\u00a0USD"
    assert labels.signed(-0.89, "share") == "\u221289.0\u00a0points"
    assert labels.signed(0.00001, "share") == "0.0\u00a0points"
    assert labels.signed(0.0, "persons") == "0"


def test_hovering_tells_every_digit():
    assert labels.exact(19_619_932.47, "USD") == "19,619,932\u00a0USD"
    assert labels.exact(0.05, "share") == "5\u00a0%"
    assert labels.exact(0.052764, "share") == "5.276\u00a0%"
    assert labels.exact(513.185, "persons") == "513.2"


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=12), st.integers(0, 2))
def test_rounded_parts_add_up_to_the_rounded_total_and_stay_near(values, decimals):
    parts = labels.rounded_parts(values, decimals)
    assert round(sum(parts) * 10**decimals) == round(math.fsum(values) * 10**decimals)
    assert all(abs(part - value) < 1.000001 / 10**decimals for part, value in zip(parts, values, strict=True))


def test_three_thirds_of_a_hundred_add_up_to_a_hundred():
    assert labels.rounded_parts([100 / 3] * 3, 1, 100.0) == [33.4, 33.3, 33.3]


def test_large_sums_are_shown_in_millions_and_shares_in_per_cent():
    assert labels.scale_for("USD", [2e6, 3.0]).of(2e6) == 2.0
    assert labels.scale_for("USD", [2e5]).of(2e5) == 2e5
    assert labels.scale_for("share", []).of(0.5) == 50.0
    assert labels.scale_for("USD", [2e6]).of(math.nan) is None


@pytest.mark.parametrize(("count", "text"), [(0, "no hosts"), (1, "one host"), (2, "two hosts"), (40, "40 hosts")])
def test_counts_agree_with_their_nouns(count, text):
    assert labels.counted(count, "host") == text


def test_lists_have_an_and_and_say_how_many_more():
    assert labels.listed(["a"]) == "a"
    assert labels.listed(["a", "b", "c"]) == "a, b and c"
    assert labels.listed(["a", "b", "c"], 1) == "a and two more"
    assert labels.listed([]) == ""


def test_a_label_within_a_sentence_keeps_its_abbreviations():
    assert labels.inline("Worker income") == "worker income"
    assert labels.inline("UN escrow") == "UN escrow"
    assert labels.inline("C029") == "C029"


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (15.2e6, 20.1e6, "USD", "15.2\u201320.1\u00a0m\u00a0USD"),
        (992_016, 1.7e6, "USD", "1.0\u20131.7\u00a0m\u00a0USD"),
        (0.029, 0.108, "share", "2.9\u201310.8\u00a0%"),
        (30_610.2, 30_610.4, "months", "30,610"),
        (None, 1.0, "USD", "\u2013"),
    ],
)
def test_a_range_is_in_one_unit(low, high, unit, text):
    assert labels.ranged(low, high, unit) == text
