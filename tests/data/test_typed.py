"""Numbers as they are typed: what pages show is taken back, and nothing is guessed."""

import random

import pytest

from pilot_planner.data.typed import in_words, typed_number

UNITS = {"m USD": 1.0, "USD": 1e-6, "%": 1.0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8,400,000", 8.4e6),
        ("9,000,000", 9e6),
        ("9000000", 9e6),
        ("8 400 000.5", 8400000.5),
        ("8\u00a0400\u00a0000", 8.4e6),
        ("8\u202f400\u202f000", 8.4e6),
        ("1'200", 1200.0),
        ("−1,200", -1200.0),
        (" 0.25 ", 0.25),
        (".5", 0.5),
        ("1e6", 1e6),
        ("12.0\u00a0m\u00a0USD", 12.0),
        ("≤\u00a05.5\u00a0%", 5.5),
        ("9,000,000 USD", 9.0),
    ],
)
def test_what_pages_show_is_read(text, value):
    assert typed_number(text, UNITS) == (pytest.approx(value, rel=1e-15), None)


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("0,25", "so write 0.25"),
        ("12,5", "so write 12.5"),
        ("0,250", "so write 0.250"),
        ("1,23,456", "groups of three digits"),
        ("8.400.000", "groups of three digits"),
        ("8.400,50", "groups of three digits"),
        ("8,400 000", "groups of three digits"),
        ("", "fill it in"),
        ("much", "write digits"),
        ("12 kg", "write digits"),
        ("1e400", "correct it"),
        ("nan", "write digits"),
        ("=2*3", "replace it by its value"),
    ],
)
def test_what_is_no_number_or_may_be_two_is_refused_with_the_cure(text, cure):
    value, problem = typed_number(text, UNITS)
    assert value is None
    assert cure in in_words(problem)


def test_any_number_comes_back_as_it_is_shown():
    draw = random.Random(3)
    for _ in range(500):
        value = round(draw.choice((-1, 1)) * 10 ** draw.uniform(-3, 11), draw.randint(0, 4))
        for shown in (f"{value:,}", f"{value:,}".replace(",", "\u00a0"), repr(value)):
            assert typed_number(shown) == (value, None), shown
