"""One figure, one value: on every page, in the files, in the colours of page and chart."""

from __future__ import annotations

import io
import json
import re
import urllib.request
import zipfile
from pathlib import Path

import pytest
from looking import sound
from playwright.sync_api import expect

from pilot_planner.dashboard.layout import frame
from pilot_planner.dashboard.pages.plan.tables import budget_table, host_table, placement_table
from pilot_planner.figures.core.theme import palette
from pilot_planner.figures.plan import budget_bars, contract_value_sankey
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.text.labels import exact, shown

ASKED = "?model=one_host&limits.operating_cost.max=9000000"
SETTINGS = {"limits.operating_cost.max": 9e6}
STYLE = Path(frame.__file__).parents[1] / "assets" / "style.css"


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan("one_host", shipped_inputs, SETTINGS)


def body_of(table):
    """Rows of a table of the page."""
    return table.children[0].data["body"]


def millions(text):
    return float(text.replace("−", "-").replace(",", ""))


def test_parts_on_the_plan_page_add_up_to_its_totals(plan):
    placements = body_of(placement_table(plan))
    assert sum(millions(row[6]) for row in placements[:-1]) == pytest.approx(millions(placements[-1][6]))
    assert millions(placements[-1][6]) == pytest.approx(plan.metrics["worker_income"] / 1e6, abs=0.05)
    hosts = body_of(host_table(plan))
    assert sum(millions(row[5]) for row in hosts[:-1]) == pytest.approx(millions(hosts[-1][5]))
    assert millions(hosts[-1][5]) == pytest.approx(plan.metrics["operating_cost"] / 1e6, abs=0.05)
    *categories, cost, levy, asked = body_of(budget_table(plan))
    for column in range(1, len(cost)):
        assert sum(millions(row[column]) for row in categories) == pytest.approx(millions(cost[column]))
    assert millions(cost[-1]) + millions(levy[-1]) == pytest.approx(millions(asked[-1]))
    assert millions(asked[-1]) == pytest.approx(plan.metrics["net_donor_ask"] / 1e6, abs=0.005)
    bars = [one.text for one in sound(budget_bars.figure(plan)).layout.annotations if one.text.startswith("<b>")]
    assert bars == [f"<b>{row[-1]}</b>" for row in categories]
    under = contract_value_sankey.flows(plan)[-1]
    assert sum(part.cents for part in under.parts) == pytest.approx(100.0)


def test_every_page_and_the_files_say_the_same_totals(visitor, plan):
    names = ("worker_income", "operating_cost", "state_revenue")
    visitor.goto(visitor.base + "/" + ASKED)
    for name in names:
        figure = visitor.locator(f"[data-figure={name}] .pp-cell-figure")
        expect(figure).to_have_attribute("title", exact(plan.metrics[name], "USD"))
    with urllib.request.urlopen(f"{visitor.base}/download/plan.zip{ASKED}") as answer:
        packed = zipfile.ZipFile(io.BytesIO(answer.read()))
    file = next(name for name in packed.namelist() if name.endswith("plan.json"))
    told = json.loads(packed.read(file))["metrics"]
    for name in names:
        assert told[name] == pytest.approx(plan.metrics[name], abs=0.005)
    for path in ("/why", "/what-if", "/inputs", "/export", "/trade-offs", "/compare"):
        visitor.goto(visitor.base + path + ASKED)
        bar = visitor.locator("#phone-summary strong")
        expect(bar).to_have_text(f"{shown(plan.metrics['worker_income'], 'USD')} income".replace("\u00a0", " "))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_and_charts_have_the_same_colours(theme):
    style = STYLE.read_text(encoding="utf-8")
    block = re.search(rf'\[data-mantine-color-scheme="{theme}"\] \{{(.*?)\}}', style, re.S)[1]
    found = {name: value.upper() for name, value in re.findall(r"--pp-([a-z0-9-]+): (#[0-9a-f]{6})", block)}
    colours = palette(theme)
    for name, own in (
        ("page", colours.page),
        ("ink", colours.ink),
        ("second", colours.second),
        ("line", colours.hairline),
        ("faint", colours.faint),
        ("accent", colours.accent),
        ("tint", colours.tint),
        ("tint-2", colours.tint2),
        ("state", colours.state),
        ("others", colours.others),
        ("alert", colours.alert),
    ):
        assert found[name] == own.upper(), name
    if theme == "light":
        assert colours.accent.lower() in frame._PETROL
