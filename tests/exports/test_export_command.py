"""``pilot-planner export``: files for donors, complete or absent, and faults that say what to do."""

import json
from pathlib import Path

import pytest
from command_line import run_apart, run_here
from edited_inputs import cell
from lxml import etree

from pilot_planner import make_plan, write_plan
from pilot_planner.exports import formats, hxl
from pilot_planner.exports.formats import Export, make_export, write_export

TOP = Path(__file__).parents[2]
DRAFT = TOP / "models" / "proposals" / "draft.toml"
OURS = ("--to", "iati", "--to", "hxl", "--to", "logframe")
FILES = {
    "activity.xml",
    "logframe.xlsx",
    "logframe.csv",
    "datapackage.json",
    *(f"hxl/{name}.csv" for name in (*hxl.COLUMNS, "logframe")),
    "hxl/datapackage.json",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, shipped_inputs):
    """A plan as a folder; in one host, since that is quick to make again."""
    return write_plan(make_plan(TOP / "models" / "one_host.toml", shipped_inputs), tmp_path_factory.mktemp("made") / "plan")


@pytest.fixture
def export(capsys, tmp_path, monkeypatch, folder):
    """Runs the command on the plan in an empty folder; returns its result. Nothing is written unless it says so."""
    monkeypatch.chdir(tmp_path)

    def run(*words, plan=folder):
        return run_here(capsys, "export", plan, "--inputs", TOP / "inputs", *words)

    return run


def written(top):
    return {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}


def terms_with(tmp_path, *changes):
    """A terms file with some lines changed; returns it."""
    text = DRAFT.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "terms.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_three_formats_are_written_and_nothing_else(export, tmp_path, folder):
    result = export(*OURS, "--out", tmp_path / "out")

    assert (result.status, result.out) == (0, "")
    assert written(tmp_path) == {f"out/{name}" for name in FILES}
    assert f"{len(FILES)} files written to {tmp_path / 'out'}" in result.err
    assert "not a statement that anything in it is lawful" in result.err
    plan_id = json.loads((folder / "plan.json").read_text())["plan_id"]
    assert etree.parse(tmp_path / "out" / "activity.xml").find(".//other-identifier").get("ref") == plan_id


def test_without_a_name_the_folder_bears_the_id_of_the_plan(export, tmp_path, folder):
    assert export("--to", "logframe").status == 0

    plan_id = json.loads((folder / "plan.json").read_text())["plan_id"]
    assert {path.name for path in tmp_path.iterdir()} == {f"export_{plan_id}"}


def test_it_works_in_a_process_of_its_own_on_a_design_by_its_name(tmp_path):
    result = run_apart("export", "one_host", "--to", "iati", "--out", "out", folder=tmp_path)

    assert (result.status, result.out) == (0, "")
    assert written(tmp_path) == {"out/activity.xml"}


def test_an_export_over_an_older_one_replaces_its_files_and_leaves_others(export, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "letter.txt").write_text("mine")
    (out / "activity.xml").write_text("old")

    assert export("--to", "iati", "--out", out).status == 0
    assert written(out) == {"letter.txt", "activity.xml"}
    assert (out / "activity.xml").read_text().startswith("<?xml")


def test_unknown_formats_and_faults_of_the_terms_are_told_in_one_pass(export, tmp_path):
    terms = terms_with(
        tmp_path,
        ("type = 40", 'type = "forty"'),
        ('code = "15190"', 'code = "1519"'),
        ('reference = "XM-EXAMPLE-DONOR"', 'reference = "XM EXAMPLE"'),
        ("agent_fee = 0.0", "agents_fee = 0.0"),
    )
    result = export("--to", "pfd", "--to", "iati", "--terms", terms)
    lines = terms.read_text(encoding="utf-8").splitlines()

    assert result.status == 2
    assert (
        "'pfd' is not a format; expected docx, pdf, brief, short, signatories, slides, xlsx, forms, iati, hxl, logframe, "
        "certificate, all" in result.err
    )
    for text in ('"forty"', '"1519"', "XM EXAMPLE", "agents_fee"):
        row = next(number for number, line in enumerate(lines, start=1) if text in line)
        assert f"{terms}:{row}:" in result.err, text
    for word in ("organisation.type", "donor.reference", "agents_fee"):
        assert word in result.err
    assert "nothing was written" in result.err
    assert written(tmp_path) == {"terms.toml"}


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff\xfe not text", b"title = [", b"[organisation]\nname = 1\n"],
    ids=["empty", "not text", "not TOML", "mostly missing"],
)
def test_a_file_that_is_no_terms_is_refused_in_words(export, tmp_path, raw):
    (tmp_path / "terms.toml").write_bytes(raw)
    result = export("--to", "iati", "--terms", tmp_path / "terms.toml")

    assert result.status == 2
    assert "terms.toml" in result.err
    assert "Traceback" not in result.err
    assert written(tmp_path) == {"terms.toml"}


