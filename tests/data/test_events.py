"""Events as data: what is read, and every fault told at its place."""

import shutil

import pytest

from pilot_planner.data.events import events_of
from pilot_planner.data.loading import load_inputs
from pilot_planner.data.locations import shipped
from pilot_planner.errors import InputError
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.uncertainty.event_settings import settings_of_names


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(shipped("inputs"), tmp_path / "inputs")
    return tmp_path / "inputs"


def replaced(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def faults(folder):
    try:
        set_up(None, folder, None)
    except InputError as error:
        return [str(fault).removeprefix(f"{folder.as_posix()}/") for fault in error.faults]
    return []


def test_each_host_has_an_event_of_its_own_and_its_own_row_before_the_general_one(shipped_inputs):
    by_name = {one.name: one for one in events_of(shipped_inputs)}
    assert by_name["contributions_due.MNG"].chance == 0.0
    assert by_name["contributions_due.KAZ"].probability.path == "events.WLD.contributions_due"
    assert by_name["host_withdraws.KAZ"].effects[0].path == "closures.KAZ"
    assert by_name["pledge_late"].host == ""
    assert "higher_accident_class.KAZ" not in by_name
    assert len(by_name) == len(events_of(shipped_inputs)) > 100


def test_every_probability_says_that_nobody_measured_it(shipped_inputs):
    for one in events_of(shipped_inputs):
        assert one.probability.grade == "C"
        assert one.probability.low <= one.chance <= one.probability.high


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "estimates/events.csv",
            "WLD,pledge_late,0.15,0.35,0.6",
            "WLD,pledge_late,0.15,0.95,0.99",
            "estimates/events.csv:10:base: the probabilities of events.WLD.pledge_late, events.WLD.pledge_very_late "
            "add up to "
            "1.05, and at most one of them happens (pledge); expected at most 1 in all; lower one of them",
        ),
        (
            "estimates/events.csv",
            "WLD,host_withdraws,0.02,0.05,0.15",
            "WLD,host_withdraws,0.02,0.05,1.5",
            "estimates/events.csv:8:high: events.WLD.host_withdraws = 1.5 is out of bounds; expected between 0 and 1 share; "
            "correct the value or its unit",
        ),
        (
            "estimates/events.csv",
            "MNG,higher_accident_class",
            "MGN,higher_accident_class",
            "estimates/events.csv:7:iso3: 'MGN' is not known; expected one that stands in {folder}/lists/hosts.csv, or WLD; "
            "did you mean ",
        ),
        (
            "estimates/events.csv",
            "WLD,exemption_late",
            "MNG,exemption_late",
            "estimates/events.csv:9:iso3: exemption_late concerns the whole programme and has a row for MNG; expected WLD; "
            "write WLD",
        ),
        (
            "lists/event_effects.csv",
            "inputs.hosts.{host}.host_tax_rate,high,",
            "inputs.hosts.{host}.host_tax_ratio,high,",
            "lists/event_effects.csv:4:path: no such input: inputs.hosts.{host}.host_tax_ratio; expected the path of "
            "an estimate; "
            "did you mean 'hosts.AGO.host_tax_rate'",
        ),
        (
            "lists/event_effects.csv",
            "inputs.hosts.{host}.host_tax_rate,high,",
            "inputs.hosts.{host}.host_tax_rate,high,0.2",
            "lists/event_effects.csv:4:value: high takes no value, and '0.2' stands here; expected an empty cell; "
            "clear it, or "
            "write 'set'",
        ),
        (
            "lists/event_effects.csv",
            "closures.{host},set,programme.withdrawal_share",
            "closures.{host},set,",
            "lists/event_effects.csv:8:value: set has no value; expected a number or the path of an estimate; fill it in",
        ),
        (
            "lists/event_effects.csv",
            "closures.{host},set,programme.withdrawal_share",
            "closures.{host},set,programme.withdrawel_share",
            "lists/event_effects.csv:8:value: 'programme.withdrawel_share' has no value; expected the path of an "
            "estimate; did "
            "you mean 'programme.withdrawal_share'",
        ),
        (
            "lists/event_effects.csv",
            "waivers.{host}.host_tax,set,0",
            "waivers.{host}.host_taxes,set,0",
            "lists/event_effects.csv:3:path: 'waivers.{host}.host_taxes' is no setting of a design; expected a path "
            "that --set "
            "takes; did you mean 'waivers.*.host_tax'",
        ),
        (
            "lists/event_effects.csv",
            "waivers.{host}.host_tax,set,0",
            "waivers.{host}.host_tax,high,",
            "lists/event_effects.csv:3:how: 'waivers.{host}.host_tax' has no high; expected a path of the inputs; "
            "set a value "
            "instead",
        ),
        (
            "lists/event_effects.csv",
            "programme.lead_periods,later,programme.exemption_delay",
            "programme.lead_periods,later,-3",
            "lists/event_effects.csv:9:value: -3 is negative; expected at least 0; correct it",
        ),
        (
            "lists/event_effects.csv",
            "inputs.programme.in_kind_uptake,set,0",
            "inputs.programme.{host}.uptake,set,0",
            "lists/event_effects.csv:12:path: {host} stands in an event of the whole programme; expected a path "
            "without it; name "
            "a host, or change the scope",
        ),
        (
            "lists/events.csv",
            "uptake_refused,programme,,",
            "uptake_refuse,programme,,",
            "lists/event_effects.csv:12:event: 'uptake_refused' is not known; expected one that stands in "
            "{folder}/lists/events.csv; did you mean 'uptake_refuse'",
        ),
        (
            "lists/local_prices.csv",
            "hosts,dormitory,0.6",
            "hosts,dormitory,1.6",
            "lists/local_prices.csv:7:rank_correlation: 1.6 is too large; expected at most 1; correct the value or its unit",
        ),
    ],
)
def test_a_fault_is_told_with_file_row_and_column(folder, file, old, new, expected):
    replaced(folder, file, old, new)
    told = faults(folder)
    assert any(one.startswith(expected.replace("{folder}", folder.as_posix())) for one in told), told


