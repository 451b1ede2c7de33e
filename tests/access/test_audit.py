"""The log of what was done: complete, chained, and not to be edited."""

import pytest
import sqlalchemy as sa
from accounts import OTHER, PASSWORD

from pilot_planner.access.roles import Role
from pilot_planner.access.schema import account, event
from pilot_planner.errors import AccessError, StoreError

HOME = "192.0.2.7"


def told(access):
    return [(one.who, one.action, one.subject) for one in reversed(access.events())]


def test_everything_about_accounts_is_in_the_log(access):
    token = access.log_in("ana", PASSWORD, HOME)
    for name in ("ana", "ana's password by mistake"):
        with pytest.raises(AccessError):
            access.log_in(name, OTHER, HOME)
    access.set_role("vera", Role.PLAN, by="ana")
    access.set_password("vera", OTHER, by="ana")
    access.set_active("vera", False, by="ana")
    access.set_active("vera", True, by="ana")
    access.remove("vera", by="ana")
    access.note("ana", "inputs edited", "hosts.MNG.living_wage", {"base": 300})
    access.log_out(token)
    assert told(access) == [
        ("tests", "account added", "ana"),
        ("tests", "account added", "vera"),
        ("ana", "log-in", ""),
        ("ana", "log-in failed", ""),
        ("(unknown)", "log-in failed", ""),
        ("ana", "role changed", "vera"),
        ("ana", "password changed", "vera"),
        ("ana", "account disabled", "vera"),
        ("ana", "account enabled", "vera"),
        ("ana", "account removed", "vera"),
        ("ana", "inputs edited", "hosts.MNG.living_wage"),
        ("ana", "log-out", ""),
    ]
    changed = next(one for one in access.events() if one.action == "role changed")
    assert changed.detail == {"before": {"role": "view"}, "after": {"role": "plan"}}
    assert [one.action for one in access.events(most=1)] == ["log-out"]
    assert {one.who for one in access.events(who="tests")} == {"tests"}
    assert access.check()[0] == 12


@pytest.mark.parametrize("change", [event.update().values(who="nobody"), event.delete()])
def test_the_database_refuses_to_change_the_log(access, change):
    with pytest.raises(StoreError):
        access.door.write(lambda connection: connection.execute(change))
    assert access.check()[0] == 2


def test_a_row_that_leaves_a_gap_is_refused(access):
    row = {"seq": 9, "key": "k", "at": "", "who": "", "action": "", "subject": "", "detail": "{}", "seal": ""}
    with pytest.raises(StoreError):
        access.door.write(lambda connection: connection.execute(event.insert().values(row)))


def test_what_is_altered_behind_the_guards_shows(access):
    name = "TRIGGER access_event_no_update" if access.door.dialect == "sqlite" else "TRIGGER access_event_no_change"
    end = "" if access.door.dialect == "sqlite" else " ON access_event"

    def work(connection):
        connection.execute(sa.text(f"DROP {name}{end}"))
        connection.execute(event.update().where(event.c.seq == 1).values(who="somebody else"))

    access.door.write(work)
    with pytest.raises(StoreError, match="event 1 of the log is not what was written"):
        access.check()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (account.update().where(account.c.name == "vera").values(role="administer"), "vera has role 'administer' where the"),
        (account.update().where(account.c.name == "vera").values(active=False), "vera has active False where the log has"),
        (account.update().where(account.c.name == "vera").values(password="$argon2id$other"), "vera has password"),
        (account.delete().where(account.c.name == "vera"), "vera is in the log and not there"),
        (
            account.insert().values(name="eve", role="administer", password="", active=True, made_at="", changed_at=""),
            "eve is not in the log",
        ),
    ],
)
def test_accounts_that_were_changed_behind_the_log_show(access, change, what):
    access.set_password("ana", OTHER, by="ana")
    access.log_in("ana", OTHER, HOME)
    access.check()
    access.door.write(lambda connection: connection.execute(change))
    with pytest.raises(StoreError, match=f"account {what}"):
        access.check()


def test_a_log_that_was_cut_shows_against_a_seal_that_was_noted_elsewhere(access):
    access.note("ana", "export", "plan.zip")
    seal = access.check()[1]
    access.note("ana", "export", "later.zip")
    assert access.check(seal)[0] == 4

    def cut(connection):
        if access.door.dialect == "sqlite":
            name = "access_event_no_delete"
            sql = connection.execute(sa.text(f"SELECT sql FROM sqlite_master WHERE name = '{name}'")).scalar_one()
            off, on = f"DROP TRIGGER {name}", sql
        else:
            off, on = (f"ALTER TABLE access_event {word} TRIGGER USER" for word in ("DISABLE", "ENABLE"))
        connection.execute(sa.text(off))
        connection.execute(event.delete().where(event.c.seq > 2))
        connection.execute(sa.text(on))

    access.door.write(cut)
    assert access.check()[0] == 2, "nothing in the database itself tells it"
    with pytest.raises(StoreError, match="no event of the log has the seal"):
        access.check(seal)


def test_guards_that_were_taken_away_show(access):
    """On PostgreSQL one may be put off, too, or be made to refuse nothing."""
    access.check()
    if access.door.dialect == "sqlite":
        changes = {"is missing": "DROP TRIGGER access_event_next"}
    else:
        nothing = "CREATE OR REPLACE FUNCTION access_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        nothing += "$$ BEGIN RETURN NEW; END $$"
        changes = {
            "trigger access_event_no_truncate is not what it was": "ALTER TABLE access_event DISABLE TRIGGER USER",
            "trigger access_event_no_change is not what it was": nothing,
            "trigger access_event_next is missing": "DROP TRIGGER access_event_next ON access_event",
        }
    for told, change in changes.items():
        access.door.write(lambda connection, change=change: connection.execute(sa.text(change)))
        with pytest.raises(StoreError, match=f"is not built as it was made: .*{told}"):
            access.check()


def test_tries_of_unknown_names_are_counted_and_not_listed(access):
    for number in range(6):
        with pytest.raises(AccessError):
            access.log_in(f"guess{number}", OTHER, HOME)
    told = [(one.who, one.detail) for one in access.events() if one.action == "log-in failed"]
    assert told == [("(unknown)", {"from one network": 1})]


def test_one_event_is_written_once_however_often_it_is_tried(access):
    from pilot_planner.access import audit

    for _ in range(2):
        access.door.write(lambda connection: audit.append(connection, "the-key", "ana", "export", "plan.zip"))
    assert told(access).count(("ana", "export", "plan.zip")) == 1


def test_long_details_are_shortened_and_still_sealed(access):
    access.note("ana", "inputs edited", "x", {"values": "y" * 100_000})
    assert len(str(access.events(most=1)[0].detail)) < 5_000
    assert access.check()[0] == 3
