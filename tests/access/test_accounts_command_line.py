"""``pilot-planner accounts``, and what the dashboard says before it serves."""

from __future__ import annotations

import io
import json
import os
import pwd
import sys

import pytest
from accounts import OTHER, PASSWORD
from command_line import run_here

from pilot_planner.access.access import Access, TooManyAttemptsError
from pilot_planner.access.roles import Role
from pilot_planner.errors import AccessError, StoreError


@pytest.fixture
def run(capsys, monkeypatch):
    """Standard output and error of a command that must end with this status."""

    def command(*words, said="", status=0):
        monkeypatch.setattr(sys, "stdin", io.StringIO(said))
        ended = run_here(capsys, *words)
        assert "Traceback" not in ended.err
        assert ended.status == status, ended.err
        return ended.out, ended.err

    return command


@pytest.fixture
def file(tmp_path):
    return tmp_path / "accounts.sqlite"


def test_the_life_of_an_account(run, file):
    at = ("--accounts", file)
    run("accounts", "add", "Ana", "--role", "administer", *at, said=f"{PASSWORD}\n")
    run("accounts", "add", "sso", "--role", "plan", "--single-sign-on", *at)
    assert "last account that may administer" in run("accounts", "remove", "ana", *at, status=2)[1]
    assert "last account that may administer" in run("accounts", "disable", "ana", *at, status=2)[1]
    assert "last account that may administer" in run("accounts", "role", "ana", "edit", *at, status=2)[1]
    found = json.loads(run("accounts", "list", "--json", *at)[0])
    assert [(one["name"], one["role"], one["password"]) for one in found] == [
        ("ana", "administer", True),
        ("sso", "plan", False),
    ]
    access = Access.open(file, create=False)
    token = access.log_in("ana", PASSWORD, "192.0.2.1")
    run("accounts", "role", "ana", "edit", "--yes", *at)
    assert access.session(token).role is Role.EDIT
    run("accounts", "password", "ana", *at, said=f"{OTHER}\n")
    assert access.session(token) is None
    token = access.log_in("ana", OTHER, "192.0.2.1")
    run("accounts", "disable", "ana", *at)
    assert access.session(token) is None
    run("accounts", "enable", "ana", *at)
    run("accounts", "remove", "sso", *at)
    assert "sso" not in run("accounts", "list", *at)[0]
    told = run("accounts", "log", *at)[0]
    for words in (
        "account added ana",
        "role changed ana",
        "password changed ana",
        "account disabled ana",
        "account removed sso",
    ):
        assert words in told
    assert PASSWORD not in told
    assert OTHER not in told
    assert len(run("accounts", "log", "--most", "2", *at)[0].splitlines()) == 2
    told = run("accounts", "check", *at)[1]
    assert "no event is altered or missing between the first and the last: 9 events" in told
    assert "shows only against a seal noted elsewhere" in told
    seal = told.split()[-1]
    assert seal == json.loads(run("accounts", "log", "--json", *at)[0])[0]["seal"]
    assert "the log holds the seal that you noted" in run("accounts", "check", "--seal", seal, *at)[1]
    assert "no event of the log has the seal" in run("accounts", "check", "--seal", "0" * 64, *at, status=2)[1]
    assert "of version 1" in run("accounts", "upgrade", *at)[1]
    access.close()


@pytest.mark.parametrize(
    ("words", "said", "told"),
    [
        (("add", "ana"), "", "no password came"),
        (("add", "ana"), "short\n", "too short"),
        (("add", "two words"), f"{PASSWORD}\n", "cannot be the name"),
        (("add", "ana", "--role", "boss"), f"{PASSWORD}\n", "is no role"),
        (("remove", "ana"), "", "there is no accounts database"),
        (("list",), "", "there is no accounts database"),
    ],
)
def test_what_cannot_be_is_told(run, file, words, said, told):
    assert told in run("accounts", words[0], *words[1:], "--accounts", file, said=said, status=2)[1]


