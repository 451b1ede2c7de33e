"""Formulas of derived estimates: arithmetic over ranges, and nothing but FormulaError for whatever else is written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_planner.data.derivation import derive, operands
from pilot_planner.data.estimates import Estimate
from pilot_planner.data.formulas import FormulaError, Reference, evaluate, pooled_median, references

HOME = ("placements", "MNG", "construction", "demand")
VALUES = {
    ("hosts", "MNG", "wage"): {"low": 1.0, "base": 2.0, "high": 4.0},
    ("hosts", "KAZ", "wage"): {"low": 10.0, "base": 20.0, "high": 30.0},
    ("sectors", "construction", "share"): {"low": -1.0, "base": 0.5, "high": 1.0},
    ("unit_costs", "post"): {"low": 100.0, "base": 100.0, "high": 100.0},
    ("placements", "MNG", "construction", "quota"): {"low": 0.0, "base": 5.0, "high": 9.0},
}


def lookup(reference):
    if reference.address not in VALUES:
        raise FormulaError(f"refers to {'.'.join(reference.address)}, which has no row")
    return VALUES[reference.address]


def value(formula):
    return tuple(evaluate(formula, HOME, lookup).values())


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("2 + 3 * 4", (14, 14, 14)),
        ("(2 + 3) * 4 / 8", (2.5, 2.5, 2.5)),
        ("-3 + 1", (-2, -2, -2)),
        ("hosts.wage", (1, 2, 4)),
        ("hosts[KAZ].wage", (10, 20, 30)),
        ("placements.quota + 1", (1, 6, 10)),
        ("placements[MNG,construction].quota", (0, 5, 9)),
        ("unit_costs[post] / 4", (25, 25, 25)),
        ("min(3, hosts.wage)", (1, 2, 3)),
        ("max(3, hosts.wage, 2.5)", (3, 3, 4)),
        ("100 / hosts.wage", (25, 50, 100)),
        ("hosts[KAZ].wage - hosts.wage", (6, 18, 29)),
        ("hosts.wage * sectors.share", (-4, 1, 4)),
        ("hosts.wage - hosts.wage", (0, 0, 0)),
        ("10 - placements.quota", (1, 5, 10)),
    ],
)
def test_a_formula_gives_its_base_and_its_extremes_over_the_corners(formula, expected):
    assert expected == value(formula)


def test_the_base_is_kept_inside_the_range_of_a_formula_that_is_not_monotone():
    assert value("max(sectors.share, 0 - sectors.share)") == (0.5, 0.5, 1)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("", "cannot be read as arithmetic"),
        ("2 +", "cannot be read as arithmetic"),
        ("2 3", "cannot be read as arithmetic"),
        ("hosts.wage\x00", "cannot be read as arithmetic"),
        ("wage", "uses 'wage', which formulas do not allow"),
        ("2 ** 3", "uses '2 ** 3', which formulas do not allow"),
        ("7 // 2", "uses '7 // 2', which formulas do not allow"),
        ("7 % 2", "uses '7 % 2', which formulas do not allow"),
        ("True", "uses 'True', which formulas do not allow"),
        ("1j", "uses '1j', which formulas do not allow"),
        ("'a'", "uses \"'a'\", which formulas do not allow"),
        ("min(1)", "uses 'min(1)', which formulas do not allow"),
        ("sum(1, 2)", "uses 'sum(1, 2)', which formulas do not allow"),
        ("max(1, 2, key=3)", "uses 'max(1, 2, key=3)', which formulas do not allow"),
        ("1(2)", "uses '1(2)', which formulas do not allow"),
        ("1 if 2 else 3", "uses '1 if 2 else 3', which formulas do not allow"),
        ("prices.wage", "refers to 'prices', which is not a table of estimates"),
        ("hosts.wage.low", "uses 'hosts.wage.low', which is not a reference"),
        ("median(3)", "uses '3', which is not a reference"),
        ("hosts[1 + 1].wage", "uses '1 + 1' as a key"),
        ("hosts[USA].wage", "refers to hosts.USA.wage, which has no row"),
        ("1 / 0", "divides by zero"),
        ("1 / placements.quota", "divides by zero"),
        ("1e999", "has a number that is too large"),
        ("9" * 400, "has a number that is too large"),
        ("1e300 * 1e300", "gives a number without end"),
        ("1" + " + 1" * 400, "has 1,601 characters, more than 1,000"),
        (" + ".join(f"unit_costs[c{i}]" for i in range(9)), "has 9 references, more than 8"),
    ],
)
def test_what_is_not_arithmetic_over_known_values_is_refused_in_words(formula, expected):
    with pytest.raises(FormulaError) as error:
        value(formula)
    assert expected == str(error.value)


def test_deep_nesting_is_refused_and_does_not_overflow():
    with pytest.raises(FormulaError):
        value("-" * 990 + "1")


def test_a_median_pools_lows_bases_and_highs_each_for_itself():
    pool = [
        {"low": 1.0, "base": 5.0, "high": 6.0},
        {"low": 2.0, "base": 3.0, "high": 9.0},
        {"low": 0.0, "base": 4.0, "high": 7.0},
    ]
    assert pooled_median(pool) == {"low": 1.0, "base": 4.0, "high": 7.0}


def test_references_are_listed_once_each_in_order_of_appearance():
    found = references("hosts.wage + median(hosts.rate) - hosts.wage * unit_costs[post]", HOME)
    assert found == (
        Reference(("hosts", "MNG", "wage")),
        Reference(("hosts", "MNG", "rate"), pooled=True),
        Reference(("unit_costs", "post")),
    )


def estimate(name, base, formula="", low=None, high=None):
    return Estimate(
        address=("unit_costs", name),
        low=base if low is None else low,
        base=base,
        high=base if high is None else high,
        unit="USD",
        year=2026,
        reading="single",
        source_id="planner_judgement",
        grade="C",
        formula=formula,
        note="",
        row=7,
    )


def derived(*estimates):
    return derive({one.address: one for one in estimates}, "inputs")


def test_a_chain_of_formulas_follows_its_first_value():
    done, faults = derived(
        estimate("c", 0, "unit_costs[b] * 2"), estimate("b", 0, "unit_costs[a] + 1"), estimate("a", 5, low=4, high=6)
    )
    last = done["unit_costs", "c"]
    assert ((last.low, last.base, last.high), faults) == ((10, 12, 14), [])


def test_two_formulas_that_rest_on_each_other_are_one_fault():
    _, faults = derived(estimate("a", 1, "unit_costs[b]"), estimate("b", 1, "unit_costs[a]"))
    expected = (
        "inputs/estimates/unit_costs.csv:7:formula: "
        "the formula 'unit_costs[a]' goes round in a circle through unit_costs.a; "
        "expected arithmetic over values that exist; correct the formula or add the value it needs"
    )
    assert [expected] == [str(fault) for fault in faults]


def test_a_formula_over_an_absent_value_is_a_fault():
    empty = Estimate(("unit_costs", "a"), None, None, None, "USD", None, "absent", "searched_not_found", "absent", "", "", 3)
    _, faults = derived(empty, estimate("b", 1, "unit_costs[a]"))
    assert [fault.what for fault in faults] == ["the formula 'unit_costs[a]' refers to unit_costs.a, which is absent"]


def test_a_chain_of_a_thousand_formulas_is_refused_in_words():
    chain = [estimate(f"c{i}", 1, f"unit_costs[c{i + 1}]") for i in range(1000)] + [estimate("c1000", 1)]
    _, faults = derived(*chain)
    assert "the formula 'unit_costs[c50]' rests on a chain of more than 50 formulas" in [fault.what for fault in faults]


def test_a_median_leaves_derived_and_absent_values_out():
    rows = [estimate("a", 1), estimate("b", 9)]
    hosts = {
        ("hosts", key, "rate"): Estimate(
            ("hosts", key, "rate"), base, base, base, "share", None, "single", "x", "A", text, "", 2
        )
        for key, base, text in [("A", 1.0, ""), ("B", 3.0, ""), ("C", 99.0, "median(hosts.rate)"), ("D", None, "")]
    }
    done, faults = derive({one.address: one for one in rows} | hosts, "inputs")
    assert (faults, done["hosts", "C", "rate"].base) == ([], 2.0)
    assert operands(done, ("hosts", "C", "rate")) == [("hosts", "C", "rate"), ("hosts", "B", "rate"), ("hosts", "A", "rate")]


NUMBERS = st.one_of(st.integers(0, 50).map(str), st.floats(0, 9, allow_nan=False).map(lambda x: f"{x:.3f}"))
LEAVES = NUMBERS | st.sampled_from(
    ["hosts.wage", "hosts[KAZ].wage", "sectors.share", "unit_costs[post]", "placements.quota"]
)
ARITHMETIC = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        inner.map(lambda text: f"-{text}"),
    ),
    max_leaves=8,
)


@given(ARITHMETIC)
def test_arithmetic_gives_an_ordered_finite_range_or_a_formula_error(formula):
    try:
        low, base, high = value(formula)
    except FormulaError:
        return
    assert low <= base <= high
    assert math.isfinite(low)
    assert math.isfinite(high)


@given(st.text(alphabet="0123456789.+-*/()[], hostswageminmaxunit_costs'\"\\=:{}\n\x00é", max_size=40))
def test_random_strings_never_raise_anything_but_a_formula_error(formula):
    try:
        value(formula)
    except FormulaError as error:
        assert str(error)


def test_names_are_suggested_for_the_first_formulas_that_fail_and_no_more():
    _, faults = derived(estimate("price", 1), *(estimate(f"c{i}", 1, "unit_costs[prise]") for i in range(22)))
    hints = [fault.what.rpartition("which has no row ")[2] for fault in faults]
    assert all(hint.startswith("(did you mean 'unit_costs.price'") for hint in hints[:20])
    assert hints[20:] == ["(see above)"] * 2
