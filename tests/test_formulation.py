"""``models/formulation.md`` says what the code does: nothing missing, nothing made up."""

import re
from pathlib import Path

import pytest

from pilot_planner.case.case import make_case
from pilot_planner.data.actuals import with_actuals
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.loading import load_design
from pilot_planner.programme.build import build
from pilot_planner.programme.costs import DRIVERS
from pilot_planner.programme.limits import LIMITS
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS
from pilot_planner.studies.after_signature.template import as_planned
from pilot_planner.studies.planning.plan import make_plan

PAGE = Path(__file__).parents[1] / "models" / "formulation.md"


def table(heading: str) -> list[list[str]]:
    """Rows of the first table under a heading, cells stripped."""
    text = PAGE.read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(heading)}.*?$(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert section, heading
    lines = [line for line in section[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def names(heading: str) -> list[str]:
    return [name for row in table(heading) for name in re.findall(r"`([a-z0-9_]+)`", row[0])]


@pytest.fixture(scope="module")
def programme():
    design = load_design(
        None,
        {"limits.host_share.max": 0.7, "required": ["MNG"], "limits.family_share.min": 0.1, "limits.in_kind_share.min": 0.3},
    )
    return build(make_case(design, load_inputs()))


def test_every_limit_is_documented_with_its_unit_kind_and_sides():
    documented = {row[0].strip("`"): (row[1], row[2], row[3]) for row in table("Limits")}
    in_code = {key: (one.unit, one.kind, ", ".join(one.sides)) for key, one in LIMITS.items()}

    assert in_code == documented


def test_every_metric_is_documented_with_its_unit():
    assert {name: metric.unit for name, metric in METRICS.items()} == {row[0].strip("`"): row[1] for row in table("Metrics")}


def test_every_ratio_is_documented_with_its_unit():
    assert {name: ratio.unit for name, ratio in RATIOS.items()} == {row[0].strip("`"): row[1] for row in table("Ratios")}


def test_every_decision_is_documented(programme):
    assert {column.name.split(".")[0] for column in programme.d.columns} == set(names("Decisions"))


def test_every_family_of_structural_rows_is_documented(programme):
    families = {row.name.split(".")[0] for row in programme.rows if row.limit is None}

    assert families == set(names("Structural rows"))


def test_every_family_of_rows_after_the_signature_is_documented():
    plan = make_plan("one_host")
    left = build(make_case(plan.design, with_actuals(plan.inputs, as_planned(plan, 2))))
    families = {row.name.split(".")[0] for row in left.rows if row.limit is None}

    assert families - set(names("Structural rows")) == set(names("After the signature"))


def test_every_cost_driver_is_documented():
    assert set(DRIVERS) == set(names("Costs"))


def test_every_side_of_every_limit_has_a_sentence_with_its_bound():
    for limit in LIMITS.values():
        for side in limit.sides:
            assert "BOUND" in limit.says(side, "BOUND"), (limit.key, side)


def test_the_page_says_how_far_the_grid_of_periods_moves_the_result():
    inputs = load_inputs()
    said = re.search(
        r"base design has ([\d., \nand]+) m USD of worker income with periods of", PAGE.read_text(encoding="utf-8")
    )
    told = [float(one) for one in re.findall(r"\d+\.\d+", said[1])]
    for months, expected in zip((1, 2, 3, 4, 6, 12), told, strict=True):
        if months >= 3:
            plan = make_plan(None, inputs, {"programme.period_months": months})
            assert plan.metrics["worker_income"] / 1e6 == pytest.approx(expected, abs=0.005)
