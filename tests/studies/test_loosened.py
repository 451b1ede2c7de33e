"""What a design loosens against the reference design is told with every plan; settings that reach no figure likewise."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pytest
from command_line import run_here
from lxml import etree
from rich.console import Console

from pilot_planner.case.case import make_case
from pilot_planner.dashboard.layout.infeasible_banner import told_of
from pilot_planner.design import rights
from pilot_planner.exports import hxl, iati, workbook
from pilot_planner.exports.proposal.blocks import plain
from pilot_planner.exports.proposal.section_builder import Draft
from pilot_planner.exports.proposal.sections import opening, rationale, safeguards
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.terms import load_terms
from pilot_planner.reports.plan_folder import write_plan
from pilot_planner.reports.plan_text import print_plan
from pilot_planner.studies.planning.loosened import headline, loosened_safeguards
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.planning.without_effect import addresses_read, without_effect
from pilot_planner.studies.sweeps.what_if import what_if

MODELS = Path(__file__).parents[2] / "models"
LOOSER = {
    "limits.visit_coverage.min": 0.1,
    "floors.living_wage": False,
    "floors.tip_tier": 3,
    "exclusions": ["it_services", "restaurants"],
}
IDLE = [
    "programme.in_kind_package",
    "hosts.MNG.ppp_price_level",
    "hosts.MNG.dprk_workers_reported",
    "placements.RUS.construction.other_deductions_today",
]


@pytest.fixture(scope="module")
def looser(inputs):
    return make_plan(MODELS / "base.toml", inputs, {**LOOSER, "inputs.programme.in_kind_package": 300})


@pytest.fixture(scope="module")
def dossier(looser):
    return Dossier(looser, load_terms(MODELS / "proposals" / "draft.toml"), dt.date(2026, 11, 20))


def joined(text):
    return " ".join(str(text).replace("\u00a0", " ").split())


def sentences(plan):
    return [joined(one.sentence) for one in plan.loosened]


def test_each_is_told_with_both_values_and_the_indicators_that_lose_a_safeguard(looser):
    by = {one.setting: one for one in looser.loosened}
    assert set(by) == set(LOOSER)
    visits = by["limits.visit_coverage.min"]
    assert (visits.own, visits.reference) == ("at least 10.0 %", "at least 90.0 %")
    assert "3 Restriction of movement" in visits.indicators
    assert by["floors.living_wage"].sentence == (
        "Net pay at the living wage in every month: not required instead of required. Indicators of forced labour (ILO) "
        "that lose a safeguard: 8 Withholding of wages and 10 Abusive working and living conditions."
    )
    assert by["exclusions"].own == "IT services, restaurants (without logging and forestry, mining)"


@pytest.mark.parametrize("model", ["base", "strict_oversight", "low_budget", "two_hosts", "secured_income"])
def test_a_design_as_strict_as_the_reference_or_stricter_loosens_nothing(model, inputs):
    design, _ = set_up(MODELS / f"{model}.toml", inputs, None)
    assert loosened_safeguards(design, inputs) == ()
    assert headline(()) == ""


def test_of_the_shipped_designs_the_one_that_lifts_willingness_says_so(inputs):
    design, _ = set_up(MODELS / "wide_eligibility.toml", inputs, None)
    assert [one.setting for one in loosened_safeguards(design, inputs)] == [
        "floors.host_willingness",
        "limits.mean_willingness.min",
    ]


def test_in_print_in_plan_json_and_in_the_folder(looser, tmp_path):
    out = io.StringIO()
    print_plan(looser, Console(file=out, width=10_000))
    assert all(one in joined(out.getvalue()) for one in sentences(looser))
    write_plan(looser, tmp_path / "plan")
    document = json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8"))
    assert [one["setting"] for one in document["loosened"]] == [one.setting for one in looser.loosened]
    assert all(one["indicators"] for one in document["loosened"])
    assert document["inputs_without_effect"] == ["inputs.programme.in_kind_package"]


def _words(component):
    if isinstance(component, str):
        return component
    if isinstance(component, list | tuple):
        return " ".join(map(_words, component))
    inner = getattr(component, "children", None)
    return "" if inner is None else _words(inner)


def test_above_every_page_of_the_dashboard(looser, inputs):
    said = joined(_words(told_of(looser)))
    assert all(one in said for one in sentences(looser))
    assert "No figure of this plan rests on inputs.programme.in_kind_package." in said
    assert told_of(make_plan(MODELS / "base.toml", inputs)) == told_of(None) == []


def test_on_the_first_page_of_each_document(dossier, looser):
    draft = Draft(dossier)
    cover = joined(" ".join(plain(value) for _, value in opening.cover(draft).lines))
    assert all(one in cover for one in sentences(looser))
    root = etree.fromstring(iati.make(dossier)["activity.xml"])
    description = joined(root.findtext(".//description[@type='1']/narrative"))
    assert all(one in description for one in sentences(looser))


def test_on_the_first_sheet_of_the_workbook(dossier, looser):
    (raw,) = workbook.make(dossier).values()
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        texts = joined("".join(etree.fromstring(book.read("xl/sharedStrings.xml")).itertext()))
    assert all(one in texts for one in sentences(looser))


def test_no_sentence_of_the_document_says_what_its_plan_does_not_bear_out(dossier, inputs):
    draft = Draft(dossier)
    floors = rationale._floors(draft)
    assert "not for sale" not in floors.title
    assert any("living wage in every month: not required" in joined(plain(block.words)) for block in floors.blocks[:1])
    said = joined(" ".join(plain(cell) for row in safeguards.safeguards(draft).blocks[1].rows for cell in row.cells))
    assert "mining" not in said.lower()
    base = Draft(Dossier(make_plan(MODELS / "base.toml", inputs), dossier.terms, dt.date(2026, 11, 20)))
    assert rationale._floors(base).title == "Floors that are not for sale"


# --- settings that reach no figure ---


@pytest.mark.parametrize("path", IDLE)
def test_an_input_that_nothing_reads_is_told(path, inputs):
    case = make_case(*set_up(None, inputs, {f"inputs.{path}": 1}))
    assert without_effect(case) == (path,)
    assert without_effect(case, [f"{path}.low"]) == (path,)


@pytest.mark.parametrize(
    "path",
    [
        "programme.attrition_yearly",
        "placements.MNG.construction.market_wage",
        "hosts.VNM.living_wage",
        "unit_costs.staff_p3_year",
        "in_kind_baskets.WLD.meals",
        "placements.KAZ.construction.foreign_worker_quota",
    ],
)
def test_an_input_that_decides_is_not(path, inputs):
    if tuple(path.split(".")) not in inputs.estimates:
        pytest.skip("not among these inputs")
    case = make_case(*set_up(None, inputs, None))
    assert without_effect(case, [path]) == ()


def test_setting_what_is_told_to_be_idle_changes_no_figure_and_is_found_by_what_is_read(inputs):
    """The other way round: of the inputs that the case does not read, none moves a metric of the plan."""
    case = make_case(*set_up(None, inputs, None))
    read = addresses_read(case)
    idle = [
        one
        for one in inputs.estimates.values()
        if one.address not in read and one.base is not None and without_effect(case, [one.path])
    ]
    assert len(idle) > 100
    before = make_plan(None, inputs).metrics
    some = {f"inputs.{one.path}": one.low for one in idle[::7] if one.unit not in ("text",)}
    assert make_plan(None, inputs, some).metrics == before


def test_a_study_that_varies_an_idle_input_says_so(inputs, tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(
        'title = "t"\nwhy = "w"\nmode = "grid"\n[[vary]]\npath = "inputs.programme.in_kind_package"\nvalues = [200, 300]\n',
        encoding="utf-8",
    )
    found = what_if(study, "one_host", inputs)
    assert found.summary["inputs_without_effect"] == ["inputs.programme.in_kind_package"]


def test_a_value_set_to_a_thousandth_of_what_the_files_have_is_told_with_the_plan(capsys):
    """As where a thousands separator was read as a decimal point; in print, in the document and above the pages."""
    path, one_host = "inputs.unit_costs.staff_p3_year", ("--set", "limits.hosts.max=1")
    printed = run_here(capsys, "plan", "--set", f"{path}=195", *one_host).out
    assert f"Look again: {path}: 195 USD/year is 1,000 times less than what it replaces, 195000" in printed
    near = run_here(capsys, "plan", "--json", "--set", f"{path}=190000", *one_host).out
    assert json.loads(near)["inputs_out_of_proportion"] == []
    plan = make_plan("one_host", settings={path: 195.0})
    assert len(plan.out_of_proportion) == 1
    assert plan.out_of_proportion[0] in _words(told_of(plan))


def test_hxl_tables_have_every_safeguard_and_whether_it_is_loosened(dossier, looser):
    rows = {row["setting"]: row for table in hxl.hxl_tables(dossier) if table.name == "safeguards" for row in table.rows}
    assert set(rows) == {one.setting for one in rights.safeguards().safeguard}
    assert {path for path, row in rows.items() if row["loosened"]} == set(LOOSER)
    for one in looser.loosened:
        row = rows[one.setting]
        assert (row["safeguard"], row["reference"], row["held"]) == (one.label, one.reference, one.own)
        assert row["indicators"] == "; ".join(one.indicators)


@pytest.mark.parametrize(
    "words",
    [
        ("alternatives", "--count", "1"),
        ("tradeoffs", "--points", "3"),
        ("risk", "--draws", "2"),
        ("participation",),
        ("scale", "--phases", "2"),
    ],
    ids=lambda words: words[0],
)
def test_every_answer_in_print_ends_with_what_the_design_loosens_and_inputs_without_effect(capsys, words):
    settings = (
        "--model",
        "one_host",
        "--set",
        "limits.visit_coverage.min=0.1",
        "--set",
        "inputs.programme.in_kind_package=300",
    )
    said = joined(run_here(capsys, *words, *settings).out)
    assert "This design protects workers less than the reference design 'base': 1 safeguard loosened." in said
    assert "Visits that can be made: at least 10.0 % instead of at least 90.0 %." in said
    assert "No figure of this plan rests on inputs.programme.in_kind_package." in said
