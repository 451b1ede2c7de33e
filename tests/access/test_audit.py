"""The log of what was done: complete, chained, and not to be edited."""

import pytest
import sqlalchemy as sa
from accounts import OTHER, PASSWORD

from pilot_planner.access.roles import Role
from pilot_planner.access.schema import event
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


def test_one_event_is_written_once_however_often_it_is_tried(access):
    from pilot_planner.access import audit

    for _ in range(2):
        access.door.write(lambda connection: audit.append(connection, "the-key", "ana", "export", "plan.zip"))
    assert told(access).count(("ana", "export", "plan.zip")) == 1


def test_long_details_are_shortened_and_still_sealed(access):
    access.note("ana", "inputs edited", "x", {"values": "y" * 100_000})
    assert len(str(access.events(most=1)[0].detail)) < 5_000
    assert access.check()[0] == 3
