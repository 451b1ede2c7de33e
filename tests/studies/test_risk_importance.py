"""Which inputs matter most: known answers on functions whose variance can be worked out on paper."""

import importlib
import math
import subprocess
import sys

import numpy as np
import pytest

from pilot_planner.studies.uncertainty.sampling import latin_hypercube
from pilot_planner.studies.uncertainty.sobol import FEWEST_DRAWS, HARMONICS, importance

A, B = 7.0, 0.1


def ishigami(shares):
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 over angles from -pi to pi."""
    x = math.pi * (2.0 * shares - 1.0)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_shares():
    """First-order shares of the variance, from the integrals."""
    total = A**2 / 8 + B * math.pi**4 / 5 + B**2 * math.pi**8 / 18 + 0.5
    return [0.5 * (1 + B * math.pi**4 / 5) ** 2 / total, A**2 / 8 / total, 0.0]


def analysed(draws, seed=1):
    shares = latin_hypercube(draws, 4, seed)
    names = ("first", "second", "third", "idle")
    return importance(names, shares, {"figure": ishigami(shares)}, seed)


@pytest.mark.parametrize("seed", range(3))
def test_known_shares_are_found_within_their_error(seed):
    found = analysed(1000, seed)
    expected = dict(zip(("first", "second", "third"), ishigami_shares(), strict=True)) | {"idle": 0.0}

    for name, share in expected.items():
        one = found[name]["figure"]
        assert one.share == pytest.approx(share, abs=max(0.03, one.error)), name
    assert list(found)[:2] == ["second", "first"]
    assert found["second"]["figure"].found
    assert found["first"]["figure"].found


def test_the_most_important_one_here_has_no_rank_correlation_at_all():
    """Why a rank correlation will not do: the second value explains most, rising and falling."""
    shares = latin_hypercube(1000, 4, 1)
    ranks = np.argsort(np.argsort(ishigami(shares)))
    assert abs(np.corrcoef(shares[:, 1], ranks)[0, 1]) < 0.1
    assert next(iter(analysed(1000))) == "second"


def test_shares_of_a_sum_are_the_variances_of_its_parts_and_add_up_to_one():
    shares = latin_hypercube(2000, 3, 5)
    found = importance(("a", "b", "c"), shares, {"sum": shares @ np.array([3.0, 2.0, 1.0])}, 5)

    assert [found[name]["sum"].share for name in "abc"] == pytest.approx([9 / 14, 4 / 14, 1 / 14], abs=0.03)
    assert sum(found[name]["sum"].share for name in "abc") == pytest.approx(1.0, abs=0.05)


def test_an_interval_holds_the_truth_at_least_as_often_as_it_says():
    truth = ishigami_shares()[1]
    held = [abs(one.share - truth) <= one.error for seed in range(20) for one in [analysed(500, seed)["second"]["figure"]]]

    assert sum(held) >= 18


def test_the_same_seed_gives_the_same_errors():
    assert analysed(200, 3) == analysed(200, 3)


def test_a_figure_that_does_not_vary_and_too_few_draws_are_not_analysed():
    shares = latin_hypercube(200, 2, 1)
    flat = importance(("a", "b"), shares, {"figure": np.full(200, 3.0)}, 1)
    few = latin_hypercube(FEWEST_DRAWS - 1, 2, 1)

    assert flat == {"a": {"figure": None}, "b": {"figure": None}}
    assert importance(("a", "b"), few, {"figure": few[:, 0]}, 1) == {"a": {"figure": None}, "b": {"figure": None}}


@pytest.mark.parametrize("draws", [200, 501])
def test_shares_are_those_of_the_library(draws):
    analyse = importlib.import_module("SALib.analyze.rbd_fast").analyze
    shares = latin_hypercube(draws, 4, 2)
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0.0, 1.0]] * 4}
    expected = analyse(problem, shares, ishigami(shares), M=HARMONICS, num_resamples=200, seed=1)
    found = importance("abcd", shares, {"figure": ishigami(shares)}, 1)
    assert [found[name]["figure"].share for name in "abcd"] == pytest.approx(expected["S1"], abs=1e-12)
    assert [found[name]["figure"].error for name in "abcd"] == pytest.approx(expected["S1_conf"], rel=0.3)


def test_no_command_waits_for_the_library_before_it_is_needed():
    script = (
        "import sys, pilot_planner.cli.main, pilot_planner.studies.uncertainty.risk, pilot_planner.reports.risk_report; "
    )
    script += "assert not {'SALib', 'scipy', 'matplotlib'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("missing", [None, float("nan"), float("inf")])
def test_a_draw_without_the_figure_is_left_out_and_not_handed_over(missing):
    """The library gives 0 for every index, or nothing at all, where one value of many is missing."""
    draw = np.random.default_rng(4)
    coordinates = draw.random((400, 2))
    outcome = list(3.0 * coordinates[:, 0] + coordinates[:, 1])
    whole = importance(["strong", "weak"], coordinates[1:], {"figure": outcome[1:]}, 1)
    outcome[0] = missing
    found = importance(["strong", "weak"], coordinates, {"figure": outcome}, 1)

    assert found == whole
    assert found["strong"]["figure"].share > 0.5


def test_too_few_draws_with_the_figure_give_no_index():
    coordinates = np.random.default_rng(4).random((FEWEST_DRAWS + 5, 1))
    outcome = [float(value) if place > 5 else None for place, value in enumerate(coordinates[:, 0])]
    assert importance(["one"], coordinates, {"figure": outcome}, 1)["one"]["figure"] is None
