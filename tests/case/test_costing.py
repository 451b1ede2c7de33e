import csv
from pathlib import Path

import pytest

from pilot_planner.case.case import make_case
from pilot_planner.errors import InputError
from pilot_planner.studies.planning.setup import set_up

TOP = Path(__file__).parents[2]
BASE = TOP / "models" / "base.toml"


def _csv(name):
    with (TOP / "inputs" / "estimates" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["status"] == "current"]


def _lines(inputs, settings=None):
    # Every line there is: those of neutral procurement cost nothing where the design has none of it.
    design, inputs = set_up(BASE, inputs, {"pay.procurement": "neutral"} | (settings or {}))
    return {line.line_id: line for line in make_case(design, inputs).cost_lines}


@pytest.mark.parametrize("year", [2024, 2026])
def test_prices_are_brought_to_the_price_year_by_the_index_of_the_two_years(year, shipped_inputs):
    index = {row["year_id"]: float(row["base"]) for row in _csv("deflators")}
    lines = _lines(shipped_inputs, {"programme.price_year": year})
    for row in _csv("cost_lines"):
        then = row["price_basis"]
        factor = index[str(year)] / index[then] if then else 1.0
        assert lines[row["cost_line"]].unit_cost == pytest.approx(float(row["base"]) * factor, rel=1e-5), row["cost_line"]


def test_a_price_without_a_year_is_taken_as_it_is_quoted(shipped_inputs):
    timeless = [row["cost_line"] for row in _csv("cost_lines") if not row["price_basis"]]
    assert timeless
    early, late = _lines(shipped_inputs, {"programme.price_year": 2024}), _lines(shipped_inputs)
    assert all(early[name].unit_cost == late[name].unit_cost for name in timeless)


def test_a_host_with_its_own_price_pays_that_price(shipped_inputs):
    index = {row["year_id"]: float(row["base"]) for row in _csv("deflators")}
    hosts = {(row["iso3"], row["indicator"]): row for row in _csv("hosts")}
    lines = _lines(shipped_inputs)
    told_apart = 0
    for row in _csv("cost_lines"):
        line = lines[row["cost_line"]]
        if not row["host_indicator"]:
            assert line.by_host == {}
            continue
        factor = float(row["host_factor"] or 1) * (index["2026"] / index[row["price_basis"]] if row["price_basis"] else 1)
        for host, price in line.by_host.items():
            own = float(hosts[host, row["host_indicator"]]["base"])
            assert price == pytest.approx(own * factor, rel=1e-4), (row["cost_line"], host)
            assert line.price(host) == price
            told_apart += 1
        assert line.price("PRG") == line.unit_cost
    assert told_apart > 0


def test_what_is_set_for_a_host_changes_that_host_only(shipped_inputs):
    before = _lines(shipped_inputs)
    name = next(name for name, line in before.items() if {"MNG", "KAZ"} <= set(line.by_host))
    row = next(row for row in _csv("cost_lines") if row["cost_line"] == name)
    own = shipped_inputs.need("hosts", "MNG", row["host_indicator"])
    after = _lines(shipped_inputs, {f"inputs.hosts.MNG.{row['host_indicator']}": 1.5 * own})
    assert after[name].price("MNG") == pytest.approx(1.5 * before[name].price("MNG"))
    assert after[name].price("KAZ") == before[name].price("KAZ")


def test_a_price_year_without_an_index_is_refused(shipped_inputs):
    design, inputs = set_up(BASE, shipped_inputs, {})
    programme = design.programme.model_copy(update={"price_year": 1900})
    with pytest.raises(InputError) as caught:
        make_case(design.model_copy(update={"programme": programme}), inputs)
    (fault,) = caught.value.faults
    assert (str(fault.place), fault.what) == ("programme.price_year", "1900 has no deflator")
