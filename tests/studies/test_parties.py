"""The room of agreement of whole designs: five parties, their floors, and the plans between them."""

import itertools
import json
import math
from dataclasses import replace

import pytest
from command_line import run_here
from tiny import tiny_case

from pilot_planner import CancelledError, make_plan, parties
from pilot_planner.errors import NoPlanError
from pilot_planner.programme.build import build
from pilot_planner.programme.programme import Programme
from pilot_planner.programme.quantities import Quantities
from pilot_planner.studies.parties.agreement import room_of
from pilot_planner.studies.parties.party_records import A_DOLLAR, PARTIES

KEYS = [one.key for one in PARTIES]


def asking(share, **more):
    """The state asks for a share of today's take."""
    path = "inputs.programme.state_reservation_share"
    return {f"{path}.low": share, f"{path}.base": share, f"{path}.high": share, **more}


@pytest.fixture(scope="module")
def edge(inputs):
    """What the state gets in the design's plan as a share of what it takes today."""
    plan = make_plan(None, inputs)
    return plan.ratios["state_participation"] * plan.case.rates.state_reservation


@pytest.fixture(scope="module")
def room(inputs, edge):
    """The state asks for a little more than the design's plan gives."""
    return parties(None, inputs, asking(edge * 1.05))


def test_who_vetoes_is_who_is_below_the_floor(room):
    assert room.has_room
    for deal in room.deals.values():
        short = {one.party: one.floor - deal.gains[one.party] for one in room.scales}
        assert {veto.party for veto in deal.vetoed_by} == {key for key, miss in short.items() if miss > A_DOLLAR}
        for veto in deal.vetoed_by:
            assert veto.short == pytest.approx(short[veto.party])
    assert [veto.party for veto in room.deals["open"].vetoed_by] == ["state"]
    assert room.headline.startswith("The state would veto the design's plan by ")


def test_the_designs_plan_is_the_designs_plan(room, inputs, edge):
    plan = make_plan(None, inputs, asking(edge * 1.05))

    for one in PARTIES:
        assert room.deals["open"].gains[one.key] == pytest.approx(plan.metrics[one.metric], abs=0.5)


def test_nobody_gains_more_than_alone_and_nobody_leaves_the_band(room):
    for one in room.scales:
        assert one.floor - A_DOLLAR <= one.least <= one.most <= one.alone + A_DOLLAR
        assert room.deals[one.party].gains[one.party] == pytest.approx(one.alone, abs=A_DOLLAR)
        for name in ("egalitarian", "nash"):
            assert one.least - A_DOLLAR <= room.deals[name].gains[one.party] <= one.most + A_DOLLAR


def test_compromises_are_vetoed_by_nobody_and_each_is_best_by_its_own_rule(room):
    def shares(name):
        return sorted((room.deals[name].gains[one.party] - one.floor) / (one.most - one.floor) for one in room.scales)

    even, product = shares("egalitarian"), shares("nash")
    assert room.deals["egalitarian"].vetoed_by == room.deals["nash"].vetoed_by == ()
    assert even[0] >= product[0] - 1e-6
    assert math.prod(product) >= math.prod(even) * (1.0 - 1e-4)
    assert room.nash_gap <= room.design.parties.gap


def test_a_deal_is_planned_again_from_its_settings(room, inputs, edge):
    deal = room.deals["egalitarian"]
    again = make_plan(None, inputs, asking(edge * 1.05) | deal.settings)

    for one in PARTIES:
        assert again.metrics[one.metric] == pytest.approx(deal.gains[one.key], abs=50.0)
    whole = room.plan("egalitarian")
    assert whole.metrics["worker_gain"] == pytest.approx(deal.gains["workers"], abs=0.01)
    assert whole.metrics["operating_cost"] <= whole.design.limits["operating_cost"].max + 0.01


def test_a_concession_gives_the_step_and_is_solved_again(room, inputs, edge):
    assert [one.party for one in room.concessions] == KEYS
    for one in room.concessions:
        if one.changes:
            assert one.changes[one.party] >= one.step - 2.0 * A_DOLLAR
            assert any(change < 0.0 for key, change in one.changes.items() if key != one.party)


def test_higher_floors_leave_the_others_no_wider_room(inputs, edge):
    """One more dollar that a party asks for never gives another one a better best."""
    rooms = [
        parties(None, inputs, asking(edge * 0.9, **{"parties.floors.donors": floor}), concessions=False)
        for floor in (0.0, 500_000.0, 1_000_000.0)
    ]
    for wide, narrow in itertools.pairwise(rooms):
        for before, after in zip(wide.scales, narrow.scales, strict=True):
            assert after.most <= before.most + A_DOLLAR
            assert after.least >= before.least - A_DOLLAR
            assert after.alone == pytest.approx(before.alone, abs=A_DOLLAR)


