"""Compromises against every choice tried one by one, with methods of another kind; and laws that hold for all of them."""

import itertools
import math

import numpy as np
import pytest
from brute_force import _choices
from scipy.optimize import linprog
from tiny import tiny_case

from pilot_planner.programme.build import build
from pilot_planner.solving.bargaining import Bargaining, shares_of
from pilot_planner.studies.parties.party_records import PARTIES

CASES = {
    "poor": ({"limits.operating_cost.max": 150_000, "limits.hosts.max": 1}, (0.0, 0.0, 0.0, 0.0, -50_000.0)),
    "two_hosts": ({"limits.operating_cost.max": 260_000}, (10_000.0, 0.0, 20_000.0, 50_000.0, -40_000.0)),
    "levels": (
        {"limits.operating_cost.max": 230_000, "oversight.levels": ["basic", "close"], "limits.hosts.max": 1},
        (0.0, -5_000.0, 0.0, 0.0, -100_000.0),
    ),
    "asked_for": ({"limits.operating_cost.max": 230_000}, (0.0, 15_000.0, 50_000.0, 0.0, -150_000.0)),
}


@pytest.fixture(params=CASES)
def case(request):
    settings, floors = CASES[request.param]
    programme = build(tiny_case(settings, sectors=("work", "care")))
    return programme, floors


def gains_of(programme):
    return [programme.metric(one.metric) for one in PARTIES]


def ranges_of(asked, floors):
    best = [asked.best(place, floors) for place in range(5)]
    return [one.value - floor for one, floor in zip(best, floors, strict=True)]


class ByHand:
    """Every choice of levels and openings as a linear programme of scipy, a few columns more at its end."""

    def __init__(self, programme, floors, more=0):
        self.count = len(programme.d.columns)
        self.width = self.count + more
        self.choices = list(_choices(programme))
        self.chosen = (*programme.d.level.values(), *programme.d.open.values())
        self.bounds = [(column.lower, column.upper) for column in programme.d.columns] + [(-60.0, 60.0)] * more
        self.gains = [self.row(gain.terms) for gain in gains_of(programme)]
        self.rows, self.sides, self.equal, self.equal_to = [], [], [], []
        for row in programme.rows:
            terms = self.row(row.expression.terms)
            if row.sense == "=":
                self.equal.append(terms)
                self.equal_to.append(row.right_side)
            else:
                sign = 1.0 if row.sense == "<=" else -1.0
                self.rows.append(sign * terms)
                self.sides.append(sign * row.right_side)
        for gain, floor in zip(self.gains, floors, strict=True):
            self.rows.append(-gain)
            self.sides.append(-floor)

    def row(self, terms):
        found = np.zeros(self.width)
        found[list(terms)] = list(terms.values())
        return found

    def choose(self, choice):
        for j in self.chosen:
            self.bounds[j] = (1.0, 1.0) if j in choice else (0.0, 0.0)

    def most(self, aim, rows=()):
        """The most of an aim and where, under more rows (terms, at most); None where there is no plan."""
        found = linprog(
            -aim,
            np.array([*self.rows, *(terms for terms, _ in rows)]),
            np.array([*self.sides, *(side for _, side in rows)]),
            np.array(self.equal),
            np.array(self.equal_to),
            self.bounds,
            method="highs",
        )
        return (-found.fun, found.x) if found.status == 0 else None

    def shares(self, floors, ranges):
        """Rows and constants of the shares."""
        return [(gain / spread, -floor / spread) for gain, floor, spread in zip(self.gains, floors, ranges, strict=True)]


def leximin_of_choice(hand, floors, ranges):
    """Saturation: the least share is raised, whoever cannot have more is settled, and so on. Right for a polytope."""
    shares, level, settled = hand.shares(floors, ranges), hand.row({hand.count: 1.0}), {}
    while len(settled) < len(shares):
        rows = [(-row, constant - settled[k] + 1e-9) for k, (row, constant) in enumerate(shares) if k in settled]
        free = [k for k in range(len(shares)) if k not in settled]
        reached = hand.most(level, rows + [(level - shares[k][0], shares[k][1]) for k in free])
        if reached is None:
            return None
        held = rows + [(-shares[k][0], shares[k][1] - reached[0] + 1e-9) for k in free]
        stuck = [k for k in free if hand.most(shares[k][0], held)[0] + shares[k][1] <= reached[0] + 1e-6]
        settled |= dict.fromkeys(stuck, reached[0])
        assert stuck
    return sorted(settled.values())


def nash_of_choice(hand, floors, ranges):
    """Tangents within one choice, which is a polytope."""
    shares = hand.shares(floors, ranges)
    logs = [hand.row({hand.count + k: 1.0}) for k in range(len(shares))]

    def tangents(points):
        return [
            (log - row / at, constant / at + math.log(at) - 1.0)
            for log, (row, constant), at in zip(logs, shares, points, strict=True)
        ]

    rows, best = tangents([0.1] * 5) + tangents([1.0] * 5), -math.inf
    for _ in range(60):
        found = hand.most(sum(logs), rows)
        if found is None:
            return -math.inf
        values = [max(1e-9, float(row @ found[1]) + constant) for row, constant in shares]
        best = max(best, sum(map(math.log, values)))
        if found[0] - best < 1e-6:
            break
        rows += tangents(values)
    return best


