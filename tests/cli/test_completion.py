"""Completion in a shell: commands, options, designs and formats, as bash asks for them."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("pilot-planner al", "alternatives"),
        ("pilot-planner plan --mo", "--model"),
        ("pilot-planner plan --model wide", "wide_eligibility"),
        ("pilot-planner export plan --to ia", "iati"),
    ],
)
def test_the_shell_is_told_what_a_word_may_become(line, found):
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")), "_PILOT_PLANNER_COMPLETE": "complete_bash"}
    script = "import sys; sys.argv = ['pilot-planner']; from pilot_planner.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | asked, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.split() == [found], done.stderr