def test_shares_of_sectors_that_do_not_add_up_are_refused(export, tmp_path):
    result = export("--to", "iati", "--terms", terms_with(tmp_path, ("share = 0.5", "share = 0.6")))

    assert result.status == 2
    assert "add up to 1.1 and not to 1" in result.err


def test_terms_that_are_not_there_are_named(export, tmp_path):
    result = export("--to", "iati", "--terms", tmp_path / "none.toml")

    assert result.status == 2
    assert "none.toml: cannot be read" in result.err


def test_a_plan_above_the_ceilings_of_its_donor_is_refused_with_both_figures(export, tmp_path):
    terms = terms_with(
        tmp_path, ("indirect_max = 0.07", "indirect_max = 0.03"), ("contingency_max = 0.05", "contingency_max = 0")
    )
    result = export(*OURS, "--terms", terms)

    assert result.status == 2
    assert f"{terms}:rules.indirect_max: indirect cost is " in result.err
    assert f"{terms}:rules.contingency_max: the contingency reserve is " in result.err
    assert "expected at most 3.00%" in result.err
    assert written(tmp_path) == {"terms.toml"}


def test_a_code_that_iati_does_not_know_is_told_with_the_terms(export, tmp_path):
    terms = terms_with(tmp_path, ("collaboration = 4", "collaboration = 44"))
    result = export(*OURS, "--terms", terms)

    assert result.status == 2
    assert result.err.startswith(f"error: {terms}:48:activity.collaboration: ")
    assert "44, which is no active code of the IATI codelist CollaborationType; expected 1, 2, 3, 4, 6, 7, 8" in result.err
    assert written(tmp_path) == {"terms.toml"}


def test_changed_inputs_are_refused(export, copied, folder, tmp_path, capsys):
    own = copied()
    cell("estimates/placements.csv", ("MNG", "construction", "market_wage"), "base", "640")(own / "inputs")
    result = run_here(capsys, "export", folder, "--inputs", own / "inputs", "--to", "iati", "--out", tmp_path / "out")

    assert result.status == 2
    assert "cannot be made again: the inputs in" in result.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("out", ["taken", "taken/inside"])
def test_a_folder_that_cannot_be_used_is_named(export, tmp_path, out):
    (tmp_path / "taken").write_text("a file")
    result = export("--to", "iati", "--out", tmp_path / out)

    assert result.status == 2
    assert f"{tmp_path / out}: cannot be written" in result.err
    assert written(tmp_path) == {"taken"}


def test_a_folder_in_the_place_of_a_file_stops_all_of_them(export, tmp_path):
    (tmp_path / "out" / "hxl" / "budget.csv").mkdir(parents=True)
    result = export(*OURS, "--out", tmp_path / "out")

    assert result.status == 2
    assert "budget.csv is a folder" in result.err
    assert written(tmp_path) == set()


def test_a_format_that_fails_leaves_nothing_of_the_others(export, tmp_path, monkeypatch):
    def fails(_):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(hxl, "make", fails)
    result = export(*OURS, "--out", tmp_path / "out")

    assert result.status == 2
    assert "this is a fault of pilot-planner itself" in result.err
    assert "Traceback" not in result.err
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_what_was_there(plan, terms, tmp_path, monkeypatch):
    (tmp_path / "activity.xml").write_text("old")
    files = make_export(plan, ("iati", "hxl"), terms).files
    full = Path.write_bytes

    def write(path, raw):
        if path.name == "flows.csv":
            raise OSError(28, "No space left on device")
        return full(path, raw)

    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(formats.InputError, match="No space left on device"):
        write_export(Export(plan.plan_id, files, ()), tmp_path)
    assert written(tmp_path) == {"activity.xml"}
    assert (tmp_path / "activity.xml").read_text() == "old"


