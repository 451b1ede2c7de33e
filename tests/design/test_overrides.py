"""Override files: ``--set @FILE`` sets what the file says, and faults are told by file and row."""

import datetime as dt
import json

import pytest
from command_line import run_here
from hypothesis import given
from hypothesis import strategies as st

from pilot_planner.design.loading import parse_setting
from pilot_planner.design.overrides import Overrides, overrides_text, parse_overrides, read_overrides
from pilot_planner.design.writing import written
from pilot_planner.errors import InputError

GOOD = """\
[scenario]
name = "Higher pay in Mongolia"
date = 2026-11-22
design = "base"

[settings]
limits.operating_cost.max = 8e6
programme.start_date = 2027-04-01

[settings.floors]
host_willingness = 0.2

[inputs]
placements.MNG.construction.market_wage = 650
"hosts.MNG.living_wage" = 300
"hosts.MNG.living_wage.low" = 250
"""
WAGE = "inputs.placements.MNG.construction.market_wage"


def faults(text):
    with pytest.raises(InputError) as error:
        parse_overrides(text.encode(), "own.toml")
    return str(error.value).splitlines()


def test_tables_and_dotted_keys_become_settings_as_set_takes_them():
    found = parse_overrides(GOOD.encode(), "own.toml")
    assert found.settings == {
        "floors.host_willingness": 0.2,
        "limits.operating_cost.max": 8e6,
        "programme.start_date": dt.date(2027, 4, 1),
        WAGE: 650,
        "inputs.hosts.MNG.living_wage": 300,
        "inputs.hosts.MNG.living_wage.low": 250,
    }
    assert (found.name, found.date, found.design) == ("Higher pay in Mongolia", dt.date(2026, 11, 22), "base")


def test_each_setting_knows_its_row():
    found = parse_overrides(GOOD.encode(), "own.toml")
    assert str(found.places[WAGE]) == "own.toml:14:inputs.placements.MNG.construction.market_wage"
    assert found.places["floors.host_willingness"].row == 11


def test_what_is_written_reads_back_as_the_same(tmp_path):
    before = parse_overrides(GOOD.encode(), "own.toml")
    file = tmp_path / "again.toml"
    file.write_text(overrides_text(before, "pilot-planner plan --set @again.toml"), encoding="utf-8")
    after = read_overrides(file)
    assert (after.settings, after.name, after.date, after.design) == (
        before.settings,
        before.name,
        before.date,
        before.design,
    )


NAMES = st.text(st.sampled_from("abz_-09 é.\"'"), min_size=1, max_size=8).filter(lambda name: all(name.split(".")))
SCALARS = (
    st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
)
VALUES = SCALARS | st.lists(SCALARS, max_size=3)


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=5))
def test_any_settings_read_back_as_the_same(settings):
    text = overrides_text(Overrides(settings, "any"))
    assert parse_overrides(text.encode(), "any.toml").settings == settings


@given(SCALARS)
def test_a_value_written_for_set_reads_back_as_itself(value):
    assert parse_setting(f"a.b={written(value)}") == ("a.b", value)


def test_every_fault_of_a_file_comes_in_one_pass():
    found = faults(
        "[scenario]\nname = 3\ndate = 'today'\nnmae = 'x'\n\n[inputs]\nhosts.MNG.living_wage = 'much'\n\n[setings]\na = 1\n"
    )
    assert found == [
        "own.toml:2:scenario.name: name cannot be used; expected a text of at most 80 characters; "
        "write a short one between quotes",
        'own.toml:3:scenario.date: "today" is not a date; expected a date; write it as 2026-11-22',
        "own.toml:4:scenario.nmae: 'nmae' is not known; expected name, date, design; did you mean 'name' or 'date'?",
        "own.toml:9:setings: 'setings' is no table of an override file; expected scenario, settings, inputs; "
        "did you mean 'settings'?",
        'own.toml:7:inputs.hosts.MNG.living_wage: "much" is not a number; expected a number; correct the value',
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "own.toml: sets nothing"),
        ("[scenario]\nname = 'x'\n", "own.toml: sets nothing"),
        ("[settings]\na = = 1\n", "own.toml:2:5: is not TOML (Invalid value)"),
        ("settings = 1\n", "own.toml:1:settings: 'settings' is a value"),
        ('[settings]\n"a.b" = 1\n[settings.a]\nb = 2\n', "own.toml:4:settings.a.b: settings a.b is set twice"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_row(text, expected):
    if "set twice" in expected:
        assert "a.b is set twice" in faults(text)[0]
    else:
        assert faults(text)[0].startswith(expected)


def test_set_takes_a_file_and_later_settings_win(tmp_path, capsys):
    file = tmp_path / "own.toml"
    file.write_text("[settings]\nlimits.hosts.max = 1\n[inputs]\nplacements.MNG.construction.market_wage = 650\n")
    result = run_here(capsys, "plan", "--set", f"@{file}", "--set", f"{WAGE}=660", "--json")
    assert result.status == 0, result.err
    document = json.loads(result.out)
    assert document["input_changes"] == {"placements.MNG.construction.market_wage": 660}
    assert document["design"]["limits"]["hosts"]["max"] == 1


def test_faults_of_settings_are_told_where_they_stand_in_the_file(tmp_path, capsys):
    file = tmp_path / "own.toml"
    file.write_text(
        "[settings]\nlimits.oper_cost.max = 1\npay.wage_parity = 'x'\n[inputs]\nhosts.MNG.living_wge = 1\n"
        "programme.intake_share = 7\n"
    )
    result = run_here(capsys, "plan", "--set", f"@{file}")
    assert (result.status, result.out) == (2, "")
    told = result.err.splitlines()
    assert [line.split(f"{file}:")[1].split(":")[0] for line in told[:-1]] == ["5", "6", "3"]
    assert "no such input" in told[0] and "out of bounds" in told[1] and "wage_parity" in told[2]


def test_a_file_that_is_not_there_is_told(capsys):
    result = run_here(capsys, "plan", "--set", "@nowhere.toml", "--set", "x")
    assert result.status == 2
    assert result.err.startswith(
        "error: nowhere.toml: cannot be read (No such file or directory); expected an override file"
    )
    assert "2 faults" in result.err
