"""The static security check finds what it should, nothing is accepted without a reason, and the audit says what it did."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
import tokenize
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BANDIT = [sys.executable, "-m", "bandit", "--quiet", "--configfile", str(ROOT / "pyproject.toml")]
WITH_REASON = re.compile(r"# nosec B\d{3}(, B\d{3})* # \S.{14,}")
"""Which finding, then why it is none here."""


def waved_through(folder):
    """Every comment that silences bandit, and where it stands."""
    for file in sorted(folder.rglob("*.py")):
        with file.open("rb") as text:
            for token in tokenize.tokenize(text.readline):
                if token.type == tokenize.COMMENT and "nosec" in token.string:
                    yield f"{file.relative_to(folder)}:{token.start[0]}", token.string


def unreasoned(folder):
    return [place for place, comment in waved_through(folder) if not WITH_REASON.search(comment)]


def test_no_finding_is_accepted_without_a_reason_beside_it():
    assert unreasoned(ROOT / "src") + unreasoned(ROOT / "tools") == []
    assert list(waved_through(ROOT / "src")), "where nothing is accepted, this test looks at nothing"


@pytest.mark.parametrize(
    "comment", ["# nosec", "# nosec B603", "# nosec: B603", "# nosec # because it is safe, really", "# nosec B603 # fine"]
)
def test_a_finding_accepted_without_its_number_or_a_reason_is_seen(tmp_path, comment):
    (tmp_path / "one.py").write_text(f"x = 1\ny = 2  {comment}\n", encoding="utf-8")
    assert unreasoned(tmp_path) == ["one.py:2"]


def test_no_check_is_left_out_without_a_reason():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    settings = tomllib.loads(text)["tool"]["bandit"]
    assert set(settings) == {"skips"}, "no folder is left out"
    for check in settings["skips"]:
        assert re.search(rf'^ *"{check}",  # \S.{{14,}}$', text, re.MULTILINE), check


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("import subprocess\n\n\ndef run(name):\n    subprocess.call('ls ' + name, shell=True)\n", "B602"),
        ("import yaml\n\n\ndef read(text):\n    return yaml.load(text)\n", "B506"),
        ("def find(connection, name):\n    connection.execute(f\"SELECT * FROM plan WHERE name = '{name}'\")\n", "B608"),
    ],
)
def test_a_planted_fault_stops_the_check(tmp_path, fault, check):
    (tmp_path / "fault.py").write_text(fault, encoding="utf-8")
    done = subprocess.run([*BANDIT, "--recursive", str(tmp_path)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert check in done.stdout


def test_what_continuous_integration_runs_holds_the_check_and_the_audit():
    done = subprocess.run(
        ["make", "--dry-run", "--assume-old=.venv/.installed", "test"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert re.search(r"bandit .*--configfile pyproject\.toml .*src tools$", done.stdout, re.MULTILINE)
    assert "tools/audit.py" in done.stdout
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


# The audit, with a pip-audit of our own in the path.

LOCK = "alpha==1.0\nbeta-two==2.0 ; python_full_version < '3.15'\n"
KNOWN = {"id": "GHSA-1111-2222-3333", "aliases": ["CVE-2026-1"], "fix_versions": ["1.1"], "description": "reads too much"}


def told(*vulnerabilities, name="alpha"):
    return {"dependencies": [{"name": name, "version": "1.0", "vulns": list(vulnerabilities)}], "fixes": []}


@pytest.fixture
def audit(tmp_path):
    """Run the audit where pip-audit is a shell script; what it was told, what it said and how it ended."""

    def run(script, accepted="", seconds=20.0):
        program = tmp_path / "bin" / "pip-audit"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\n{script}\n', encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        (tmp_path / "lock").write_text(LOCK, encoding="utf-8")
        (tmp_path / "accepted.toml").write_text(accepted, encoding="utf-8")
        command = [
            sys.executable, str(ROOT / "tools" / "audit.py"), "--seconds", str(seconds),
            "--lock", str(tmp_path / "lock"), "--accepted", str(tmp_path / "accepted.toml"),
        ]  # fmt: skip
        path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=60, env={**os.environ, "PATH": path}
        )

    return run


def says(answer, status=0):
    return f"cat <<'END'\n{json.dumps(answer)}\nEND\nexit {status}"


def test_the_audit_asks_about_the_lock_and_says_how_much_it_looked_at(audit, tmp_path):
    done = audit(says(told()))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "audit: 1 of 1 packages asked about, 0 known vulnerabilities that are not accepted\n"
    assert f"--requirement {tmp_path}/lock" in (tmp_path / "asked").read_text(encoding="utf-8")


def test_a_known_vulnerability_stops_the_audit(audit):
    done = audit(says(told(KNOWN), 1))
    assert done.returncode == 1
    assert "alpha 1.0: GHSA-1111-2222-3333 (fixed in: 1.1): reads too much" in done.stderr


@pytest.mark.parametrize("known_as", ["GHSA-1111-2222-3333", "cve-2026-1"])
def test_one_that_is_accepted_is_told_with_its_reason_and_no_other_is_let_by(audit, known_as):
    entry = f'[[accepted]]\nid = "{known_as}"\npackage = "Alpha"\nreason = "only in a server that is never begun here"\n'
    done = audit(says(told(KNOWN), 1), entry)
    assert (done.returncode, done.stderr) == (0, "")
    assert "accepted: alpha 1.0, GHSA-1111-2222-3333: only in a server that is never begun here" in done.stdout
    other = audit(says(told(KNOWN, {**KNOWN, "id": "GHSA-4444-5555-6666", "aliases": []}), 1), entry)
    assert other.returncode == 1
    assert "GHSA-4444-5555-6666" in other.stderr
    assert "GHSA-1111-2222-3333" not in other.stderr


def test_what_is_accepted_and_not_reported_any_more_is_told(audit):
    done = audit(says(told()), '[[accepted]]\nid = "CVE-1"\npackage = "alpha"\nreason = "long enough to be one"\n')
    assert done.returncode == 0
    assert "alpha CVE-1 is not reported any more; take it off the list" in done.stdout


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('id = "CVE-1"\npackage = "alpha"\n', "entry 1 has no reason"),
        ('id = "CVE-1"\npackage = "alpha"\nreason = " "\n', "entry 1 has no reason"),
        ('id = "CVE-1"\npackage = "alpha"\nreason = "fine"\n', "'fine' is no reason"),
        ('id = "CVE-1\n', "cannot be read"),
    ],
)
def test_a_list_without_reasons_is_refused(audit, entry, words):
    done = audit(says(told(KNOWN), 1), f"[[accepted]]\n{entry}")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


NOT_REACHED = "audit: 0 of 1 packages asked about: the advisory data could not be reached, so nothing was audited\n"


@pytest.mark.parametrize(
    "last",
    [
        "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='x', port=443): Failed to resolve 'x'",
        "ERROR:pip_audit._cli:Tip: your network may be blocking this service. Try another service",
        "pip_audit._service.interface.ServiceError",
    ],
)
def test_without_a_network_the_audit_passes_and_says_that_nothing_was_audited(audit, last):
    done = audit(f'echo "{last}" >&2; exit 1')
    assert (done.returncode, done.stdout) == (0, NOT_REACHED)
    assert last in done.stderr


def test_an_audit_that_hangs_is_ended_with_all_that_it_began(audit, tmp_path):
    began = time.monotonic()
    done = audit(f"sleep 300 &\necho $! > {tmp_path}/child\nwait", seconds=1)
    assert time.monotonic() - began < 30
    assert (done.returncode, done.stdout) == (0, NOT_REACHED)
    assert "did not end within 1 s" in done.stderr
    child = Path(f"/proc/{(tmp_path / 'child').read_text(encoding='utf-8').strip()}/stat")
    assert not child.exists() or child.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'error: unrecognized arguments: --nonsense' >&2; exit 2", "unrecognized arguments"),
        ("exit 3", "no word, exit status 3"),
        (says({"dependencies": []}), "has not looked at: alpha"),
        (says(told(name="beta-two")), "has not looked at: alpha"),
        (says({"dependencies": [{"name": "alpha", "skip_reason": "no"}]}), "has not looked at: alpha"),
    ],
)
def test_an_audit_that_did_not_look_is_not_taken_for_a_clean_one(audit, script, words):
    done = audit(script)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
