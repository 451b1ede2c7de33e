"""Addresses as questions: what is written is read back, and what cannot be read is refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_planner.dashboard.runtime.url_state import Question, read_address, written
from pilot_planner.design.loading import load_design
from pilot_planner.errors import InputError

MODELS = ("base", "one_host")
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
    st.sampled_from(["SIMPLE_0_5_10_15", "max", "mining"]),
    st.lists(st.sampled_from(["mining", "KAZ", "MNG.construction"]), min_size=1, max_size=3),
)
PATHS = st.sampled_from(["limits.operating_cost.max", "pay.wage_parity", "exclusions", "inputs.hosts.MNG.willingness"])


@given(st.sampled_from(MODELS), st.dictionaries(PATHS, VALUES, max_size=4), st.text(max_size=20))
def test_what_is_written_is_read_back(model, settings, scenario):
    asked = Question(model, settings, "".join(sign for sign in scenario if sign.isprintable()))
    read = read_address(asked.search, MODELS, "base")
    assert read.model == model
    assert read.scenario == asked.scenario
    assert {path: pytest.approx(value) for path, value in read.settings.items()} == settings
    assert read.key == asked.key


def test_equal_questions_have_one_key_however_they_are_written():
    first = read_address("?limits.operating_cost.max=8e6&pay.wage_parity=1.0", MODELS, "base")
    second = read_address("pay.wage_parity=1&limits.operating_cost.max=8000000&model=base", MODELS, "base")
    assert first.key == second.key
    assert first.key != read_address("?limits.operating_cost.max=8e6", MODELS, "base").key


def test_a_design_is_named_and_never_a_path():
    for name in ("../../etc/passwd", "/etc/passwd", "base.toml", ""):
        with pytest.raises(InputError) as caught:
            read_address(f"?model={name}", MODELS, "base")
        assert "is not a design; expected base, one_host" in str(caught.value)


def test_every_fault_of_an_address_is_told():
    with pytest.raises(InputError) as caught:
        read_address("?model=none&limits.hosts.max=" + "9" * 5000, MODELS, "base")
    assert len(caught.value.faults) == 2


def test_an_address_that_is_too_long_or_has_too_much_in_it_is_refused():
    for search in ("?a=" + "b" * 20_000, "?" + "&".join(f"a{k}=1" for k in range(400))):
        with pytest.raises(InputError):
            read_address(search, MODELS, "base")


def test_a_setting_may_reach_into_a_list():
    design = load_design("base", {"funding.pledges.1.usd": 5e6})
    assert [one.usd for one in design.funding.pledges] == [6e6, 5e6]
    assert [one.month for one in design.funding.pledges] == [0, 12]
    with pytest.raises(InputError):
        load_design("base", {"funding.pledges.7.usd": 5e6})


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (8e6, "8000000"), (0.06, "0.06"), (["a", "b"], '["a", "b"]'), ({"usd": 1.0}, "{usd = 1}")],
)
def test_values_are_written_as_the_command_line_reads_them(value, text):
    assert written(value) == text
