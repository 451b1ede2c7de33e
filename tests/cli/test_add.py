"""A host and a sector are added with the fewest rows; check and plan then say the same, and name what is missing."""

import csv
import shutil
from pathlib import Path

import pytest
from tests.support.command_line import run_here
from tests.support.edited_inputs import cell

from pilot_planner import load_inputs, make_export, make_plan
from pilot_planner.errors import InputError
from pilot_planner.studies.planning.setup import refusals, set_up

SHIPPED = Path(__file__).parents[2] / "inputs"
UZBEKISTAN = {
    "avg_monthly_wage": 470, "construction_season_months": 10, "cpi_score": 32, "displacement": 0,
    "ilo_c029_ratified": 1, "ilo_c081_ratified": 1, "ilo_c095_ratified": 0, "ilo_c105_ratified": 1, "iom_office": 1,
    "labour_force": 15.0, "law_admits_workers": 1, "living_wage": 260, "minimum_wage": 105, "season_first_month": 3,
    "tip_tier": 2, "willingness": 0.5,
}  # fmt: skip
FISH = {
    "building_season": 0, "capacity_per_million": 20, "contract_price_today": 400, "site_size": 60,
    "state_take_share_today": 0.8, "women_share": 0.8, "wage_ratio": 0.9,
}  # fmt: skip
HOST = ["UZB", "--name", "Uzbekistan", "--iso2", "UZ", "--region", "Central Asia", "--latitude", "41.4"]
HOST += ["--longitude", "64.6", "--landlocked"]
SECTOR = ["fish_processing", "--name", "Fish processing", "--isic", "C1020", "--isic-title", "Processing of fish"]


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "inputs")
    return tmp_path / "inputs"


def fill(folder, file, key, values):
    for indicator, value in values.items():
        for column in ("low", "base", "high"):
            cell(file, (key, indicator), column, str(value))(folder)
        for column, text in (("reading", "single"), ("grade", "C"), ("source_id", "planner_judgement"), ("year", "2026")):
            cell(file, (key, indicator), column, text)(folder)


def rows(folder, path):
    with (folder / path).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_uzbekistan_and_fish_processing(folder, capsys):
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.csv")}
    added = run_here(capsys, "add", "host", *HOST, "--inputs", folder)
    assert added.status == 0, added.err
    asked = [line.split(":")[0].strip() for line in added.err.splitlines() if line.startswith("  hosts.UZB.")]
    assert asked == [f"hosts.UZB.{name}" for name in UZBEKISTAN]
    # Nothing of other hosts is touched, and all of them can still be planned for.
    assert all((folder / path).read_bytes().startswith(raw.rstrip()) for path, raw in before.items())
    assert run_here(capsys, "check", "--inputs", folder).status == 0

    found = next(one for one in make_plan(inputs=folder).verdicts if one.iso3 == "UZB" and one.sector == "construction")
    assert "hosts.UZB.avg_monthly_wage is missing" in str(found.reasons["wage_evidence"])
    assert "hosts.UZB.labour_force is missing" in str(found.reasons["demand"])

    fill(folder, "estimates/hosts.csv", "UZB", UZBEKISTAN)
    added = run_here(capsys, "add", "sector", *SECTOR, "--inputs", folder)
    assert added.status == 0, added.err
    asked = [line.split(":")[0].strip() for line in added.err.splitlines() if line.startswith("  sectors.fish")]
    assert asked == [f"sectors.fish_processing.{name}" for name in FISH]
    fill(folder, "estimates/sectors.csv", "fish_processing", FISH)

    checked = run_here(capsys, "check", "--inputs", folder)
    assert checked.status == 0, checked.out
    assert "UZB" not in "".join(line for line in checked.out.splitlines() if line.startswith(("error", "warning")))
    waived = {"required": ["UZB.fish_processing"], "waivers.UZB.foreign_worker_fee": True}
    plan = make_plan(inputs=folder, settings={**waived, "hosts.allowed": ["UZB", "KAZ"]})
    assert ("UZB", "fish_processing") in {(one.iso3, one.sector) for one in plan.placements}


