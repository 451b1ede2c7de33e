"""The files that a server is set up with say what the program does."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
UNIT = (TOP / "deploy" / "pilot-planner.service").read_text(encoding="utf-8")
CONTAINER = (TOP / "deploy" / "Containerfile").read_text(encoding="utf-8")
GUIDE = (TOP / "docs" / "deployment.md").read_text(encoding="utf-8")


def options_of(command):
    """The options of a command as its help lists them."""
    from typer.main import get_command

    from pilot_planner.cli.main import app

    found = get_command(app)
    for word in command:
        found = found.commands[word]
    return {name for one in found.params for name in one.opts}


def test_systemd_takes_the_unit(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    # The program and its user are not on this machine.
    text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", UNIT).replace("User=pilot-planner\nGroup=pilot-planner\n", "")
    (tmp_path / "pilot-planner.service").write_text(text)
    ended = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "pilot-planner.service"], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_they_start_has_the_options_they_give():
    known = options_of(["dashboard"])
    for text in (UNIT, CONTAINER):
        given = set(re.findall(r"--(?:host|port|accounts|settings|trusted-proxy|user-header|log)\b", text))
        assert "--accounts" in given
        assert given <= known


def test_what_must_survive_lies_outside():
    assert "PILOT_PLANNER_ACCOUNTS=/var/lib/pilot-planner/" in UNIT
    assert "StateDirectory=pilot-planner" in UNIT
    assert "VOLUME /data" in CONTAINER
    assert re.search(r"^USER \d+:\d+$", CONTAINER, re.MULTILINE)
    assert "ENTRYPOINT" in CONTAINER.split("USER ", 1)[1]


def test_every_command_of_the_guide_is_there():
    lines = re.findall(r"^    (?:sudo -u pilot-planner )?(?:\S*/)?pilot-planner (.+)$", GUIDE, re.MULTILINE)
    assert len(lines) > 5
    for line in lines:
        words = line.partition("#")[0].split()
        command = words[:2] if words[0] in ("accounts", "store") else words[:1]
        assert {word for word in words if word.startswith("--")} <= options_of(command), line


def test_every_setting_is_told_in_the_guide():
    shipped = TOP / "src" / "pilot_planner" / "dashboard" / "security" / "server.toml"
    for name, section in tomllib.loads(shipped.read_text(encoding="utf-8")).items():
        assert f"[{name}]" in GUIDE or f"`{name}" in GUIDE, name
        assert section is not None
