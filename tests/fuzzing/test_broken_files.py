"""Files and settings broken at random: every one is read or refused with faults, within ten seconds, and never otherwise."""

from pathlib import Path

import pytest
from mutating import PATHS, WORDS, mutated, run

from pilot_planner.data.datapackage import shipped_package
from pilot_planner.data.loading import read_inputs
from pilot_planner.design.loading import load_design, parse_setting
from pilot_planner.studies.planning.setup import set_up

TOP = Path(__file__).parents[2]


def read_mutated_inputs(own, dice):
    file = own / "inputs" / dice.choice(shipped_package().tables).path
    whole = file.read_bytes()
    file.write_bytes(mutated(whole, dice))
    try:
        read_inputs(own / "inputs")
    finally:
        file.write_bytes(whole)


def load_mutated_design(own, dice, inputs):
    file = own / "models" / dice.choice(["base.toml", "strict_oversight.toml", "two_hosts.toml"])
    whole = file.read_bytes()
    file.write_bytes(mutated(whole, dice))
    try:
        set_up(dice.choice([file, own / "models" / "one_host.toml"]), inputs, None)
    finally:
        file.write_bytes(whole)


def set_mutated_value(dice, inputs):
    text = f"{dice.choice(PATHS)}={''.join(dice.choice(WORDS) for _ in range(dice.randint(1, 3)))}"
    path, value = parse_setting(
        mutated(text.encode(), dice).decode("utf-8", "surrogateescape") if dice.random() < 0.5 else text
    )
    if dice.random() < 0.3:
        load_design(TOP / "models" / "base.toml", {path: value})
    set_up(TOP / "models" / "base.toml", inputs, {path: value})


def cases(own, inputs):
    """Two designs and two settings for each file of inputs."""

    def design(dice):
        load_mutated_design(own, dice, inputs)

    def setting(dice):
        set_mutated_value(dice, inputs)

    return [lambda dice: read_mutated_inputs(own, dice), design, design, setting, setting]


def test_a_hundred_and_fifty_broken_files_and_settings_are_read_or_refused(copied, inputs):
    assert 30 < run(cases(copied(), inputs), range(150)) < 150


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_five_thousand_broken_files_and_settings_are_read_or_refused(copied, inputs, part):
    """A minute and a half for each part."""
    assert 100 < run(cases(copied(), inputs), range(1000 + 500 * part, 1500 + 500 * part)) < 500
