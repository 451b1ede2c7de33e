"""Each rights floor alone, on the shipped inputs with one value changed."""

from dataclasses import replace
from pathlib import Path

import pytest

from pilot_planner.case.case import make_case
from pilot_planner.data.estimates import Estimate
from pilot_planner.studies.planning.setup import set_up

BASE = Path(__file__).parents[2] / "models" / "base.toml"
PLACE = ("MNG", "construction")


def _case(inputs, settings=None):
    design, inputs = set_up(BASE, inputs, settings or {})
    return make_case(design, inputs)


def _reasons(inputs, settings=None, place=PLACE):
    return next(one.reasons for one in _case(inputs, settings).verdicts if (one.iso3, one.sector) == place)


def _eligible(inputs, settings=None):
    return _passing(_case(inputs, settings))


def _passing(case):
    return {(one.iso3, one.sector) for one in case.verdicts if one.eligible}


def _without(inputs, *address):
    """Inputs in which one value is looked for and not found."""
    from dataclasses import replace

    old = inputs.estimates[address]
    gone: Estimate = replace(old, low=None, base=None, high=None, reading="absent", grade="absent", formula="")
    return replace(inputs, estimates={**inputs.estimates, address: gone})


def test_the_placement_of_these_tests_is_eligible_as_shipped(shipped_inputs):
    assert _reasons(shipped_inputs) == {}


@pytest.mark.parametrize(
    ("settings", "floor", "words"),
    [
        ({"floors.host_willingness": 0.9}, "host_willingness", "willingness 0.57 is below 0.90"),
        ({"inputs.hosts.MNG.tip_tier": 2.5}, "tip_tier", "trafficking-in-persons tier 2 watch list is worse than 2"),
        ({"inputs.hosts.MNG.tip_tier": 3}, "tip_tier", "trafficking-in-persons tier 3 is worse than 2"),
        ({"inputs.hosts.MNG.ilo_c029_ratified": 0}, "convention_C029", "ILO convention C029 is not ratified"),
        ({"inputs.hosts.MNG.iom_office": 0}, "agency_office", "no IOM office"),
        (
            {"inputs.hosts.MNG.law_admits_workers": 0},
            "lawful_admission",
            "the law of the host does not admit such workers",
        ),
        ({"exclusions": ["construction"]}, "exclusion", "excluded by the design"),
        ({"exclusions": ["MNG"]}, "exclusion", "excluded by the design"),
        ({"exclusions": ["MNG.construction"]}, "exclusion", "excluded by the design"),
        (
            {"inputs.placements.MNG.construction.demand": 15},
            "demand",
            "demand of 15 is below the smallest placement of 20",
        ),
    ],
)
def test_one_floor_alone_excludes_with_its_reason_in_words(settings, floor, words, shipped_inputs):
    settings = dict(settings)
    if "floors.host_willingness" in settings:
        settings["inputs.hosts.MNG.willingness"] = 0.57
    assert _reasons(shipped_inputs, settings) == {floor: words}


def test_net_pay_below_the_living_wage_excludes(shipped_inputs):
    reasons = _reasons(shipped_inputs, {"inputs.hosts.MNG.living_wage": 5000})
    assert list(reasons) == ["living_wage"]
    assert reasons["living_wage"].endswith("USD in the leanest month is below the living wage 5,000 USD")


def test_too_small_a_gain_over_today_excludes(shipped_inputs):
    reasons = _reasons(shipped_inputs, {"floors.gain_over_today": 9})
    assert list(reasons) == ["gain_over_today"]
    assert reasons["gain_over_today"].endswith("what such workers keep today plus 900%")


def test_an_employer_who_would_pay_too_much_excludes(shipped_inputs):
    reasons = _reasons(shipped_inputs, {"floors.employer_cost_ratio": 1.0})
    assert list(reasons) == ["employer_cost_ratio"]
    assert "times the cost of a local worker, above 1.00" in reasons["employer_cost_ratio"]


def test_without_its_waiver_the_fee_of_mongolia_prices_workers_out(shipped_inputs):
    reasons = _reasons(shipped_inputs, {"waivers.MNG.foreign_worker_fee": False})
    assert list(reasons) == ["employer_cost_ratio"]


