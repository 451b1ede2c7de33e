"""The evidence that ships: it loads without an error, is described in full, and holds what its sources say."""

import math
from pathlib import Path

import pytest
from frictionless import Package as FrictionlessPackage

from pilot_planner.data.coverage import coverage
from pilot_planner.data.datapackage import shipped_package
from pilot_planner.data.estimates import ADDRESS_COLUMNS, BOUNDS, worst_grade
from pilot_planner.data.formulas import evaluate, pooled_median
from pilot_planner.data.loading import load_inputs

FOLDER = Path(__file__).parents[2] / "inputs"


def test_the_data_package_is_valid_for_other_peoples_tools():
    report = FrictionlessPackage(str(FOLDER / "datapackage.json")).validate()
    assert report.flatten(["title", "message"]) == []
    assert report.stats["tasks"] == 37


def test_every_file_is_described_and_every_description_has_its_file():
    described = {table.path for table in shipped_package().tables}
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert described | {"README.md", "datapackage.json"} == found
    assert len(described) == 37


def test_every_table_of_estimates_has_an_address():
    tables = {table.stem for table in shipped_package().tables if table.is_estimates}
    assert tables | {"seed_facts"} == set(ADDRESS_COLUMNS)


def test_all_candidates_are_there(inputs):
    assert len(inputs.rows("lists/hosts.csv")) == 40
    assert len(inputs.rows("lists/sectors.csv")) == 11
    assert [row.text("level") for row in inputs.rows("lists/oversight_levels.csv")] == ["standard", "enhanced", "intensive"]
    assert [row.text("sector") for row in inputs.rows("lists/sectors.csv") if row["excluded_by_default"]] == [
        "it_services",
        "logging_forestry",
        "mining",
        "restaurants",
    ]


def test_every_host_has_a_labour_force_and_a_willingness(inputs):
    hosts = [row.text("iso3") for row in inputs.rows("lists/hosts.csv")]
    assert [host for host in hosts if inputs.number("hosts", host, "labour_force") is None] == []
    assert [host for host in hosts if inputs.find("hosts", host, "willingness") is None] == []


def test_every_estimate_is_of_a_known_host(inputs):
    known = {row.text("iso3") for row in inputs.rows("lists/hosts.csv")} | {"WLD", "PRK"}
    strangers = {
        estimate.path
        for estimate in inputs.estimates.values()
        for column, key in zip(ADDRESS_COLUMNS[estimate.address[0]], estimate.address[1:], strict=True)
        if column == "iso3" and key not in known
    }
    assert strangers == set()


def test_every_estimate_has_a_known_unit_a_known_source_and_a_grade(inputs):
    units = {row.text("unit") for row in inputs.rows("lists/units.csv")}
    sources = {row.text("source_id") for row in inputs.rows("lists/sources.csv")}
    weak = [
        estimate.path
        for estimate in inputs.estimates.values()
        if (estimate.unit not in units and estimate.address[0] != "seed_facts")
        or estimate.source_id not in sources
        or estimate.grade not in ("A", "B", "C", "absent")
    ]
    assert weak == []


def test_every_current_value_is_ordered_or_wholly_absent(inputs):
    odd = [
        estimate.path
        for estimate in inputs.estimates.values()
        if not (
            (estimate.low is estimate.base is estimate.high is None and estimate.reading in ("absent", "text"))
            or estimate.low <= estimate.base <= estimate.high
        )
    ]
    assert odd == []


def test_every_derived_value_in_the_files_is_what_its_formula_gives(inputs):
    """Formulas are evaluated here on the values that the files store, without following one formula into another."""
    stored = {}
    for table in shipped_package().tables:
        if table.is_estimates:
            for row in inputs.rows(table.path):
                if row["status"] == "current":
                    stored[table.stem, *(row.text(column) for column in ADDRESS_COLUMNS[table.stem])] = row
    read = {key: {bound: row[bound] for bound in BOUNDS} for key, row in stored.items()}
    read |= {
        key: {bound: one.at(bound) for bound in BOUNDS} for key, one in inputs.estimates.items() if key[0] == "seed_facts"
    }

    def lookup(reference):
        if not reference.pooled:
            return read[reference.address]
        table, indicator = reference.address[0], reference.address[-1]
        return pooled_median(
            [
                read[key]
                for key, row in stored.items()
                if (key[0], key[-1]) == (table, indicator) and not row["formula"] and row["base"] is not None
            ]
        )

    checked = 0
    for key, row in stored.items():
        if row["formula"]:
            made = evaluate(row.text("formula"), key, lookup)
            assert all(math.isclose(made[bound], row[bound], rel_tol=1e-4, abs_tol=1e-9) for bound in BOUNDS), (key, made)
            checked += 1
    assert checked > 700


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("programme.worker_keeps_today", (200, 200, 200)),
        ("status_quo.worker_keeps.RUS.construction", (200, 200, 200)),
        ("status_quo.earned_value.RUS.construction", (2000, 2500, 3000)),
        ("status_quo.state_take.RUS.construction", (500, 650, 800)),
        ("status_quo.weekly_hours.RUS.construction", (80, 100, 120)),
        ("status_quo.workers_abroad.WLD.", (100_000, 100_000, 100_000)),
        ("status_quo.revenue.WLD.", (500e6, 500e6, 500e6)),
        ("status_quo.forced_labour_indicators_met.WLD.", (11, 11, 11)),
        ("placements.MNG.construction.foreign_worker_quota", (3644, 3644, 3644)),
        ("precedents.oil_for_food.illicit_share_of_flow", (0.028, 0.028, 0.028)),
        ("precedents.oil_for_food.administration_share_of_flow", (0.022, 0.022, 0.022)),
        ("precedents.oil_for_food.inspection_share_of_flow", (0.008, 0.008, 0.008)),
        ("precedents.kaesong.minimum_wage", (73.87, 73.87, 73.87)),
        ("precedents.jordan_compact.jobs_pledged", (200_000, 200_000, 200_000)),
        ("programme.system_loss_rate", (0.028, 0.028, 0.1)),
        ("hosts.MNG.labour_force", (1.449, 1.449, 1.449)),
        ("seed_facts.P008", (40, 40, 40)),
        ("seed_facts.V016", (30_000, 30_000, 30_000)),
    ],
)
def test_a_well_known_figure_is_what_its_source_says(inputs, address, expected):
    estimate = inputs.find(*address.split("."))
    assert expected == (estimate.low, estimate.base, estimate.high)


