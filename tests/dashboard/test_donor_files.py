"""Files for donors from the Export page: chosen, made, looked at, taken away; terms at fault are refused in words."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pilot_planner.exports.formats import make_export
from pilot_planner.exports.registry import FORMATS
from pilot_planner.studies.planning.plan import make_plan

DRAFT = Path(__file__).parents[2] / "models" / "proposals" / "draft.toml"


def choose(page, *formats):
    boxes = page.locator("#donors input[type=checkbox]")
    expect(boxes).to_have_count(len(FORMATS))
    for box in boxes.all():
        box.set_checked(box.get_attribute("value") in formats)


def made(page):
    page.click("#donor-make")
    link = page.locator("#donor-body .pp-download a")
    expect(link).to_be_visible(timeout=120_000)
    with urllib.request.urlopen(page.base + link.get_attribute("href")) as answer:
        return zipfile.ZipFile(io.BytesIO(answer.read()))


def test_the_zip_holds_what_the_command_line_writes(visitor):
    visitor.goto(f"{visitor.base}/export?model=one_host")
    expect(visitor.locator("#donor-make")).to_be_visible()
    choose(visitor, "iati", "logframe")
    packed = made(visitor)
    expected = make_export(make_plan("one_host"), ["iati", "logframe"])
    folder = f"export_{expected.plan_id}/"
    assert sorted(packed.namelist()) == sorted(folder + path for path in expected.files)
    assert packed.read(folder + "activity.xml") == expected.files["activity.xml"]
    assert packed.read(folder + "logframe.csv") == expected.files["logframe.csv"]


def test_terms_at_fault_are_refused_with_their_rows_and_good_ones_are_used(visitor, tmp_path):
    bad, good = tmp_path / "bad.toml", tmp_path / "good.toml"
    bad.write_text(DRAFT.read_text(encoding="utf-8").replace('code = "USD"', 'code = "dollars"'), encoding="utf-8")
    good.write_text(DRAFT.read_text(encoding="utf-8").replace("<Lead agency>", "Агентство <b>하나</b>"), encoding="utf-8")
    row = next(n for n, line in enumerate(bad.read_text(encoding="utf-8").splitlines(), 1) if '"dollars"' in line)
    visitor.goto(f"{visitor.base}/export?model=one_host")
    visitor.locator("#donor-upload input").set_input_files(bad)
    expect(visitor.locator("#donor-terms-say")).to_contain_text(f"bad.toml:{row}:currency.code")
    visitor.locator("#donor-upload input").set_input_files(good)
    expect(visitor.locator("#donor-terms-say")).to_have_text("good.toml: Агентство <b>하나</b> asks <Donor>.")
    choose(visitor, "iati")
    packed = made(visitor)
    text = packed.read(packed.namelist()[0]).decode()
    assert "Агентство &lt;b&gt;하나&lt;/b&gt;" in text


@pytest.mark.parametrize("path", ["/download/donor/nobody.zip", "/download/donor/nobody/activity.xml"])
def test_files_that_are_not_kept_are_not_there(live_url, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(live_url + path)
    with refused.value as answer:
        assert answer.code == 404


def test_the_draft_of_the_terms_is_the_one_that_ships(live_url):
    with urllib.request.urlopen(f"{live_url}/download/terms.toml") as answer:
        assert answer.read() == DRAFT.read_bytes()