def test_each_partys_best_is_that_of_every_choice(case):
    programme, floors = case
    asked, hand = Bargaining(programme, gains_of(programme)), ByHand(programme, floors)
    for place in range(5):
        found = []
        for choice in hand.choices:
            hand.choose(choice)
            best = hand.most(hand.gains[place])
            found += [] if best is None else [best[0]]
        best = asked.best(place, floors)
        assert best.value == pytest.approx(max(found), rel=1e-7, abs=0.01)
        assert best.gains[place] == pytest.approx(best.value, rel=1e-7, abs=0.01)


def test_the_egalitarian_compromise_is_that_of_every_choice(case):
    programme, floors = case
    asked, hand = Bargaining(programme, gains_of(programme)), ByHand(programme, floors, 5)
    ranges = ranges_of(asked, floors)
    found = asked.egalitarian(floors, ranges, floors)

    best = []
    for choice in hand.choices:
        hand.choose(choice)
        sorted_shares = leximin_of_choice(hand, floors, ranges)
        if sorted_shares is not None:
            best.append(tuple(round(share, 6) for share in sorted_shares))
    assert len(best) > 1
    assert sorted(found.shares) == pytest.approx(max(best), abs=2e-5)
    assert found.shares == shares_of(found.gains, floors, ranges)


def test_the_nash_point_is_that_of_every_choice(case):
    programme, floors = case
    asked, hand = Bargaining(programme, gains_of(programme)), ByHand(programme, floors, 5)
    ranges = ranges_of(asked, floors)
    found = asked.nash(floors, ranges, asked.egalitarian(floors, ranges, floors), 1e-5)

    best = -math.inf
    for choice in hand.choices:
        hand.choose(choice)
        best = max(best, nash_of_choice(hand, floors, ranges))
    assert found.value == pytest.approx(sum(math.log(share) for share in found.shares))
    assert found.value == pytest.approx(best, abs=2e-5)
    assert found.bound >= best - 1e-6
    assert found.bound - found.value <= 1e-5 + 1e-9


def test_no_plan_is_better_for_one_and_no_worse_for_the_others(case):
    programme, floors = case
    asked = Bargaining(programme, gains_of(programme))
    ranges = ranges_of(asked, floors)
    egalitarian = asked.egalitarian(floors, ranges, floors)
    for deal in (egalitarian, asked.nash(floors, ranges, egalitarian, 1e-5)):
        for place in range(5):
            held = list(deal.gains)
            held[place] = -1e9
            assert asked.best(place, held).value <= deal.gains[place] + 1e-5 * ranges[place]


@pytest.mark.parametrize("place", range(5))
def test_a_higher_floor_never_helps_its_party_less(place):
    """With gains in dollars, and in the Nash point, whatever the plans: both are limits of sums of concave functions."""
    programme = build(tiny_case({"limits.operating_cost.max": 260_000}, sectors=("work", "care")))
    asked = Bargaining(programme, gains_of(programme))
    floors = [0.0, 0.0, 0.0, 0.0, -60_000.0]
    room = ranges_of(asked, floors)[place]
    even, product = [], []
    for share in (0.0, 0.3, 0.6, 0.9):
        raised = list(floors)
        raised[place] += share * room
        ranges = ranges_of(asked, raised)
        found = asked.egalitarian(raised, [1e5] * 5, raised)
        even.append(found.gains[place])
        product.append(asked.nash(raised, ranges, asked.egalitarian(raised, ranges, raised), 1e-6).gains[place])
        assert found.gains[place] >= raised[place] - 0.01
    for gains in (even, product):
        assert all(later >= earlier - 1e-3 * room for earlier, later in itertools.pairwise(gains))


def test_floors_that_exclude_each_other_leave_no_compromise():
    programme = build(tiny_case({"limits.operating_cost.max": 150_000}))
    asked = Bargaining(programme, gains_of(programme))
    alone = [asked.best(place).value for place in range(5)]
    floors = [alone[0] * 0.999, 0.0, 0.0, 0.0, 0.0]
    floors[4] = alone[4] + 1.0

    assert asked.best(0, floors) is None
    assert asked.egalitarian(floors, [1e5] * 5, floors) is None
    assert not asked.together([4], floors)
    assert asked.together([0], floors)


def test_the_whole_programme_gives_the_same_compromises_as_its_sets_of_hosts():
    found = []
    for engine in ("structure", "whole"):
        settings = {"limits.operating_cost.max": 260_000, "solver.engine": engine}
        programme = build(tiny_case(settings, sectors=("work", "care")))
        asked = Bargaining(programme, gains_of(programme))
        floors = [10_000.0, 0.0, 20_000.0, 50_000.0, -40_000.0]
        ranges = ranges_of(asked, floors)
        egalitarian = asked.egalitarian(floors, ranges, floors)
        found.append((egalitarian.gains, asked.nash(floors, ranges, egalitarian, 1e-6).gains))

    assert found[0][0] == pytest.approx(found[1][0], rel=1e-5)
    assert found[0][1] == pytest.approx(found[1][1], rel=1e-3)