def test_an_event_without_effects_or_probability_is_told(folder):
    path = folder / "lists/events.csv"
    path.write_text(path.read_text(encoding="utf-8") + "strike,programme,,A strike,Nobody works.\n", encoding="utf-8")
    told = faults(folder)
    assert any(one.startswith("lists/events.csv:12:event: strike sets nothing") for one in told)
    assert any(one.startswith("lists/events.csv:12:event: strike has no probability") for one in told)


def test_a_folder_without_events_has_none_and_plans_as_before(folder):
    for file in ("lists/events.csv", "lists/event_effects.csv", "estimates/events.csv", "lists/local_prices.csv"):
        (folder / file).unlink()
    assert events_of(load_inputs(folder)) == ()


def test_settings_of_events_are_those_of_the_command_line(shipped_inputs):
    design, inputs = set_up(None, shipped_inputs, None)
    names = ["fee_waiver_refused.MNG", "pledge_very_late", "exemption_late", "contributions_due.KAZ", "host_withdraws.KAZ"]
    assert settings_of_names(names, design, inputs) == {
        "waivers.MNG.foreign_worker_fee": False,
        "funding.pledges.1.month": 21,
        "programme.lead_periods": 3,
        "inputs.hosts.KAZ.employee_contribution_rate": 0.12,
        "inputs.hosts.KAZ.employer_contribution_rate": 0.14,
        "closures.KAZ": 0.5,
    }


def test_every_name_that_is_no_event_here_is_told_at_once(shipped_inputs):
    design, inputs = set_up(None, shipped_inputs, None)
    names = ["pledge_late", "pledge_very_late", "fee_waiver_refused", "fee_waiver_refused.KAZ", "pledge_lat"]
    with pytest.raises(InputError) as caught:
        settings_of_names(names, design, inputs)
    told = [str(fault) for fault in caught.value.faults]
    assert [one.partition(":")[0] for one in told] == [f"--event {name}" for name in names[1:]]
    assert "cannot happen together with pledge_late" in told[0]
    assert "name the host as well: fee_waiver_refused." in told[1]
    assert "changes nothing of this design" in told[2]
    assert "did you mean 'pledge_late'" in told[3]