def test_a_new_folder_is_whole_or_not_there(plan, tmp_path, monkeypatch):
    files = {"activity.xml": b"<new/>", "hxl/flows.csv": b"new"}
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", lambda path, raw: _raise(OSError(28, "No space left on device")))
        with pytest.raises(formats.InputError, match="No space left on device"):
            write_export(Export(plan.plan_id, files, ()), tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
    write_export(Export(plan.plan_id, files, ()), tmp_path / "new")
    assert written(tmp_path) == {"new/activity.xml", "new/hxl/flows.csv"}


def _raise(error):
    raise error


def test_a_caller_can_stop_between_formats(plan, terms):
    told = []

    def progress(text, fraction):
        told.append((text, fraction))
        return len(told) < 2

    with pytest.raises(formats.CancelledError, match="stopped before hxl"):
        make_export(plan, ("iati", "hxl", "logframe"), terms, progress=progress)
    assert told == [("making iati", 0.0), ("making hxl", 1 / 3)]


# --- a file of anybody, checked ---

ACTIVITY = """<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03">
  <iati-activity default-currency="USD" xml:lang="en">
    <iati-identifier>XM-DAC-47066-X1</iati-identifier>
    <reporting-org ref="XM-DAC-47066" type="40"><narrative>Agency</narrative></reporting-org>
    <title><narrative>Title</narrative></title>
    <description><narrative>Text</narrative></description>
    <participating-org role="1" type="10"><narrative>Donor</narrative></participating-org>
    <activity-status code="2"/>
    <activity-date type="1" iso-date="2026-01-01"/>
    <activity-date type="3" iso-date="2027-12-31"/>
    <recipient-country code="MN"/>
    <sector code="16070"/>
  </iati-activity>
</iati-activities>
"""


@pytest.fixture
def checked(capsys, tmp_path):
    """Checks a file that holds the text given; returns the result, with the folder taken out of what was said."""

    def run(text, name="mine.xml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        result = run_here(capsys, "export", "--check", tmp_path / name)
        return result.status, result.err.replace(f"{tmp_path}/", "")

    return run


def test_a_file_without_a_fault_is_said_to_be_without_one(checked):
    status, said = checked(ACTIVITY)
    assert status == 0
    assert said.startswith("mine.xml: no errors and no warnings by the schema of IATI 2.03")
    assert "Nothing was fetched" in said


def test_every_fault_of_a_file_is_told_by_line_and_rule_in_one_pass(checked):
    changed = ACTIVITY.replace('code="16070"', 'code="99999"').replace("2027-12-31", "2025-12-31")
    changed = changed.replace('ref="XM-DAC-47066"', 'ref="NOBODY"')
    status, said = checked(changed)
    assert status == 2
    lines = said.splitlines()
    assert any(line.startswith("error: mine.xml:13: rule 9.76.1: sector/@code is '99999'") for line in lines)
    assert any(line.startswith("error: mine.xml:10: rule 11.1.2: activity-date/@iso-date is 2026-01-01") for line in lines)
    assert any(line.startswith("warning: mine.xml:5: rule 1.14.8:") for line in lines)
    assert lines[-1].startswith("mine.xml: two errors and ")


def test_a_code_that_was_withdrawn_is_only_warned_of(checked):
    status, said = checked(ACTIVITY.replace('code="16070"', 'code="15140"'))
    assert status == 0
    assert (
        "warning: mine.xml:13: rule 9.76.1: sector/@code is '15140', which was withdrawn from the codelist Sector on "
        in said
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ACTIVITY.replace("</iati-activities>", ""), "mine.xml:16: is no well-formed XML"),
        (ACTIVITY.replace('version="2.03"', 'version="1.05"'), "mine.xml: holds iati-activities of version 1.05"),
        ("<html/>", "mine.xml: holds html"),
        ("", "mine.xml:1: is no well-formed XML"),
        (ACTIVITY.replace("<iati-act", "<!DOCTYPE iati-activities>\n<iati-act", 1), "declares a document type"),
        (ACTIVITY.replace("<title>", "<wage>1</wage><title>"), "mine.xml:6: rule schema: "),
    ],
)
def test_what_is_no_activity_file_is_refused_with_its_place(checked, text, told):
    status, said = checked(text)
    assert status == 2
    assert told in said


def test_a_file_that_is_not_there_and_words_too_many_or_too_few_are_told(capsys, tmp_path):
    result = run_here(capsys, "export", "--check", tmp_path / "none.xml")
    assert (result.status, "none.xml: cannot be read" in result.err) == (2, True)
    for words, told in ((("two_hosts", "--check", "a.xml"), "stands alone"), ((), "PLAN and --to FORMAT is missing")):
        result = run_here(capsys, "export", *words)
        assert result.status == 2
        assert told in " ".join(result.err.replace("│", " ").split())


def test_a_donors_own_form_goes_with_the_format_that_fills_it_in(export, tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "their form.xlsx") as book:
        book.add_worksheet("Sheet").write_string("B2", "{{ plan_id }}")
    result = export("--to", "pdf", "--template", tmp_path / "their form.xlsx")
    assert result.status == 2
    assert "goes with --to forms" in result.err
    result = export("--to", "forms", "--template", tmp_path / "their form.xlsx", "--out", tmp_path / "made")
    assert result.status == 0, result.err
    assert written(tmp_path / "made") == {"forms/donor_form.xlsx"}
    assert "legal gate was added" in result.out + result.err
