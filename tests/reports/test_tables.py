"""Tables in print: those that fit are drawn as the library draws those that do not, in any width and any script."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pilot_planner.reports.tables import _print_folded, print_table

TEXTS = st.text(st.sampled_from("abc 1,.−–é한国[]/"), min_size=1, max_size=12).map(str.strip).filter(bool)


def printed(draw, *parts, width=200, colours=False):
    out = io.StringIO()
    draw(Console(file=out, width=width, highlight=False, color_system="standard" if colours else None), *parts)
    return out.getvalue()


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.tuples(st.lists(TEXTS, min_size=n, max_size=n), st.lists(st.tuples(*[TEXTS] * n)))
    ),
    st.integers(0, 5),
)
def test_a_table_that_fits_is_as_the_library_draws_it(table, left):
    header, rows = table
    assert printed(print_table, header, rows, left) == printed(_print_folded, header, rows, left, False)


@pytest.mark.parametrize("colours", [False, True])
def test_the_head_is_bold_where_there_are_colours(colours):
    text = printed(print_table, ("Host", "USD"), [("Mongolia", "12")], colours=colours)
    assert [line.rstrip() for line in text.splitlines()][1:] == ["──────────────", "Mongolia    12"]
    assert text.startswith("\x1b[1m" if colours else "Host")


def test_what_does_not_fit_is_folded_and_nothing_is_lost():
    words = "one two three four five six seven eight nine ten"
    text = printed(print_table, ("A", "B"), [(words, "1"), ("[bold]x[/bold]", "2")], width=30)
    assert max(map(len, text.splitlines())) <= 30
    body = [line.rstrip(" 12").strip() for line in text.splitlines()[2:]]
    assert " ".join(body) == f"{words} [bold]x[/bold]"
