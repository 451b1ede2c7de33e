"""What a pilot teaches: posteriors worked out on paper, none without data, and nothing taken over silently."""

import pytest
from simulated_pilot import SimulatedPilot, as_expected, draw, left_alone

from pilot_planner import lessons_of, make_plan, replan
from pilot_planner.studies.after_signature.learning import deviation, price_observed, rate_counted, share_counted
from pilot_planner.studies.after_signature.template import as_planned


@pytest.fixture(scope="module")
def plan(inputs):
    return make_plan("one_host", inputs)


def prior_of(mean, spread):
    """Low, base and high whose normal has this standard deviation."""
    away = 1.6448536269514722 * spread
    return (mean - away, mean, mean + away)


def test_a_share_counted_is_the_beta_worked_out_on_paper():
    # Variance 0.2 x 0.8 / (9 + 1) = 0.016: Beta(1.8, 7.2). After 3 of 11: Beta(4.8, 15.2), mean 4.8 / 20.
    prior = prior_of(0.2, 0.016**0.5)
    (low, base, high), weight = share_counted(prior, 3.0, 11.0)
    assert base == pytest.approx(4.8 / 20.0)
    assert weight == pytest.approx(11.0 / 20.0)
    assert low < base < high
    # Beta(1, 1) after 1 of 1 is Beta(2, 1), whose quantiles are roots: 0.05 ** 0.5 and 0.95 ** 0.5.
    (low, base, high), _ = share_counted(prior_of(0.5, (1.0 / 12.0) ** 0.5), 1.0, 1.0)
    assert (low, base, high) == pytest.approx((0.05**0.5, 2.0 / 3.0, 0.95**0.5))


def test_a_rate_counted_is_the_gamma_worked_out_on_paper():
    # Mean 4, variance 2: Gamma(8, 2). After 10 events in 3: Gamma(18, 5), mean 3.6.
    prior = prior_of(4.0, 2.0**0.5)
    (low, base, high), weight = rate_counted(prior, 10.0, 3.0)
    assert base == pytest.approx(18.0 / 5.0)
    assert weight == pytest.approx(3.0 / 5.0)
    assert low < base < high
    # Gamma(1, 1) after nothing in 1 is Gamma(1, 2), an exponential: its 95th percentile is ln 20 / 2.
    (_, base, high), _ = rate_counted(prior_of(1.0, 1.0), 0.0, 1.0)
    assert (base, high) == pytest.approx((0.5, 1.4978661367769954))


def test_a_price_observed_is_the_normal_worked_out_on_paper():
    (low, base, high), weight = price_observed((90.0, 100.0, 120.0), 130.0, 3)
    assert weight == 0.75
    assert base == 122.5
    assert (low, high) == (117.5, 132.5)
    assert deviation((90.0, 100.0, 120.0)) == pytest.approx(30.0 / 3.2897072539029444)


def test_without_data_the_posterior_is_the_prior(plan):
    prior = (0.1, 0.2, 0.4)
    assert share_counted(prior, 0.0, 0.0) == (prior, 0.0)
    assert rate_counted(prior, 0.0, 0.0) == (prior, 0.0)
    assert price_observed(prior, 0.3, 0) == (prior, 0.0)
    lessons = lessons_of(plan, as_planned(plan, 0))
    assert lessons.lessons
    for one in lessons.lessons:
        assert (one.posterior, one.weight, one.observed) == (one.prior, 0.0, None)
        assert one.source == plan.inputs.estimates[tuple(one.path.split("."))].source_id
    assert lessons.inputs(plan.inputs) is plan.inputs


def test_where_all_is_as_expected_no_base_value_moves_and_ranges_narrow(plan):
    lessons = lessons_of(plan, SimulatedPilot(plan, as_expected(plan)).run(left_alone, 4).actuals)
    counted = ("programme.grievances_per_1000_worker_months", "programme.protection_cases_per_1000_worker_months")
    for one in lessons.lessons:
        if one.path not in counted:  # the simulated pilot has none of these
            assert one.posterior[1] == pytest.approx(one.prior[1], rel=1e-4), one
        assert one.posterior[2] - one.posterior[0] <= one.prior[2] - one.prior[0]
    assert {one.method for one in lessons.lessons} == {"beta-binomial", "gamma-Poisson", "normal"}


def test_what_was_seen_moves_what_comes_and_only_when_it_is_asked_for(plan):
    truth = draw(plan, 3)
    actuals = SimulatedPilot(plan, truth).run(left_alone, 4).actuals
    lessons = lessons_of(plan, actuals)
    by_path = {one.path: one for one in lessons.lessons}
    visits = by_path["programme.visits_per_inspector_month"]
    real = visits.prior[1] * next(iter(truth.visits.values()))
    assert abs(visits.posterior[1] - real) < abs(visits.prior[1] - real) or real == visits.prior[1]
    assert (visits.source, visits.grade) == ("own measurement", "A")
    leaving = by_path["programme.attrition_yearly"]
    # A year of a share that the truth multiplies by period.
    period = 1.0 - (1.0 - leaving.prior[1]) ** 0.25
    assert leaving.observed == pytest.approx(1.0 - (1.0 - truth.leave * period) ** 4, rel=1e-6)
    silent = replan(plan, actuals, ways=("go_on",)).of("go_on")
    asked = replan(plan, actuals, ways=("go_on",), lessons=lessons).of("go_on")
    assert silent.inputs.changes == plan.inputs.changes
    assert ((*("programme", "visits_per_inspector_month"),), "base") in asked.inputs.changes
    for path, one in by_path.items():
        assert asked.inputs.number(*path.split(".")) == pytest.approx(one.posterior[1]), path
