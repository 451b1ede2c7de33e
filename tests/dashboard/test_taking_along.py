"""Any chart leaves the page as SVG and PNG, any table as CSV and through the clipboard, with the figures it shows."""

from __future__ import annotations

import csv
import io
import re
import struct
import xml.etree.ElementTree as ET

import pytest
from playwright.sync_api import expect


def taken(page, place, kind):
    """What a button under ``place`` gives: its name and its bytes."""
    place.scroll_into_view_if_needed()
    with page.expect_download() as waiting:
        place.locator(f"[data-take={kind}]").click()
    download = waiting.value
    return download.suggested_filename, download.path().read_bytes()


@pytest.mark.parametrize(("path", "chart", "words"), [("/", "budget", "5.2"), ("/why", "safeguards", "costs nothing")])
def test_a_chart_is_taken_as_a_drawing_and_as_a_picture(visitor, path, chart, words):
    """One that the package draws itself, and one that the chart library has drawn."""
    page = visitor
    page.goto(f"{page.base}{path}")
    figure = page.locator(f".pp-figure:has(#{chart})")
    expect(figure.locator("svg").first).to_be_visible(timeout=90_000)
    name, drawing = taken(page, figure, "svg")
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]+\.svg", name)
    root = ET.fromstring(drawing)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert words in "".join(root.itertext())
    name, picture = taken(page, figure, "png")
    assert name.endswith(".png")
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", picture[16:24])
    assert (wide, high) == pytest.approx((2 * float(root.get("width")), 2 * float(root.get("height"))), abs=2)
    # Not an empty sheet: one of one colour packs into a few kB.
    assert len(picture) > 12_000


def test_a_table_is_taken_as_the_figures_that_it_shows(visitor):
    page = visitor
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{page.base}/")
    box = page.locator(".pp-scroll", has_text="All placements")
    expect(box).to_be_visible()
    name, text = taken(page, box, "csv")
    assert name.endswith(".csv")
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Placement", "Cap"]
    assert rows[-1][0] == "All placements"
    shown = box.locator("tbody tr").last.locator("td").all_text_contents()
    # As numbers: a spreadsheet takes 1,715 for text in half of the world.
    assert rows[-1][1] == shown[1].replace(",", "")
    assert float(rows[-1][2]) == sum(float(row[2]) for row in rows[1:-1])
    box.locator("[data-take=copy]").click()
    expect(page.locator("#toast")).to_contain_text("in the clipboard")
    pasted = page.evaluate("navigator.clipboard.readText()")
    assert [line.split("\t") for line in pasted.split("\n")] == rows


def test_the_table_of_inputs_is_taken_whole_as_it_is_filtered(visitor, shipped_inputs):
    """Only the rows in sight are drawn; what is taken holds all that the filter leaves, in figures that are not rounded."""
    page = visitor
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{page.base}/inputs")
    expect(page.locator(".ag-row").first).to_be_visible()
    page.get_by_label("Search").fill("placements.MNG")
    count = page.locator("#inputs-count")
    expect(count).not_to_contain_text(re.compile(r"^([\d,]+) of \1 "))
    box = page.locator(".pp-grid-box")
    name, text = taken(page, box, "csv")
    assert name == "all-values.csv"
    head, *rows = csv.reader(io.StringIO(text.decode("utf-8-sig")))
    assert head[:6] == ["Value", "Of", "Low", "Base", "High", "Unit"]
    assert len(rows) == int(count.inner_text().split(" of ")[0].replace(",", "")) > page.locator(".ag-row").count() / 3
    by_path = {row[head.index("Path")]: row for row in rows}
    known = {one.path: one.base for one in shipped_inputs.estimates.values() if one.path in by_path}
    assert len(known) == len(rows)
    assert {path: float(row[3]) for path, row in by_path.items() if row[3]} == {
        path: pytest.approx(base) for path, base in known.items() if base is not None
    }
    box.locator("[data-take=copy]").click()
    expect(page.locator("#toast")).to_contain_text("in the clipboard")
    pasted = page.evaluate("navigator.clipboard.readText()")
    assert [line.split("\t") for line in pasted.split("\n")] == [head, *rows]


def test_words_that_a_spreadsheet_would_run_stay_words(visitor):
    page = visitor
    page.goto(f"{page.base}/?model=one_host")
    box = page.locator(".pp-scroll", has_text="All placements")
    expect(box).to_be_visible()
    box.locator("tbody td").first.evaluate('(one) => { one.textContent = \'=HYPERLINK("http://x","y")\' }')
    _, text = taken(page, box, "csv")
    assert next(csv.reader(io.StringIO(text.decode("utf-8-sig").splitlines()[1])))[0] == '\'=HYPERLINK("http://x","y")'
