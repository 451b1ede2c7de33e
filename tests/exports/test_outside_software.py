"""What receivers' software does that our files must allow for, as ``docs/outside_software.md`` tells it.

A test named ``..._still_...`` fails where that software has changed: the page is to be brought up to date.
"""

import csv
import dataclasses
import io
import re
from pathlib import Path

import hxl as libhxl
import pypdf
import pytest
import typst
from lxml import etree
from okfn_iati import IatiMultiCsvConverter

from pilot_planner.exports import hxl, iati
from pilot_planner.exports.proposal import pdf

PAGE = (Path(__file__).parents[2] / "docs" / "outside_software.md").read_text(encoding="utf-8")
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d")
_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
_DURATION = re.compile(r"\d+(\.\d+)?\s*(m|mo|months?|min|minutes?|h|hours?|d|days?|w|weeks?|y|years?)")


@pytest.fixture(scope="module")
def tables(dossier):
    return {
        path: list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        for path, raw in hxl.make(dossier).items()
        if path.endswith(".csv")
    }


def cells(tables):
    return [(path, number, cell) for path, rows in tables.items() for number, row in enumerate(rows[2:]) for cell in row]


# --- IATI by way of okfn-iati's CSV ---


def test_okfn_iati_still_loses_countries_or_sectors_on_its_way_through_csv(dossier, tmp_path):
    raw = next(raw for path, raw in iati.make(dossier).items() if path.endswith(".xml"))
    (tmp_path / "own.xml").write_bytes(raw)
    converter = IatiMultiCsvConverter()
    assert converter.xml_to_csv_folder(tmp_path / "own.xml", tmp_path / "csv")
    converter.csv_folder_to_xml(tmp_path / "csv", tmp_path / "again.xml", validate_output=False)
    before, after = (
        {
            name: sorted(one.get("code") for one in etree.parse(tmp_path / file).iter(name))
            for name in ("recipient-country", "sector")
        }
        for file in ("own.xml", "again.xml")
    )
    assert len(before["recipient-country"]) > 1
    assert after != before


# --- libhxl ---


def test_libhxl_still_exchanges_day_and_month_of_a_timestamp():
    assert libhxl.datatypes.normalise_date("2027-03-04T00:00:00") == "2027-04-03"
    assert libhxl.datatypes.normalise_date("2027-03-04") == "2027-03-04"


def test_our_tables_hold_no_timestamp_no_error_of_a_spreadsheet_and_no_duration_in_words(tables):
    found = [
        one
        for one in cells(tables)
        if _TIMESTAMP.search(one[2]) or _ERROR.search(one[2]) or _DURATION.fullmatch(one[2].strip())
    ]
    assert found == []


def test_every_country_of_a_table_has_its_code(tables, dossier):
    """Names alone would be guessed from, and placeholders for 'all' become countries."""
    hosts = {host.iso3 for host in dossier.plan.hosts}
    seen = 0
    for path, rows in tables.items():
        tags = rows[1]
        if "#country+name" not in tags:
            continue
        code, name = tags.index("#country+code+v_iso3"), tags.index("#country+name")
        for row in rows[2:]:
            assert re.fullmatch(r"[A-Z]{3}|", row[code]), (path, row)
            assert bool(row[name]) <= bool(row[code]), f"{path}: a country without a code: {row[name]}"
            seen += row[code] in hosts
    assert seen


# --- Typst ---


def _language(text, tmp_path):
    (tmp_path / "text.typ").write_text(text, encoding="utf-8")
    return pypdf.PdfReader(io.BytesIO(typst.compile(tmp_path / "text.typ"))).trailer["/Root"].get("/Lang")


def test_typst_still_takes_the_language_of_a_pdf_from_its_first_marked_word(tmp_path):
    assert _language('#text(lang: "ko")[Kim] signs for the workers.', tmp_path) == "ko"
    assert _language('#set text(lang: "en")\n#text(lang: "ko")[Kim] signs for the workers.', tmp_path) == "en"


def test_a_proposal_with_korean_names_keeps_its_own_language(dossier):
    organisation = dossier.terms.organisation.model_copy(update={"name": "한국 노동자 기금"})
    terms = dossier.terms.model_copy(update={"organisation": organisation})
    raw = next(raw for path, raw in pdf.make(dataclasses.replace(dossier, terms=terms)).items() if path.endswith(".pdf"))
    assert pypdf.PdfReader(io.BytesIO(raw)).trailer["/Root"]["/Lang"] == "en"


# --- the page ---


def test_the_page_names_tests_that_are_there():
    root = Path(__file__).parents[2]
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) >= 10
    for file, test in named:
        text = (root / file).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in text, (file, test)


def test_the_page_tells_of_every_script_in_findings():
    for script in (Path(__file__).parents[2] / "findings").glob("*.sh"):
        assert f"`{script.name}`" in PAGE, script.name
