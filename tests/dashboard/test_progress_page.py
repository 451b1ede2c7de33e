"""The Progress page in a real browser: a report is refused by cell or shown as found, its rest is decided anew and kept."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import SEEN, served
from playwright.sync_api import expect

from pilot_planner import make_plan, replan, standing
from pilot_planner.figures.after_signature import questions
from pilot_planner.reports.actuals_files import template_files
from pilot_planner.reports.actuals_upload import read_upload
from pilot_planner.store.store import Store
from pilot_planner.studies.after_signature.course import course_of, income_steps
from pilot_planner.text.labels import shown

SLOW = 120_000
DAY = "2029-06-01"


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan("one_host", shipped_inputs)


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as into:
        for name, raw in files.items():
            into.writestr(f"pilot/{name}", raw)
    return out.getvalue()


@pytest.fixture(scope="module")
def report(plan):
    """Three quarters, with a tenth fewer people in the third."""
    files = template_files(plan, 3)
    lines = files["people.csv"].decode().splitlines()
    head = lines[0].split(",")
    for number, line in enumerate(lines[1:], start=1):
        cells = line.split(",")
        if cells[head.index("period")] == "3":
            fewer = float(cells[head.index("arrivals")]) * 0.1
            cells[head.index("arrivals")] = f"{float(cells[head.index('arrivals')]) - fewer:.6f}"
            cells[head.index("workers")] = f"{float(cells[head.index('workers')]) - fewer:.6f}"
            lines[number] = ",".join(cells)
    return files | {"people.csv": "\n".join([*lines, ""]).encode()}


@pytest.fixture(scope="module")
def shared(tmp_path_factory, plan):
    file = tmp_path_factory.mktemp("pilots") / "plans.sqlite"
    store = Store.open(file, create=True)
    item = store.save_plan(plan, "Signed in March")
    store.close()
    with served("--store", str(file), "--model", "one_host") as address:
        yield address, file, item


@pytest.fixture
def page(context, watched, shared):
    context.add_init_script(SEEN)
    found = watched(context.new_page())
    found.goto(f"{shared[0]}/progress")
    expect(found.locator("#question-people")).to_be_visible(timeout=SLOW)
    found.locator("#progress-day").fill(DAY)
    found.keyboard.press("Tab")
    return found


def words(locator):
    return re.sub(r"\s", " ", locator.inner_text())


def send(page, name, raw):
    page.locator("#progress-upload input").set_input_files([{"name": name, "mimeType": "application/zip", "buffer": raw}])


def test_a_report_is_refused_by_cell_then_shown_decided_anew_and_kept(page, plan, report, shared):
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nothing is reported yet")

    bad = report | {"costs.csv": report["costs.csv"].replace(b"USD", b"EUR", 1)}
    send(page, "bad.zip", packed(bad))
    expect(page.locator(".pp-fault-cell")).to_have_text("EUR", timeout=SLOW)
    row = page.locator(".pp-fault-table tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("td").first).to_have_text("2")
    expect(page.locator("#question-people")).to_have_count(0)

    found = read_upload(packed(report), "good.zip", plan, dt.date.fromisoformat(DAY)).actuals
    now = standing(plan, found)
    course = course_of(now)
    send(page, "good.zip", packed(report))
    expect(page.get_by_role("heading", level=1)).to_contain_text("After three quarters", timeout=SLOW)
    for one in questions.QUESTIONS:
        expected = re.sub(r"\s", " ", questions.headline(course, one))
        assert words(page.locator(f"#question-{one} h2")) == expected
        assert page.locator(f"#question-{one} [role=img]").get_attribute("aria-label")
    expect(page.locator("#money")).to_contain_text(f"{course.funds.spent:,.2f}")

    page.get_by_role("button", name="Decide anew").click()
    expect(page.locator("#steps")).to_be_visible(timeout=SLOW)
    answers = replan(plan, found)
    steps = income_steps(answers.standing, answers.of("go_on"))
    table = page.locator("#beside table")
    expect(table).to_contain_text("Left alone")
    expect(table.locator("tbody tr").first).to_contain_text(shown(float(steps.signed), "USD"))
    assert "New plan" in page.locator("#steps [role=img]").get_attribute("aria-label")

    page.get_by_role("button", name="Propose the new plan").click()
    expect(page.locator("#progress-saved")).to_contain_text("Give the new plan a name")
    page.locator("#progress-plan").click()
    page.get_by_role("option", name="Signed in March").click()
    page.get_by_role("button", name="Decide anew").click()
    expect(page.locator("#beside")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Propose the new plan").click()
    expect(page.locator("#progress-saved")).to_contain_text("revision 2", timeout=SLOW)
    store = Store.open(shared[1])
    last = store.history(shared[2].id)[0]
    store.close()
    assert (last.number, last.why) == (2, "decided anew after period 3: go_on")

    # What the store keeps now needs no upload.
    page.get_by_role("button", name="Leave the upload out").click()
    expect(page.locator("#progress-told")).to_contain_text("Nothing that was uploaded is used")
    expect(page.get_by_role("heading", level=1)).to_contain_text("After three quarters", timeout=SLOW)


def test_it_can_be_read_by_all_in_light_dark_and_on_a_phone(page, report):
    send(page, "good.zip", packed(report))
    expect(page.get_by_role("heading", level=1)).to_contain_text("After three quarters", timeout=SLOW)
    page.get_by_role("button", name="Decide anew").click()
    expect(page.locator("#steps")).to_be_visible(timeout=SLOW)

    def serious():
        found = Axe().run(page).response["violations"]
        return [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found
                if one["impact"] in ("critical", "serious")]  # fmt: skip

    assert serious() == []
    page.locator("#dark").check(force=True)
    page.wait_for_timeout(600)
    assert serious() == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(600)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_day_that_is_none_and_a_template_to_fill_in(page, shared, plan):
    page.locator("#progress-day").fill("next week")
    page.keyboard.press("Tab")
    expect(page.locator("#progress-told")).to_contain_text("is no day")
    page.locator("#progress-plan").click()
    page.get_by_role("option", name="Signed in March").click()
    expect(page.locator("#progress-template")).to_have_attribute("href", re.compile(rf"/{shared[2].id}\.zip"))
    with page.expect_download() as waiting:
        page.locator("#progress-template").click()
    raw = waiting.value.path().read_bytes()
    found = read_upload(raw, "template.zip", plan, dt.date.fromisoformat(DAY))
    assert found.faults == ()
    assert found.actuals.over == 0