@pytest.mark.parametrize(
    ("address", "floor", "words"),
    [
        (("hosts", "MNG", "willingness"), "host_willingness", "willingness of the host is unknown"),
        (("hosts", "MNG", "tip_tier"), "tip_tier", "trafficking-in-persons tier is unknown"),
        (("hosts", "MNG", "ilo_c105_ratified"), "convention_C105", "ILO convention C105 is not known to be ratified"),
        (("hosts", "MNG", "iom_office"), "agency_office", "an IOM office is not known of"),
        (
            ("hosts", "MNG", "law_admits_workers"),
            "lawful_admission",
            "whether the law admits such workers is unknown",
        ),
        (("hosts", "MNG", "living_wage"), "living_wage", "living wage is unknown"),
        (
            ("hosts", "MNG", "employer_contribution_rate"),
            "wage_evidence",
            "the employers' contribution rate is unknown, so pay cannot be worked out",
        ),
        (
            ("hosts", "MNG", "employee_contribution_rate"),
            "wage_evidence",
            "the employees' contribution rate is unknown, so pay cannot be worked out",
        ),
        (
            ("hosts", "MNG", "host_tax_rate"),
            "wage_evidence",
            "the host's income tax is unknown, so pay cannot be worked out",
        ),
        (
            ("hosts", "MNG", "foreign_worker_fee"),
            "wage_evidence",
            "the fee on foreign workers is unknown, so pay cannot be worked out",
        ),
        (
            ("placements", "MNG", "construction", "market_wage"),
            "wage_evidence",
            "no wage evidence (placements.MNG.construction.market_wage is missing)",
        ),
        (
            ("placements", "MNG", "construction", "demand"),
            "demand",
            "employers' demand is unknown (placements.MNG.construction.demand is missing)",
        ),
        (
            ("placements", "MNG", "construction", "intake_quarter"),
            "demand",
            "how many workers can start in a quarter is unknown (placements.MNG.construction.intake_quarter is missing)",
        ),
    ],
)
def test_what_is_unknown_does_not_pass(address, floor, words, shipped_inputs):
    assert _reasons(_without(shipped_inputs, *address)) == {floor: words}


def test_willingness_may_be_unknown_only_where_no_floor_is_set(shipped_inputs):
    unknown = _without(shipped_inputs, "hosts", "MNG", "willingness")
    assert _reasons(unknown, {"floors.host_willingness": 0}) == {}


FLOORS = {
    "host_willingness": {"floors.host_willingness": 0},
    "tip_tier": {"floors.tip_tier": 4},
    "convention": {},
    "agency_office": {"floors.agency_office": False},
    "lawful_admission": {"floors.lawful_admission": False},
    "living_wage": {"floors.living_wage": False},
    "gain_over_today": {"floors.gain_over_today": 0},
    "exclusion": {"exclusions": []},
    "employer_cost_ratio": {"floors.employer_cost_ratio": 100},
}


@pytest.mark.parametrize("floor", [name for name in FLOORS if name != "gain_over_today"])
def test_lifting_a_floor_admits_exactly_the_placements_that_failed_it_alone(floor, shipped_inputs):
    """Tier and willingness: unknown values still fail."""
    before = _case(shipped_inputs).verdicts
    alone = {
        (one.iso3, one.sector)
        for one in before
        if one.reasons
        and all(reason.startswith(floor) for reason in one.reasons)
        and not (floor == "tip_tier" and "unknown" in one.reasons["tip_tier"])
    }
    passed = {(one.iso3, one.sector) for one in before if one.eligible}
    if floor == "convention":
        # Law sets this one, so that no setting lifts it.
        case = _case(shipped_inputs)
        floors = case.design.floors.model_copy(update={"conventions": ()})
        assert _passing(make_case(case.design.model_copy(update={"floors": floors}), shipped_inputs)) == passed | alone
        return
    assert _eligible(shipped_inputs, FLOORS[floor]) == passed | alone


def test_all_reasons_are_kept_not_only_the_first(shipped_inputs):
    settings = {"inputs.hosts.MNG.tip_tier": 3, "inputs.hosts.MNG.iom_office": 0, "exclusions": ["construction"]}
    assert list(_reasons(shipped_inputs, settings)) == ["exclusion", "tip_tier", "agency_office"]


def test_every_host_and_sector_has_one_verdict(shipped_inputs):
    verdicts = _case(shipped_inputs).verdicts
    assert len(verdicts) == 40 * 11 == len({(one.iso3, one.sector) for one in verdicts})


def test_eligible_placements_and_no_others_have_numbers(shipped_inputs):
    case = _case(shipped_inputs)
    assert {one.key for one in case.placements} == _eligible(shipped_inputs)
    assert {one.iso3 for one in case.placements} == {host.iso3 for host in case.hosts}


