"""Shares of draws come with the error of having made so few of them."""

import io
import json

import pytest
from rich.console import Console
from scipy.stats import binomtest

from pilot_planner.figures.risk import breach_rates
from pilot_planner.reports.risk_report import print_risk
from pilot_planner.studies.uncertainty.proportions import wilson
from pilot_planner.studies.uncertainty.risk import risk


@pytest.mark.parametrize(("count", "total"), [(0, 50), (50, 50), (1, 50), (7, 50), (530, 1000), (3, 3)])
def test_an_interval_is_that_of_an_independent_implementation(count, total):
    expected = binomtest(count, total).proportion_ci(confidence_level=0.95, method="wilson")
    assert wilson(count, total) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.fixture(scope="module")
def result(shipped_inputs):
    return risk("one_host", shipped_inputs, draws=50)


def shares(document):
    planned, again = document["no_recourse"], document["recourse"]
    for name in ("share_any_limit_broken", "share_any_floor_broken"):
        yield planned[name], planned[f"{name}_interval"]
    yield again["share_without_answer"], again["share_without_answer_interval"]
    for one in (*planned["limits"], *planned["floors"]):
        yield one["share_broken"], one["interval"]


def test_every_share_of_the_document_has_its_interval(result):
    document = json.loads(json.dumps(result.document()))
    assert document["confidence"] == 0.95
    found = list(shares(document))
    assert len(found) > 10
    for share, interval in found:
        assert interval == pytest.approx(list(wilson(round(share * 50), 50)))
        assert interval[0] <= share <= interval[1]


def test_the_page_and_the_command_say_it(result):
    planned = result.summary["no_recourse"]
    low, high = (f"{100 * end:.1f}" for end in planned["share_any_limit_broken_interval"])
    assert f"{low} to {high}" in breach_rates.headline(result).replace("\u00a0", " ")
    out = io.StringIO()
    print_risk(result, Console(file=out, width=200, highlight=False))
    assert f"({low}–{high} %)" in " ".join(out.getvalue().split())


def test_amounts_of_an_event_have_their_units(result):
    units = result.document()["units_of_amounts"]
    withdrawn = next(one for one in result.named if one.name.startswith("host_withdraws"))
    assert set(withdrawn.amounts) == set(units)
    assert units["people"] == "persons"
    assert {unit for name, unit in units.items() if name != "people"} == {"USD"}
