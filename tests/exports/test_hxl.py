"""Tables with HXL tags are read without a fault by HXL's own tools and by Frictionless, and hold the plan's figures."""

import csv
import dataclasses
import io
import json
from decimal import Decimal

import frictionless
import hxl as libhxl
import pytest

from pilot_planner.exports import hxl, logframe
from pilot_planner.exports.hxl import COLUMNS
from pilot_planner.exports.proposal_data import Dossier

TABLES = (*COLUMNS, "logframe")


@pytest.fixture(scope="module", params=["plain", "hostile"])
def written(request, tmp_path_factory):
    """The files in a folder, of the shipped terms and of hostile ones."""
    dossier = request.getfixturevalue("dossier" if request.param == "plain" else "hostile_dossier")
    folder = tmp_path_factory.mktemp(request.param)
    files = {**hxl.make(dossier), **logframe.make(dossier)}
    for path, raw in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(raw)
    return folder


def rows(raw):
    return list(csv.DictReader(io.StringIO(raw.decode(), newline="")))


@pytest.mark.parametrize("name", TABLES)
def test_hxl_reads_and_validates_every_table(written, name):
    with libhxl.data(str(written / "hxl" / f"{name}.csv"), libhxl.InputOptions(allow_local=True)) as source:
        assert next(column.header for column in source.columns) == "plan_id"
        assert all(column.tag for column in source.columns)
        assert sum(1 for _ in source) > 0
    with libhxl.data(str(written / "hxl" / f"{name}.csv"), libhxl.InputOptions(allow_local=True)) as source:
        found = []
        libhxl.schema(callback=found.append).validate(source)
    # Its statistics of outliers are hints and no faults: a period without work has nobody per inspector.
    assert [str(one) for one in found if one.rule.severity != "info"] == []


def test_the_data_packages_are_valid_and_numbers_are_numbers(written):
    for folder, expected in ((written / "hxl", set(TABLES)), (written, {"logframe"})):
        report = frictionless.Package(str(folder / "datapackage.json")).validate()
        assert report.flatten(["title", "message"]) == []
        package = frictionless.Package(str(folder / "datapackage.json"))
        assert {resource.name for resource in package.resources} == expected
    budget = frictionless.Package(str(written / "hxl" / "datapackage.json")).get_resource("budget").read_rows()
    assert sum(row["amount_usd"] for row in budget) == Decimal("12000000.00")
    assert budget[0]["date_start"].isoformat() == "2027-01-01"


def test_the_tag_row_stands_under_the_header_and_in_the_description(dossier):
    files = hxl.make(dossier)
    described = json.loads(files["hxl/datapackage.json"])
    for resource in described["resources"]:
        header, tags, *_ = csv.reader(io.StringIO(files[f"hxl/{resource['path']}"].decode(), newline=""))
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert tags == [field["hxl"] for field in resource["schema"]["fields"]]
        assert len(set(tags)) == len(tags)


def test_every_file_carries_the_notice(dossier):
    files = {**hxl.make(dossier), **logframe.make(dossier)}
    for path, raw in files.items():
        if path.endswith(".csv"):
            said = [row["notice"] for row in rows(raw) if not row["plan_id"].startswith("#")]
            assert said[0] == dossier.notice
            assert set(said[1:]) <= {""}
        elif path.endswith(".json"):
            assert dossier.notice in json.loads(raw)["description"]


def test_every_table_of_the_plan_is_there_with_every_row(dossier):
    files = hxl.make(dossier)
    plan = dossier.plan
    for name in ("workforce", "flows", "escrow", "oversight", "eligibility", "sources"):
        made = [row for row in rows(files[f"hxl/{name}.csv"]) if not row["plan_id"].startswith("#")]
        assert len(made) == len(plan.records(name)), name
    assert {row["figure"] for row in rows(files["hxl/summary.csv"])[1:]} == {*plan.metrics, *plan.ratios}
    assert all(row["name"] and row["unit"] and row["meaning"] for row in rows(files["hxl/summary.csv"])[1:])


def test_women_and_men_are_all_workers(dossier):
    made = rows(hxl.make(dossier)["hxl/workforce.csv"])[1:]
    months = dossier.plan.design.programme.period_months
    for row in made:
        assert abs(float(row["workers_women"]) + float(row["workers_men"]) - float(row["workers"])) < 2e-6
    women = sum(float(row["workers_women"]) for row in made) * months
    assert women == pytest.approx(dossier.plan.metrics["women_worker_months"], abs=0.01)


def test_periods_have_their_days(dossier):
    escrow = rows(hxl.make(dossier)["hxl/escrow.csv"])[1:]
    first, last = escrow[0], [row for row in escrow if row["iso3"] == escrow[0]["iso3"]][-1]

    assert (first["period"], first["date_start"], first["date_end"]) == ("0", "2026-10-01", "2026-12-31")
    assert (last["period"], last["date_start"], last["date_end"]) == ("9", "2029-01-01", "2029-03-31")


def test_no_cell_of_hostile_terms_begins_as_a_formula(hostile_dossier):
    for path, raw in {**hxl.make(hostile_dossier), **logframe.make(hostile_dossier)}.items():
        if path.endswith(".csv"):
            for row in rows(raw):
                for column, value in row.items():
                    assert value[:1] not in tuple("=+@|%\t\r"), (path, column, value)
                    assert "\x00" not in value


def test_the_same_dossier_gives_the_same_bytes(dossier):
    assert hxl.make(dossier) == hxl.make(dossier)
    assert logframe.make(dossier) == logframe.make(dossier)


def test_a_plan_that_employs_nobody_still_has_every_table(plan, terms, dossier):
    accounts = dataclasses.replace(plan.accounts, levels={}, workforce=(), flows=(), escrow=(), budget=(), oversight=())
    metrics = dict.fromkeys(plan.metrics, 0.0)
    ratios = dict.fromkeys(plan.ratios)
    idle = dataclasses.replace(plan, hosts=(), placements=(), accounts=accounts, metrics=metrics, ratios=ratios)
    made = {**hxl.make(Dossier(idle, terms, dossier.made_on)), **logframe.make(Dossier(idle, terms, dossier.made_on))}

    assert set(made) == {*hxl.make(dossier), *logframe.make(dossier)}
    assert len(made["hxl/budget.csv"].decode().splitlines()) == 2
    assert all(row["target"] for row in rows(made["logframe.csv"]))