@pytest.mark.parametrize("path", ["waivers.KAZ.host_tax", "waivers.MNG.foreign_worker_fee"])
def test_a_waiver_removes_its_charge_and_nothing_else(path, shipped_inputs):
    host = path.split(".")[1]
    what = path.split(".")[2]
    keep = {"floors.employer_cost_ratio": 100, "floors.living_wage": False}
    by = {}
    for waived in (False, True):
        case = _case(shipped_inputs, {**keep, path: waived})
        by[waived] = next(one.offer.full for one in case.placements if one.iso3 == host and one.sector == "construction")
    assert getattr(by[True], what) == 0.0 < getattr(by[False], what)
    same = {"gross_wage", "income_tax", "host_tax", "employee_contributions", "employer_contributions"}
    same |= {"foreign_worker_fee", "programme_levy"}
    for name in same - {what}:
        assert getattr(by[True], name) == getattr(by[False], name)


def test_goods_are_held_below_every_ceiling_in_every_period(shipped_inputs):
    """C095's share of net pay, the dollars of the design, and what the basket is worth."""
    for share, usd in ((0.4, 220), (0.1, 220), (0.5, 50)):
        case = _case(shipped_inputs, {"limits.in_kind_share.max": share, "limits.in_kind_usd_month.max": usd})
        for one in case.placements:
            basket = case.host(one.iso3).basket
            for pay, ceiling in zip(one.pay, one.goods_ceiling, strict=True):
                assert ceiling <= 3 * min(usd, basket) + 1e-9
                assert ceiling <= share * pay.net_pay + 1e-9
            months = case.periods[0].months
            if one.offer.full == one.offer.leanest:
                expected = months * min(share * one.offer.full.net_pay, usd, basket)
                assert one.goods_ceiling[0] == pytest.approx(expected)


def test_a_season_lowers_pay_in_its_months_only_and_never_below_the_standby_share(shipped_inputs):
    case = _case(shipped_inputs)
    (building,) = [one for one in case.placements if one.key == PLACE]
    full, leanest = building.offer.full, building.offer.leanest
    assert 0.6 * full.gross_wage <= leanest.gross_wage + 1e-9 < full.gross_wage
    grosses = [pay.gross_wage for pay in building.pay]
    assert min(grosses) == pytest.approx(3 * leanest.gross_wage)
    assert max(grosses) == pytest.approx(3 * full.gross_wage)
    others = [one for one in case.placements if one.sector != "construction"]
    assert all(len({pay.gross_wage for pay in one.pay}) == 1 for one in others)


def test_which_sectors_follow_the_building_season_is_said_by_the_inputs(shipped_inputs):
    def seasonal(changes):
        case = _case(shipped_inputs, changes)
        return {one.key for one in case.placements if one.offer.full != one.offer.leanest}

    assert PLACE in seasonal({})
    assert {sector for _, sector in seasonal({})} == {"construction"}
    assert seasonal({"inputs.sectors.construction.building_season": 0}) == set()
    assert ("KAZ", "other_manufacturing") in seasonal({"inputs.sectors.other_manufacturing.building_season": 1})


def test_a_coded_value_is_told_in_the_words_of_the_inputs(shipped_inputs):
    assert shipped_inputs.label("tier", 2.5) == "2 watch list"
    assert shipped_inputs.label("tier", 2.0) == "2"
    assert shipped_inputs.label("share", 0.25) == "0.25"


def test_a_sector_that_nobody_has_looked_at_is_not_lawful_where_the_law_bars_others(shipped_inputs):
    """Viet Nam bars builders and factory hands; what it says of health professionals is written down, of others not."""
    estimates = dict(shipped_inputs.estimates)
    del estimates["placements", "VNM", "health_care", "law_admits"]
    not_looked_at = replace(shipped_inputs, estimates=estimates)
    for inputs, unknown in ((shipped_inputs, False), (not_looked_at, True)):
        verdicts = {(one.iso3, one.sector): one.reasons for one in _case(inputs, {"exclusions": []}).verdicts}
        assert ("lawful_admission" in verdicts["VNM", "health_care"]) is unknown
        assert "unknown" in verdicts["VNM", "mining"]["lawful_admission"]
        # Where the law bars no sector, the host's own row holds.
        assert "lawful_admission" not in verdicts["MNG", "mining"]
