"""There is one best plan: whatever searched for it, and whatever was searched before, every row is the same."""

from decimal import Decimal

import pytest

from pilot_planner.design.loading import load_design
from pilot_planner.store.plans import FILES, plan_parts
from pilot_planner.studies.execution.live_plan import QuickPlans
from pilot_planner.studies.planning.plan import make_plan

CENTS = 0.05
"""USD. Rows are rounded by running totals, so a difference at the solver's tolerance can move some cents."""


@pytest.mark.parametrize("other", [{"solver.engine": "whole"}, {"solver.name": "cbc"}], ids=["whole", "cbc"])
@pytest.mark.parametrize("design", ["base", "in_kind_first"])
def test_every_payment_is_the_same_whichever_engine_and_solver_found_the_plan(design, other, shipped_inputs):
    own = make_plan(load_design(design), shipped_inputs)
    theirs = make_plan(load_design(design), shipped_inputs, other)
    for table in ("flows", "budget"):
        mine, others = own.records(table), theirs.records(table)
        assert len(mine) == len(others) > 20
        for row, same in zip(mine, others, strict=True):
            assert row.keys() == same.keys()
            for name, value in row.items():
                if isinstance(value, (float, Decimal)):
                    assert float(same[name]) == pytest.approx(float(value), rel=1e-6, abs=CENTS), (table, row, same)
                else:
                    assert same[name] == value


def test_a_plan_found_after_many_others_is_byte_for_byte_the_plan_by_itself(shipped_inputs):
    design = load_design("base")
    quick = QuickPlans(shipped_inputs)
    asked = (
        {},
        {"limits.operating_cost.max": 9_000_000},
        {"limits.operating_cost.max": 9_500_000, "programme.min_placement": 20},
        {"limits.operating_cost.max": 7_700_000},
        {"limits.operating_cost.max": 9_000_000},
    )
    for settings in asked:
        quickly = plan_parts(quick.plan(design, settings, lambda: False))[0]
        by_itself = plan_parts(make_plan(design, shipped_inputs, settings))[0]
        names = {name for name in by_itself if name.startswith(FILES) and not name.endswith("manifest.json")}
        assert len(names) > 5
        assert {name for name in names if quickly[name] != by_itself[name]} == set(), settings


def test_a_plan_gives_its_tables_by_name_and_names_them_where_one_is_not_there(shipped_inputs):
    plan = make_plan("one_host", shipped_inputs)
    tables = plan.tables()
    assert {"workforce", "hosts", "placements", "limits", "metrics"} <= tables.keys()
    assert tables["placements"]["worker_cap"].sum() == sum(one.worker_cap for one in plan.placements)
    metrics = tables["metrics"].set_index("name")
    assert metrics.loc["worker_income", "value"] == plan.metrics["worker_income"]
    assert metrics.loc["worker_income", "unit"] == "USD"
    with pytest.raises(KeyError, match="no table 'work'; it has periods, places, workforce, flows"):
        plan.table("work")
