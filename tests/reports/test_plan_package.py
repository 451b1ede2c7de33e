"""A plan folder explains itself: columns, units, ids and keys are described, periods have days, and cents add up."""

import csv
import datetime as dt
import json
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from frictionless import Package, system

from pilot_planner import make_plan, remake, write_plan
from pilot_planner.reports.plan_folder import FILES

MODELS = sorted((Path(__file__).parents[2] / "models").glob("*.toml"))


@pytest.fixture(scope="module")
def folder(shipped_inputs, tmp_path_factory):
    return write_plan(make_plan(inputs=shipped_inputs), tmp_path_factory.mktemp("plan") / "base")


def rows(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_description_is_valid_for_everybody(folder):
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()

    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])


def test_every_column_of_every_file_is_described_with_its_unit(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    described = {one["path"]: [field["name"] for field in one["schema"]["fields"]] for one in package["resources"]}
    files = {path.name for path in folder.glob("*.csv")}

    assert set(described) == files
    for name, columns in described.items():
        with (folder / name).open(encoding="utf-8") as file:
            assert next(csv.reader(file)) == columns
    money = [field for one in package["resources"] for field in one["schema"]["fields"] if field["name"].endswith("usd")]
    assert all("USD" in field["description"] for field in money)
    assert {path.name for path in folder.iterdir()} == set(FILES)


def test_periods_have_their_days_one_after_another(folder):
    periods = rows(folder, "periods.csv")

    assert [int(one["period"]) for one in periods] == list(range(10))
    assert periods[1]["start"] == "2027-01-01"
    assert (periods[8]["end"], periods[9]["start"]) == ("2028-12-31", "2029-01-01")
    for one, following in pairwise(periods):
        assert dt.date.fromisoformat(one["end"]) + dt.timedelta(days=1) == dt.date.fromisoformat(following["start"])
    assert [one["set_up"] for one in periods[1:4]] == ["true", "false", "false"]


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_cents_by_cell_add_up_to_the_total(model, shipped_inputs, tmp_path):
    plan = make_plan(model, shipped_inputs)
    folder = write_plan(plan, tmp_path / "plan")
    cells = rows(folder, "budget.csv")

    assert sum(Decimal(one["amount_usd"]) for one in cells) == Decimal(f"{plan.metrics['operating_cost']:.2f}")
    exact = {(one["iso3"], one["period"], one["cost_line"]): one["amount_usd"] for one in plan.records("budget")}
    for one in cells:
        assert abs(float(one["amount_usd"]) - exact[one["iso3"], int(one["period"]), one["cost_line"]]) <= 0.01
    for channel, metric in (("card", "card_pay"), ("in_kind", "in_kind_pay"), ("income_tax", "state_revenue")):
        posted = sum(Decimal(one["amount_usd"]) for one in rows(folder, "flows.csv") if one["channel"] == channel)
        assert posted == Decimal(f"{plan.metrics[metric]:.2f}")


def test_it_is_read_back(folder, shipped_inputs):
    assert remake(folder, shipped_inputs).plan_id == json.loads((folder / "plan.json").read_text())["plan_id"]