def test_no_option_takes_a_password(run):
    for command in ("add", "password"):
        assert "--password" not in run("accounts", command, "--help")[0]


def test_the_dashboard_is_open_to_nobody_without_accounts(run, file):
    told = run("dashboard", "--host", "0.0.0.0", status=2)[1]
    assert "accounts add NAME --role administer" in told
    told = run("dashboard", "--host", "192.0.2.1", "--accounts", file, status=2)[1]
    assert "has no account that could log in" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[jobs]\nat_once = 0\n", "server.toml:2:jobs.at_once"),
        ("[job]\nat_once = 1\n", "is not a setting of a server"),
        ("[proxy]\naddresses = ['10.0.0']\n", "proxy.addresses"),
        ("[proxy]\nunknown = 'boss'\n", "is no role"),
        ("[proxy.roles]\nx = 'boss'\n", "is no role"),
        ("[jobs\n", "server.toml"),
        ("[sessions]\nidle_minutes = 'long'\n[jobs]\nminutes = -1\n", "2 faults"),
    ],
)
def test_faults_of_settings_are_told_by_file_and_row(run, tmp_path, text, told):
    settings = tmp_path / "server.toml"
    settings.write_text(text)
    assert told in run("dashboard", "--settings", settings, "--port", "0", status=2)[1]


def test_a_backup_holds_store_and_accounts_and_brings_both_back(run, file, tmp_path):
    from pilot_planner import Store
    from pilot_planner.design.loading import load_design

    store = Store.open(tmp_path / "store.sqlite", who="Ana")
    store.save_design(load_design("base"), "Base")
    access = Access.open(file)
    access.add("ana", Role.ADMINISTER, PASSWORD, by="tests")
    token = access.log_in("ana", PASSWORD, "192.0.2.1")
    before = access.check(), access.list()
    run("backup", tmp_path / "kept.sqlite", "--store", tmp_path / "store.sqlite", "--accounts", file)
    assert (tmp_path / "kept.accounts.sqlite").stat().st_mode & 0o077 == 0
    access.close()
    file.unlink()
    new = tmp_path / "new.sqlite"
    run("restore", tmp_path / "kept.sqlite", "--store", tmp_path / "again.sqlite", "--accounts", new)
    again = Access.open(new, create=False)
    assert (again.check(), again.list()) == before
    assert again.session(token) is None, "whoever was logged in then logs in anew"
    assert again.log_in("ana", PASSWORD, "192.0.2.1")
    with pytest.raises(StoreError, match="not empty"):
        again.restore(tmp_path / "kept.accounts.sqlite")
    assert again.log_in("ana", PASSWORD, "192.0.2.1")
    again.close()


def test_an_account_is_unlocked_by_command_and_by_another_password(run, file):
    at = ("--accounts", file)
    run("accounts", "add", "ana", "--role", "administer", *at, said=f"{PASSWORD}\n")
    access = Access.open(file, create=False)
    for command, right in (("unlock", PASSWORD), ("password", OTHER)):
        for _ in range(10):
            with pytest.raises(AccessError, match="do not belong"):
                access.log_in("ana", "nobody ever took this one", "192.0.2.1")
        with pytest.raises(TooManyAttemptsError):
            access.log_in("ana", PASSWORD, "192.0.2.1")
        run("accounts", command, "ana", *at, said=f"{right}\n" if command == "password" else "")
        assert access.log_in("ana", right, "192.0.2.1")
    access.close()


def test_who_did_it_is_what_the_system_says_and_not_the_environment(run, file, monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    run("accounts", "add", "ana", "--role", "administer", "--accounts", file, said=f"{PASSWORD}\n")
    told = run("accounts", "log", "--accounts", file)[0]
    assert "somebody-else" not in told
    assert f"{pwd.getpwuid(os.getuid()).pw_name} (command line)" in told
