"""The pencil arithmetic of the page about five parties is the tool's, number by number of its table."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "by_hand.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| .* \| (-?[\d,]+) \|$", re.M)


@pytest.fixture(scope="module")
def plan():
    names: dict[str, object] = {}
    first = re.search(r"^```python\n(.*?)^```", TEXT, re.M | re.S)
    exec(compile(first[1], PAGE.name, "exec"), names)
    return names["plan"]


@pytest.mark.parametrize(("name", "usd"), ROW.findall(TEXT))
def test_a_sum_of_the_table_is_that_of_the_plan(plan, name, usd):
    assert plan.metrics[name] == pytest.approx(float(usd.replace(",", "")), abs=0.005)


def test_what_firms_pay_is_what_the_others_get(plan):
    parts = ("worker_income", "state_revenue", "host_revenue", "levy_income")

    assert len(ROW.findall(TEXT)) == 13
    assert plan.metrics["contract_value"] == pytest.approx(sum(plan.metrics[part] for part in parts), abs=0.005)


def test_a_month_of_work_is_that_of_the_page(plan):
    months = {one.iso3: one.offer.full for one in plan.case.placements}

    assert (months["KAZ"].net_pay, months["KAZ"].contract_value) == pytest.approx((735, 1230))
    assert (months["MNG"].net_pay, months["MNG"].contract_value) == pytest.approx((675, 904))
