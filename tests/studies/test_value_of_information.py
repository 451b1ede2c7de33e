"""The value of information: toys with a known answer, nested draws, and laws that hold whatever the plans are."""

import numpy as np
import pytest
from scipy.stats import norm

from pilot_planner.errors import PilotPlannerError
from pilot_planner.studies.uncertainty.chance import chance_of
from pilot_planner.studies.uncertainty.samples import uncertain_in_design
from pilot_planner.studies.uncertainty.value_of_information import FEWEST_DRAWS, evpi, evppi
from pilot_planner.studies.uncertainty.what_to_find_out import evidence


def toy(draws, seed, spread=0.5, noise=1.5):
    """Two candidates, theta plus noise apart: knowing theta is worth ``spread`` times the normal density at 0."""
    chance = np.random.default_rng(seed)
    theta = chance.normal(0.0, spread, draws)
    return theta, np.column_stack([np.zeros(draws), theta + chance.normal(0.0, noise, draws)])


def test_a_toy_with_noise_three_times_the_signal_has_its_known_value():
    found = [evppi(benefits, theta) for theta, benefits in (toy(4096, seed) for seed in range(8))]
    values = np.array([one.value for one in found])
    exact = 0.5 * norm.pdf(0.0)
    assert values.mean() == pytest.approx(exact, abs=0.02)
    # Four of five lie within two of their own standard errors.
    assert sum(abs(one.value - exact) < 2.0 * one.error for one in found) >= 6
    assert all(one.found for one in found)


def test_what_tells_nothing_is_worth_nothing():
    chance = np.random.default_rng(4)
    found = [evppi(toy(2000, seed)[1], chance.normal(size=2000)) for seed in range(8)]
    assert sum(one.found for one in found) <= 1
    assert np.mean([one.value for one in found]) < 0.03


def test_three_candidates_over_a_bent_figure_equal_nested_draws():
    """A figure that helps one candidate in its middle and another at its ends, against an inner loop over the rest."""

    def benefit(theta, rest):
        middle, ends = 1.0 - 4.0 * (theta - 0.5) ** 2, 3.0 * (theta - 0.5) ** 2 - 0.1
        return np.column_stack([0.2 + 0.0 * theta, middle + rest, ends - rest])

    chance = np.random.default_rng(5)
    outer, inner = (np.arange(400) + 0.5) / 400, chance.normal(0.0, 0.5, 1000)
    expected = np.array([benefit(np.full(len(inner), one), inner).mean(axis=0) for one in outer])
    nested = expected.max(axis=1).mean() - expected.mean(axis=0).max()
    theta = chance.random(4096)
    found = evppi(benefit(theta, chance.normal(0.0, 0.5, 4096)), theta)
    assert nested > 0.05
    assert found.value == pytest.approx(nested, abs=3.0 * found.error)
    assert found.error < 0.03


def test_an_event_is_worth_what_its_two_halves_say():
    """One candidate earns 1 where it happens (30 %), the other 1 where it does not: knowing it turns 0.7 into 1."""
    so = np.random.default_rng(6).permutation(np.arange(1000) < 300)
    found = evppi(np.column_stack([so, ~so]).astype(float), so)
    assert found.value == pytest.approx(0.3, abs=1e-9)
    assert evpi(np.column_stack([so, ~so]).astype(float)).value == pytest.approx(0.3)


def test_no_figure_is_worth_more_than_all_and_one_candidate_makes_all_worth_nothing():
    for seed in range(5):
        theta, benefits = toy(1000, seed)
        part, whole = evppi(benefits, theta), evpi(benefits)
        assert 0.0 <= part.value <= whole.value + 2.0 * part.error
    assert evppi(benefits[:, :1], theta).value == 0.0
    assert evpi(benefits[:, :1]).value == 0.0
    best = np.column_stack([np.ones(1000), np.zeros(1000)])
    assert evppi(best, theta).value == evpi(best).value == 0.0


def test_a_figure_may_be_put_on_any_scale_that_rises_with_it_and_candidates_in_any_order():
    theta, benefits = toy(1000, 9)
    assert evppi(benefits, np.exp(theta)) == evppi(benefits, theta)
    assert evppi(benefits[:, ::-1], theta).value == pytest.approx(evppi(benefits, theta).value)
    assert evppi(7.0 * benefits, theta).value == pytest.approx(7.0 * evppi(benefits, theta).value)


def test_too_few_draws_are_refused():
    with pytest.raises(ValueError, match="at least"):
        evppi(np.zeros((FEWEST_DRAWS - 1, 2)), np.zeros(FEWEST_DRAWS - 1))


# --- the study on a design ---


@pytest.fixture(scope="module")
def found(shipped_inputs):
    return evidence(inputs=shipped_inputs, draws=200, seed=2)


def test_the_study_tells_a_ceiling_and_every_family_and_event_once(found, shipped_inputs):
    known = uncertain_in_design(found.plan.design, shipped_inputs)
    names = [one.name for one in found.known]
    assert len(names) == len(set(names))
    assert set(names) == {*known.movable, *(one.name for one in known.events)}
    assert len(found.chances) >= 2
    for one in found.known:
        assert one.points.value <= found.ceiling.points.value + 2.0 * one.points.error + 1e-12
    amounts = [one.amount.value for one in found.known]
    assert amounts == sorted(amounts, reverse=True)


def test_the_chance_of_the_plan_is_that_which_the_plan_is_told_with(found):
    """Other draws, and inputs of other plans among them: the first candidate is the plan itself."""
    low, high = chance_of(found.plan, 400, 7).as_run.holds.interval
    assert low - 0.07 <= found.chances[0] <= high + 0.07


def test_studies_are_ranked_by_net_worth_which_is_a_share_of_what_they_find_less_their_cost(found, shipped_inputs):
    by_name = {one.name: one for one in found.known}
    nets = [one.net for one in found.studies]
    assert nets == sorted(nets, reverse=True)
    assert len(nets) == len(shipped_inputs.rows("estimates/studies.csv"))
    for one in found.studies:
        best = max(by_name[name].amount.value for name in one.finds)
        assert one.net == pytest.approx(one.share * best - one.cost)
        assert one.grade == "C"


def test_the_same_seed_gives_the_same(found, shipped_inputs):
    assert evidence(inputs=shipped_inputs, draws=200, seed=2).document() == found.document()


@pytest.mark.parametrize("draws", [0, 99, 20_001])
def test_too_few_or_too_many_draws_are_refused(shipped_inputs, draws):
    with pytest.raises(PilotPlannerError, match="--draws"):
        evidence(inputs=shipped_inputs, draws=draws)
