"""The zip of a plan says of each of its files what it is."""

from pilot_planner.reports.plan_archive import LINES, README, SCENARIO
from pilot_planner.reports.plan_folder import FILES


def test_every_file_of_a_plan_folder_has_its_line():
    assert set(LINES) == {*FILES, README, SCENARIO}