def test_iati_says_nothing_of_oda_where_nobody_looked(folder, capsys):
    run_here(capsys, "add", "host", *HOST, "--inputs", folder)
    fill(folder, "estimates/hosts.csv", "UZB", UZBEKISTAN)
    plan = make_plan(inputs=folder, settings={"required": ["UZB"], "waivers.UZB.foreign_worker_fee": True})

    made = make_export(plan, ["iati"])
    xml = b"".join(made.files.values()).decode()

    assert any("says nothing of Uzbekistan" in note for note in made.notes)
    assert "does not count as official development assistance" not in xml
    assert '<default-flow-type code="21"' not in xml


def test_check_finds_everything_that_plan_would_refuse(folder):
    for sector in ("construction", "textiles_garments"):
        values = {"low": "", "base": "", "high": "", "reading": "absent", "grade": "absent"}
        for column, value in values.items():
            cell("estimates/sectors.csv", (sector, "site_size"), column, value)(folder)
    with pytest.raises(InputError) as refused:
        make_plan(inputs=folder)
    told = refusals(*set_up(None, folder, None))

    assert [one.what for one in told] == [
        "sectors.construction.site_size has no value",
        "sectors.textiles_garments.site_size has no value",
    ]
    assert list(refused.value.faults) == told
    assert all(one.place.row for one in told)


def test_check_says_that_nothing_can_be_planned(capsys, tmp_path):
    (tmp_path / "base.toml").write_bytes((SHIPPED.parent / "models" / "base.toml").read_bytes())
    (tmp_path / "none.toml").write_text('extends = "base.toml"\nname = "none"\n[floors]\nhost_willingness = 0.99\n')
    checked = run_here(capsys, "check", "--model", tmp_path / "none.toml")

    assert checked.status != 0
    assert "no placement passes every rights floor" in checked.out


def test_a_listed_host_of_which_nothing_is_said_is_told(folder):
    with (folder / "lists/hosts.csv").open("a", encoding="utf-8") as file:
        file.write("UZB,UZ,Uzbekistan,Central Asia,true,41.4,64.6\n")

    assert any("UZB has no row in estimates/hosts.csv" in one.what for one in load_inputs(folder).warnings)


def test_a_tax_schedule_can_be_used_at_once(folder, capsys):
    words = ["UZ_12", "--name", "Uzbek income tax", "--year", "2026", "--bracket", "0=0.0", "--bracket", "200=0.12"]
    added = run_here(capsys, "add", "tax-schedule", *words, "--inputs", folder)
    assert added.status == 0, added.err
    plan = make_plan(inputs=folder, settings={"tax.schedule": "UZ_12"})

    assert [(one.lower, one.upper, one.rate) for one in plan.case.schedule.brackets] == [
        (0.0, 200.0, 0.0),
        (200.0, None, 0.12),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["host", *["KAZ" if one == "UZB" else one for one in HOST]], "'KAZ' stands there already"),
        (["host", *["uz" if one == "UZB" else one for one in HOST]], "iso3"),
        (["sector", *["construction" if one == "fish_processing" else one for one in SECTOR]], "stands there already"),
        (["tax-schedule", "X", "--name", "x", "--year", "2026", "--bracket", "10=0.1"], "begin with 0=RATE"),
        (["tax-schedule", "X", "--name", "x", "--year", "2026", "--bracket", "0=12"], "out of bounds"),
        (["tax-schedule", "X", "--name", "x", "--year", "2026", "--bracket", "much"], "is no bracket"),
    ],
)
def test_what_cannot_be_added_is_refused_and_nothing_is_written(words, told, folder, capsys):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    added = run_here(capsys, "add", *words, "--inputs", folder)

    assert added.status == 2
    assert told in added.err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_line_ends_and_the_byte_order_mark_of_a_spreadsheet_stay(folder, capsys):
    file = folder / "lists" / "hosts.csv"
    text = file.read_text(encoding="utf-8").replace("\n", "\r\n").rstrip("\r\n")
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert run_here(capsys, "add", "host", *HOST, "--inputs", folder).status == 0

    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf" + text.encode() + b"\r\nUZB,")
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_shipped_inputs_are_not_written_to(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    added = run_here(capsys, "add", "host", *HOST)

    assert added.status == 2
    assert "pilot-planner new" in added.err