def test_floors_that_exclude_each_other_are_named_with_the_least_that_frees_them(inputs, edge):
    workers = 1.01 * make_plan(None, inputs, {"objective.metric": "worker_gain"}).metrics["worker_gain"]
    asked = asking(edge * 0.5, **{"parties.floors.workers": workers, "parties.floors.donors": 1e6})
    found = parties(None, inputs, asked)

    assert not found.has_room
    assert "egalitarian" not in found.deals
    assert found.collisions[0].parties == ("workers",)
    short = found.collisions[0].short
    assert found.headline == (f"Some party vetoes every plan: the floor of workers would have to be {short:,.0f} USD lower.")
    less = {"parties.floors.workers": workers - short - 1.0, "parties.floors.donors": -1e7}
    assert parties(None, inputs, asking(edge * 0.5, **less), concessions=False).has_room
    more = {"parties.floors.workers": workers - short + 100.0, "parties.floors.donors": -1e7}
    assert not parties(None, inputs, asking(edge * 0.5, **more), concessions=False).has_room
    worst = max(veto.short for veto in found.deals["nearest"].vetoed_by)
    assert worst >= short - 1.0


def test_a_design_without_a_plan_has_no_room(inputs):
    with pytest.raises(NoPlanError):
        parties(None, inputs, {"limits.operating_cost.max": 1_000.0})


def test_stopped_it_keeps_what_it_has(inputs, edge):
    seen = []

    def hook(text, share):
        seen.append((text, share))
        return share < 0.5

    with pytest.raises(CancelledError) as stopped:
        parties(None, inputs, asking(edge * 0.9), progress=hook)
    partial = stopped.value.partial
    assert not partial.complete
    assert {"open", *KEYS} <= set(partial.deals)
    assert [share for _, share in seen] == sorted(share for _, share in seen)
    json.dumps(partial.document())


@pytest.mark.parametrize(
    ("part", "payer", "receiver"),
    [
        ("foreign_worker_fee", "employers", "hosts"),
        ("employer_contributions", "employers", "hosts"),
        ("employee_contributions", "workers", "hosts"),
        ("host_tax", "workers", "hosts"),
        ("income_tax", "workers", "state"),
        ("programme_levy", "employers", "donors"),
    ],
)
def test_what_one_party_gains_from_a_transfer_others_lose(part, payer, receiver):
    """10 USD a worker-month more, people and channels as they are: no dollar appears, none is lost.

    Of a dollar that a worker does not get, a part would have been taken after payday: the state has that much less.
    """
    rates = {"state_reservation": 0.0, "donor_alternative": 1.0}
    base = build(tiny_case({"tax.release": "all"}, rates=rates))
    solution = room_of(base, concessions=False).deals["open"].solution
    before, after = gains(base, solution), gains(shifted(base, part, 10.0), solution)
    moved = 10.0 * base.metric("worker_months").value(solution)
    change = {key: after[key] - before[key] for key in KEYS}
    if receiver != "donors":
        # Workers' gain counts in that of donors too.
        assert change.pop("donors") == pytest.approx(change["workers"])

    assert sum(change.values()) == pytest.approx(0.0, abs=0.01)
    assert change[payer] < 0.0 < change[receiver]
    assert change["hosts"] == pytest.approx(moved if receiver == "hosts" else 0.0)
    assert change["employers"] == pytest.approx(-moved if payer == "employers" else 0.0)
    assert change["workers"] + change["state"] == pytest.approx(-moved if (payer, receiver) == ("workers", "hosts") else 0.0)


def gains(programme, solution):
    return {one.key: programme.metric(one.metric).value(solution) for one in PARTIES}


def shifted(programme, part, usd):
    """The programme with so much more of one part of pay a month."""

    def more(pay, months):
        return replace(pay, **{part: getattr(pay, part) + usd * months})

    case = programme.case
    placements = tuple(
        replace(
            one,
            offer=replace(one.offer, full=more(one.offer.full, 1), leanest=more(one.offer.leanest, 1)),
            pay=tuple(more(pay, period.months) for pay, period in zip(one.pay, case.periods, strict=True)),
        )
        for one in case.placements
    )
    other = replace(case, placements=placements)
    return Programme(other, programme.d, Quantities(other, programme.d))


def test_the_command_tells_the_same_as_python(room, edge, capsys):
    arguments = [f"{path}={value}" for path, value in asking(edge * 1.05).items()]
    settings = [word for one in arguments for word in ("--set", one)]
    printed = run_here(capsys, "parties", *settings, "--no-concessions")
    told = json.loads(run_here(capsys, "parties", *settings, "--no-concessions", "--json").out)

    assert printed.status == 0
    assert room.headline in printed.out
    assert told["headline"] == room.headline
    assert told["deals"]["nash"]["gains"] == pytest.approx(room.deals["nash"].gains, rel=1e-6, abs=1.0)
    assert room.table()["deal"].tolist() == list(room.deals)
