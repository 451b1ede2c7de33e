"""Every result is had as pandas tables by name: the same call for all, typed, with units, and unknown names are refused."""

import numpy as np
import pandas as pd
import pytest

import pilot_planner
from pilot_planner.studies.planning.comparison import side_by_side

SMALL = {"solver.gap": 1e-6}


@pytest.fixture(scope="module")
def results(shipped_inputs):
    one = {"model": "one_host", "inputs": shipped_inputs, "settings": SMALL}
    plan = pilot_planner.make_plan(**one)
    less = pilot_planner.make_plan(**one | {"settings": SMALL | {"limits.operating_cost.max": 9e6}})
    return {
        "plan": plan,
        "prices": pilot_planner.prices(**one),
        "why_not": pilot_planner.why_not(**one),
        "trade_offs": pilot_planner.trade_offs(**one, points=3),
        "alternatives": pilot_planner.alternatives(**one, count=2, within=0.1),
        "scale": pilot_planner.scale(**one),
        "participation": pilot_planner.participation(**one),
        "parties": pilot_planner.parties(**one),
        "compare": pilot_planner.compare(plan, less),
        "side_by_side": side_by_side([plan, less, plan]),
        "bridge": pilot_planner.bridge([plan, less]),
        "risk": pilot_planner.risk(**one, draws=20, recourse=False),
        "chance": plan.chance,
    }


FIRST = {
    "prices": "prices",
    "why_not": "left",
    "trade_offs": "points",
    "alternatives": "alternatives",
    "scale": "sizes",
    "participation": "schedules",
    "parties": "deals",
    "compare": "metrics",
    "side_by_side": "metrics",
    "bridge": "steps",
    "risk": "draws",
    "chance": "fails",
}


def test_every_result_has_its_tables_by_name(results):
    for name, result in results.items():
        tables = result.tables()
        assert tables, name
        for table, frame in tables.items():
            assert isinstance(frame, pd.DataFrame), (name, table)
            assert frame.equals(result.table(table)), (name, table)
        if name != "plan":
            assert result.table().equals(tables[FIRST[name]])
            assert next(iter(tables)) == FIRST[name]


def test_an_unknown_table_is_refused_with_the_names_that_there_are(results):
    for name, result in results.items():
        with pytest.raises(KeyError) as refused:
            result.table("nosuch")
        assert all(table in str(refused.value) for table in result.tables()), name


def test_numbers_are_numbers_and_units_are_told(results):
    for name, result in results.items():
        for table, frame in result.tables().items():
            for column in [name for name, kind in frame.dtypes.items() if str(kind) == "object"]:
                numbers = [one for one in frame[column] if isinstance(one, int | float) and not isinstance(one, bool)]
                texts = [value for value in frame[column] if isinstance(value, str)]
                assert not numbers or texts, (name, table, column)
            assert isinstance(frame.attrs["units"], dict)
    points, sizes = results["trade_offs"].table("points"), results["scale"].table()
    assert points.attrs["units"]["operating_cost"] == "USD"
    assert points.attrs["units"]["women_share"] == "share"
    assert sizes["operating_cost"].dtype == np.float64
    assert results["bridge"].table().attrs["units"] == {"before": "USD", "after": "USD", "change": "USD"}
    plan = results["plan"]
    assert plan.table("budget").attrs["units"]["amount_usd"] == "USD"
    assert plan.table("periods")["set_up"].dtype == bool
    assert plan.table("flows")["amount_usd"].dtype == np.float64


def test_figures_are_those_of_the_records(results):
    prices = results["prices"]
    assert prices.table().set_index(["key", "side"])["price"].fillna(0.0).tolist() == pytest.approx(
        [0.0 if row["price"] is None else row["price"] for row in prices.records()]
    )
    bridge = results["bridge"].table()
    assert bridge["change"].sum() == pytest.approx(float(results["bridge"].values[-1] - results["bridge"].values[0]))
