"""The worked example of docs/structure.md: its figures are those of the code, and its conclusion that of another solver."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from brute_force import by_trying_everything
from tiny import tiny_case

from pilot_planner.programme.build import build
from pilot_planner.solving.decomposition import host_sets, set_mip
from pilot_planner.solving.decomposition.set_search import SetSearch

TEXT = (Path(__file__).parents[2] / "docs" / "structure.md").read_text(encoding="utf-8")
ROWS = [
    [float(cell) for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.fullmatch(r"\|( -?[\d.]+ \|){8}", line)
]


@pytest.fixture(scope="module")
def programme():
    return build(tiny_case({"limits.operating_cost.max": 300_000, "limits.hosts.max": 2}))


def test_the_table_has_both_rows_and_every_figure_is_what_the_code_computes(programme):
    search = SetSearch(programme, [programme.objective * -1.0], programme.case.design.solver)
    budget = [programme.rows[n].name for n in search.blocks.linking[:-1]].index("limit.operating_cost.max")
    assert [row[0] for row in ROWS] == [0.0, 3.25]
    for factor, rows_and_office, *told in ROWS:
        multipliers = np.zeros(search.blocks.link.count)
        multipliers[budget] = -factor
        prices = search.pricing.prices(np.ones(1), multipliers)
        search.pricing.ask(prices, [(host, state) for host in (0, 1) for state in (0, 1)], 60)
        bounds = search.pool.add(prices, np.ones(1), np.array([math.inf]))
        by_set = {tuple(h for h, _ in search.sets.states(n)): bounds[n] for n in range(search.sets.count)}
        found = [prices.values[0, 1], prices.values[1, 1], by_set[()], by_set[0,], by_set[1,], by_set[0, 1]]
        assert found == pytest.approx(told, abs=0.011)
        assert prices.values[:, 0] == pytest.approx(0.0)
        assert by_set[()] == pytest.approx(rows_and_office, abs=0.011)


def test_the_conclusion_of_the_example_is_that_of_another_solver(programme):
    best = by_trying_everything(programme)
    proven = [min(-max(row[column] for row in ROWS), math.inf) for column in (5, 6, 7)]
    assert best == pytest.approx(440_000)
    assert proven == pytest.approx([440_000, 385_000, 434_055.65], abs=0.011)
    assert "at most 434,055.65" in TEXT


def test_what_the_page_says_of_limits_is_what_the_code_has():
    assert f"{host_sets.MOST_SETS:,}" in TEXT
    assert f"after {set_mip.MOST_NODES} nodes" in TEXT
