"""Somebody with the accounts' file and an editor: what he changes shows, at the latest against the seal of yesterday."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from accounts import OTHER, PASSWORD, QUICK
from command_line import run_here

from pilot_planner.access.access import Access, Rules
from pilot_planner.access.audit import fingerprint, session_fingerprint
from pilot_planner.access.roles import Role
from pilot_planner.store.seals import seal

GUIDE = Path(__file__).parents[2] / "docs" / "deployment.md"
HASH = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$another"
COLUMNS = ("seq", "key", "at", "who", "action", "subject", "detail", "seal")


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory):
    """Accounts of a team as they were yesterday, and the seal that was noted then."""
    file = tmp_path_factory.mktemp("tampering") / "accounts.sqlite"
    access = Access.open(file, rules=Rules(QUICK))
    for name, role in (("ana", Role.ADMINISTER), ("vera", Role.VIEW), ("eve", Role.VIEW)):
        access.add(name, role, PASSWORD, by="tests")
    access.set_password("vera", OTHER, by="vera")
    access.set_active("eve", False, by="ana")
    access.log_in("ana", PASSWORD, "192.0.2.7")
    access.note("ana", "export", "plan.zip")
    noted = access.check()[1]
    access.close()
    return file, noted


@pytest.fixture
def team(yesterday, tmp_path):
    """The same file today, after one more event, as somebody gets hold of it."""
    file = tmp_path / "accounts.sqlite"
    shutil.copy(yesterday[0], file)
    access = Access.open(file, rules=Rules(QUICK))
    access.note("ana", "export", "later.zip")
    access.close()
    return file, yesterday[1]


class Editor:
    """Changes of the file that mind no guard: events as a list, which is written back as it is or with new seals. The guards
    are put back, as somebody would who does not want to be noticed."""

    def __init__(self, connection):
        self.connection = connection
        self.guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in self.guards:
            connection.execute(f"DROP TRIGGER {name}")
        rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM access_event ORDER BY seq")
        self.events = [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for _, sql in self.guards:
            self.connection.execute(sql)

    def the(self, action, subject=None):
        return next(one for one in self.events if one["action"] == action and subject in (None, one["subject"]))

    def write(self, seals):
        self.connection.execute("DELETE FROM access_event")
        last = ""
        for number, one in enumerate(self.events, 1):
            if seals:
                values = {name: value for name, value in one.items() if name != "seal"} | {"seq": number}
                one = values | {"seal": seal(values, last)}
            last = one["seal"]
            self.connection.execute(
                f"INSERT INTO access_event VALUES ({', '.join('?' * 8)})", [one[name] for name in COLUMNS]
            )


def an_event_is_altered(editor):
    editor.the("export")["who"] = "vera"
    editor.write(seals=False)


def an_event_is_removed(editor):
    editor.events.remove(editor.the("account disabled"))
    editor.write(seals=False)


def two_events_change_places(editor):
    first, second = editor.the("export"), editor.the("log-in")
    first["seq"], second["seq"] = second["seq"], first["seq"]
    editor.write(seals=False)


def a_role_is_raised(editor):
    editor.connection.execute("UPDATE access_account SET role = 'administer' WHERE name = 'vera'")


def an_account_is_added(editor):
    editor.connection.execute(
        "INSERT INTO access_account SELECT 'eva', 'administer', password, 1, made_at, changed_at "
        "FROM access_account WHERE name = 'ana'"
    )


def a_password_is_swapped(editor):
    editor.connection.execute("UPDATE access_account SET password = ? WHERE name = 'ana'", [HASH])


def a_disabled_account_is_enabled(editor):
    editor.connection.execute("UPDATE access_account SET active = 1 WHERE name = 'eve'")


def a_session_is_put_in(editor):
    editor.connection.execute("INSERT INTO access_session SELECT 'mine', account, begun, seen FROM access_session")


def a_session_is_prolonged(editor):
    editor.connection.execute("UPDATE access_session SET begun = begun + 36000")


def a_guard_is_taken_away(editor):
    editor.guards.pop()


def a_guard_is_put_off(editor):
    editor.guards = [
        (name, sql.replace("BEGIN SELECT", "WHEN 0 BEGIN SELECT") if name.endswith("_no_update") else sql)
        for name, sql in editor.guards
    ]


def an_event_is_altered_and_all_seals_written_anew(editor):
    editor.the("export")["who"] = "vera"
    editor.write(seals=True)


def an_event_is_removed_and_all_seals_written_anew(editor):
    editor.events.remove(editor.the("export"))
    editor.write(seals=True)


def an_event_is_put_in_between_and_all_seals_written_anew(editor):
    editor.events.insert(4, editor.the("export") | {"who": "vera", "key": "another"})
    editor.write(seals=True)


def a_time_is_moved_and_all_seals_written_anew(editor):
    editor.the("export")["at"] = "2026-01-01T00:00:00.000000+00:00"
    editor.write(seals=True)


def a_role_is_raised_in_account_and_log(editor):
    a_role_is_raised(editor)
    one = editor.the("account added", "vera")
    one["detail"] = json.dumps(json.loads(one["detail"]) | {"role": "administer"})
    editor.write(seals=True)


def a_password_is_swapped_in_account_and_log(editor):
    a_password_is_swapped(editor)
    one = editor.the("account added", "ana")
    one["detail"] = json.dumps(json.loads(one["detail"]) | {"password": fingerprint(HASH)})
    editor.write(seals=True)


def an_account_is_removed_with_all_its_events(editor):
    editor.connection.execute("DELETE FROM access_account WHERE name = 'eve'")
    editor.events = [one for one in editor.events if one["subject"] != "eve"]
    editor.write(seals=True)


def a_session_is_put_in_with_its_log_in(editor):
    editor.connection.execute("INSERT INTO access_session VALUES ('mine', 'ana', 1.0, 1.0)")
    detail = json.dumps({"by": "password", "session": session_fingerprint("mine", 1.0)})
    editor.events.insert(5, editor.the("log-in") | {"detail": detail, "key": "another"})
    editor.write(seals=True)


def the_end_is_cut_off(editor):
    editor.events = editor.events[:-2]
    editor.write(seals=False)


def log_and_accounts_are_emptied(editor):
    for table in ("event", "account", "session"):
        editor.connection.execute(f"DELETE FROM access_{table}")


ALONE = (
    an_event_is_altered,
    an_event_is_removed,
    two_events_change_places,
    a_role_is_raised,
    an_account_is_added,
    a_password_is_swapped,
    a_disabled_account_is_enabled,
    a_session_is_put_in,
    a_session_is_prolonged,
    a_guard_is_taken_away,
    a_guard_is_put_off,
)
WITH_A_SEAL = (
    an_event_is_altered_and_all_seals_written_anew,
    an_event_is_removed_and_all_seals_written_anew,
    an_event_is_put_in_between_and_all_seals_written_anew,
    a_time_is_moved_and_all_seals_written_anew,
    a_role_is_raised_in_account_and_log,
    a_password_is_swapped_in_account_and_log,
    an_account_is_removed_with_all_its_events,
    a_session_is_put_in_with_its_log_in,
    the_end_is_cut_off,
    log_and_accounts_are_emptied,
)


@pytest.mark.parametrize("tamper", [*ALONE, *WITH_A_SEAL], ids=lambda tamper: tamper.__name__)
def test_tampering_shows_against_the_seal_of_yesterday(tamper, team, capsys):
    file, noted = team
    check = ("accounts", "check", "--accounts", file)
    assert run_here(capsys, *check, "--seal", noted).status == 0
    with closing(sqlite3.connect(file)) as connection, connection, Editor(connection) as editor:
        tamper(editor)
    with_a_seal = run_here(capsys, *check, "--seal", noted)
    assert with_a_seal.status == 2
    assert "keep a copy of the database and find out who could write to it" in with_a_seal.err
    assert run_here(capsys, *check).status == (2 if tamper in ALONE else 0)


def test_a_file_put_back_from_before_or_made_anew_shows_against_the_seal(yesterday, team, tmp_path, capsys):
    file, _ = team
    noted = json.loads(run_here(capsys, "accounts", "log", "--json", "--accounts", file).out)[0]["seal"]
    Access.open(tmp_path / "new.sqlite").close()
    for other in (yesterday[0], tmp_path / "new.sqlite"):
        assert run_here(capsys, "accounts", "check", "--accounts", other).status == 0
        assert run_here(capsys, "accounts", "check", "--seal", noted, "--accounts", other).status == 2


def test_a_session_of_a_log_that_did_not_tell_sessions_yet_is_held_against_the_time_of_its_log_in(team, capsys):
    file, _ = team
    with closing(sqlite3.connect(file)) as connection, connection, Editor(connection) as editor:
        editor.the("log-in")["detail"] = json.dumps({"by": "password"})
        editor.write(seals=True)
    assert run_here(capsys, "accounts", "check", "--accounts", file).status == 0
    with closing(sqlite3.connect(file)) as connection, connection, Editor(connection) as editor:
        a_session_is_prolonged(editor)
    ended = run_here(capsys, "accounts", "check", "--accounts", file)
    assert "a session of ana is not that of any log-in in the log" in ended.err


def test_the_guide_names_what_shows_only_against_a_seal():
    told = re.findall(r"^\| (.+?) \| (yes|no) \| yes \|$", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert dict(told) == {
        tamper.__name__.replace("_", " "): "yes" if tamper in ALONE else "no" for tamper in (*ALONE, *WITH_A_SEAL)
    } | {"the whole file is put back from before or made anew": "no"}
