"""Floor by floor, what would let the other hosts in: as told host by host, and true when it is done."""

import pytest

from pilot_planner.case.case import make_case
from pilot_planner.case.near_misses import least_changes, near_misses
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.scale_up.letting_in import floor_lifts


@pytest.fixture(scope="module")
def case(inputs):
    return make_case(*set_up(None, inputs, None))


@pytest.fixture(scope="module")
def lifts(case):
    return tuple(floor_lifts(case))


def test_every_host_that_fails_stands_at_each_floor_that_it_fails_and_nowhere_else(case, lifts):
    near = {h: one for h, one in near_misses(case).items() if one.kind == "fails"}

    assert len({h for one in lifts for h in one.hosts}) == len(near) == 36
    for h, one in near.items():
        assert {lift.floor for lift in lifts if h in lift.hosts} == set(one.reasons) - {"exclusion"}
    assert [len(one.hosts) for one in lifts] == sorted((len(one.hosts) for one in lifts), reverse=True)


def test_a_host_that_one_floor_keeps_out_comes_in_by_the_change_that_is_told(case, lifts, inputs):
    told = {h: words for one in lifts for h, words in one.lets_in.items()}
    assert "VNM" in told
    near = near_misses(case)
    changes = least_changes(case, [(h, near[h].sector) for h in told])
    for h, words in told.items():
        change = changes[h, near[h].sector]
        assert words == change.sentence
        # Two decimal ends of a range may have to move with the base.
        paths = {path.removeprefix("inputs."): value for path, value in change.settings.items()}
        if all(path.startswith("inputs.") for path in change.settings):
            changed = make_case(case.design, inputs.with_values(paths))
            assert h in {host.iso3 for host in changed.hosts}


def test_sentences_count_what_they_name(lifts):
    for one in lifts:
        assert set(one.lets_in) <= set(one.alone) <= set(one.hosts)
        for h in one.alone:
            assert h in one.sentence
        assert one.floor.replace("_", " ").lower() in one.sentence.lower()