def test_dates_and_words_of_the_founding_texts_are_not_numbers(inputs):
    assert inputs.find("seed_facts", "P003") is None
    assert inputs.find("seed_facts", "V001") is None


def test_a_missing_value_is_none_and_a_needed_one_an_error(inputs):
    assert inputs.number("hosts", "ARE", "living_wage") is None
    assert inputs.number("hosts", "XXX", "living_wage") is None
    with pytest.raises(Exception, match=r"hosts\.csv: hosts\.XXX\.living_wage has no value; expected a value; add it"):
        inputs.need("hosts", "XXX", "living_wage")


def test_loading_twice_gives_the_same_hash(inputs):
    assert inputs.hash == load_inputs(FOLDER).hash


def test_only_minimum_wages_are_warned_of(inputs):
    assert {warning.expected for warning in inputs.warnings} == {"a market wage at or above the legal minimum"}


def test_coverage_counts_every_number_once(inputs):
    found = coverage(inputs)
    numbers = [estimate for estimate in inputs.estimates.values() if estimate.unit != "text"]
    assert len(numbers) == sum(found.totals.values())
    assert all(found.totals[grade] > 0 for grade in ("A", "B", "C", "absent"))
    assert {one.grade for one in found.grade_c} == {"C"}
    assert not [one.path for one in found.grade_c if one.formula]
    assert len(found.absent) == found.totals["absent"]


@pytest.mark.parametrize(
    ("grades", "expected"), [([], "A"), (["A", "B"], "B"), (["C", "A"], "C"), (["B", "absent", "C"], "absent")]
)
def test_the_worst_grade_is_the_weakest(grades, expected):
    assert expected == worst_grade(grades)


def test_doubtful_inputs_are_ranges_that_reach_what_is_recalled_and_say_so(shipped_inputs):
    kazakh, mongolian = (
        shipped_inputs.find("hosts", "KAZ", "host_tax_rate"),
        shipped_inputs.find("hosts", "MNG", "host_tax_rate"),
    )
    assert kazakh.low <= 0.073 < kazakh.base
    # Taxed after the worker's own insurance.
    insurance = shipped_inputs.number("hosts", "MNG", "employee_contribution_rate")
    assert mongolian.low == pytest.approx(mongolian.base * (1.0 - insurance))
    # 4,300 PLN at the rate at which the wages of July 2024 are converted: 6,641 PLN are 1,676 USD.
    polish = shipped_inputs.find("hosts", "POL", "minimum_wage")
    assert polish.base == pytest.approx(4_300 * 1_676 / 6_641, abs=1.0)
    # 4,666 PLN in 2025.
    assert polish.high >= 4_666 * 1_676 / 6_641
    for one in (kazakh, mongolian, polish):
        assert one.grade == "C"
    assert "recalled" in kazakh.note
    for host in ("KAZ", "VNM"):
        assert "gross, while the floor asks it of net pay" in shipped_inputs.find("hosts", host, "living_wage").note
    for host in ("EGY", "IDN", "NGA"):
        wage = shipped_inputs.find("hosts", host, "avg_monthly_wage")
        assert wage.base < shipped_inputs.number("hosts", host, "minimum_wage") <= wage.high
        assert "below the" in wage.note


def test_a_folder_of_an_older_version_takes_new_parameters_as_shipped(copied):
    inputs_copy = copied() / "inputs"
    whole = load_inputs(inputs_copy)
    new = ("exemption_delay", "donor_alternative", "employer_value_ratio")
    for file in ("estimates/programme.csv", "lists/indicators.csv"):
        path = inputs_copy / file
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not any(f"{name}," in line for name in new)), encoding="utf-8")
    found = load_inputs(inputs_copy)
    gone = [name for name in new if ("programme", name) in whole.estimates]
    assert len(gone) == 3
    for name in gone:
        assert found.number("programme", name) == whole.number("programme", name)
    (told,) = [one for one in found.warnings if "which this version reads" in one.what]
    assert all(name in told.what for name in gone)
    assert "estimates/programme.csv" in str(told.place)
    assert "copy their rows from" in told.fix
