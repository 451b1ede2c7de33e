"""A server as systemd starts and ends it, what it writes down, and who it is for."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from accounts import make_accounts
from browser import TOP

from pilot_planner.access.roles import Role
from pilot_planner.dashboard.runtime.log import JsonLines
from pilot_planner.dashboard.security.request_guard import hostname, is_loopback
from pilot_planner.dashboard.security.settings import load_settings
from pilot_planner.errors import InputError


def test_a_service_starts_answers_and_ends_in_order(tmp_path):
    """With accounts: /ready without a session, nothing else; SIGTERM ends it with status 0 and a last line in its log."""
    file, settings = make_accounts(tmp_path, Role.VIEW)
    words = ["dashboard", "--port", "0", "--accounts", file, "--settings", settings]
    command = [sys.executable, "-m", "pilot_planner", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=TOP) as process:
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())[0]
            with urllib.request.urlopen(f"{address}/ready", timeout=60) as answer:
                assert json.load(answer) == {"ready": True, "inputs": "ok", "solver": "ok", "accounts": "ok"}
            with urllib.request.urlopen(f"{address}/export", timeout=60) as answer:
                assert answer.url == f"{address}/log-in?next=%2Fexport"
            forged = urllib.request.Request(
                f"{address}/export", headers={"X-Forwarded-For": "10.0.0.5", "X-Remote-User": "ana"}
            )
            with urllib.request.urlopen(forged, timeout=60) as answer:
                assert "/log-in" in answer.url
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{address}/_dash-layout", timeout=60)
            assert refused.value.code == 401
            refused.value.close()
        finally:
            process.send_signal(signal.SIGTERM)
            out, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines[0]["event"] == "start"
    assert lines[-1]["event"] == "end"
    assert "request" in {line["event"] for line in lines}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line["at"]) for line in lines)


def test_lines_are_json_whatever_they_hold_and_a_reader_who_has_gone_stops_nothing():
    stream = io.StringIO()
    log = JsonLines(stream)
    log("request", route='/a"b\n', status=200)
    assert json.loads(stream.getvalue()) | {"at": ""} == {"event": "request", "route": '/a"b\n', "status": 200, "at": ""}
    assert stream.getvalue().count("\n") == 1
    stream.close()
    log("request")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost:8050", "localhost"),
        ("[::1]:80", "::1"),
        ("A.Example.", "a.example"),
        ("[::1", ""),
        ("", ""),
        ("a@b", "b"),
    ],
)
def test_the_name_in_a_host_header(host, name):
    assert hostname(host) == name


def test_addresses_of_this_machine():
    assert all(is_loopback(one) for one in ("127.0.0.1", "127.1.2.3", "::1", "localhost", "[::1]"))
    assert not any(is_loopback(one) for one in ("0.0.0.0", "::", "10.0.0.1", "example.org", "", "127.0.0.1.example.org"))


def test_settings_of_a_file_replace_single_values(tmp_path):
    file = tmp_path / "server.toml"
    file.write_text("[jobs]\nper_visitor = 9\n[proxy.roles]\ncooks = 'view'\n")
    shipped, own = load_settings(), load_settings(file, {"addresses": ["10.0.0.5"]})
    assert (own.jobs.per_visitor, own.jobs.waiting) == (9, shipped.jobs.waiting)
    assert own.proxy.roles == {"cooks": "view"}
    assert own.proxy.addresses == ("10.0.0.5",)
    with pytest.raises(InputError, match=r"proxy\.addresses"):
        load_settings(None, {"addresses": ["not an address"]})
