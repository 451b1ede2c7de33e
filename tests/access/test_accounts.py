"""Accounts, log-in, sessions and limits on log-in, on SQLite and PostgreSQL."""

import contextlib
import sqlite3
import threading
import time
from dataclasses import replace
from importlib.resources import files

import pytest
import sqlalchemy as sa
from accounts import OTHER, PASSWORD, QUICK

from pilot_planner import Store
from pilot_planner.access.access import Access, TooManyAttemptsError, Visitor
from pilot_planner.access.passwords import BusyError, Passwords, without_known
from pilot_planner.access.roles import Role, role_of
from pilot_planner.access.schema import ACCOUNTS, TABLES
from pilot_planner.errors import AccessError, StoreError
from pilot_planner.store.open_database import open_door

HOME = "192.0.2.7"


def everything_kept(access):
    """Every value of every table, as text."""

    def work(connection):
        return " ".join(str(value) for table in TABLES for row in connection.execute(sa.select(table)) for value in row)

    return access.door.read(work)


def test_neither_password_nor_token_nor_address_is_kept(access):
    token = access.log_in("ana", PASSWORD, HOME)
    with pytest.raises(AccessError):
        access.log_in("ana", OTHER, HOME)
    kept = everything_kept(access)
    assert "$argon2id$" in kept
    for secret in (PASSWORD, OTHER, token, HOME):
        assert secret not in kept


def test_logging_in_and_out(access):
    token = access.log_in(" Ana ", PASSWORD, HOME)
    assert access.session(token) == Visitor("ana", Role.ADMINISTER)
    access.log_out(token)
    assert access.session(token) is None
    assert access.session("") is None
    assert access.session(token[:-1]) is None


@pytest.mark.parametrize("name", ["ana", "nobody", "", "no such name", "ana'; DROP TABLE access_account; --", "x" * 5_000])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(access, name):
    with pytest.raises(AccessError) as told:
        access.log_in(name, OTHER, HOME)
    assert str(told.value) == "this name and password do not belong together"


def test_an_account_without_a_password_cannot_log_in_with_one(access):
    access.add("sso", Role.PLAN, by="tests")
    for password in ("", "of nobody", PASSWORD):
        with pytest.raises(AccessError):
            access.log_in("sso", password, HOME)


def test_a_session_ends_when_it_is_not_used_and_in_any_case(access, clock):
    token = access.log_in("ana", PASSWORD, HOME)
    for _ in range(5):
        clock.pass_by(590)
        assert access.session(token) is not None
    clock.pass_by(590)
    assert access.session(token) is not None
    clock.pass_by(590)
    assert access.session(token) is None, "an hour has passed, whoever used it"
    token = access.log_in("ana", PASSWORD, HOME)
    clock.pass_by(601)
    assert access.session(token) is None


@pytest.mark.parametrize("done", ["disable", "remove", "password"])
def test_what_changes_an_account_ends_its_sessions_at_once(access, done):
    tokens = [access.log_in("vera", PASSWORD, HOME) for _ in range(2)]
    other = access.log_in("ana", PASSWORD, HOME)
    match done:
        case "disable":
            access.set_active("vera", False, by="tests")
        case "remove":
            access.remove("vera", by="tests")
        case "password":
            access.set_password("vera", OTHER, by="tests")
    assert [access.session(token) for token in tokens] == [None, None]
    assert access.session(other) is not None
    with pytest.raises(AccessError):
        access.log_in("vera", PASSWORD, HOME)


def test_whoever_changes_a_password_stays_logged_in_here_and_nowhere_else(access):
    here, elsewhere = (access.log_in("vera", PASSWORD, HOME) for _ in range(2))
    access.set_password("vera", OTHER, by="vera", keep=here)
    assert access.session(here) is not None
    assert access.session(elsewhere) is None


def test_another_role_holds_from_the_next_request_on(access):
    token = access.log_in("vera", PASSWORD, HOME)
    access.set_role("vera", Role.EDIT, by="ana")
    assert access.session(token) == Visitor("vera", Role.EDIT)


def guessed(access, name, address, times):
    for _ in range(times):
        with pytest.raises(AccessError) as told:
            access.log_in(name, OTHER, address)
        assert not isinstance(told.value, TooManyAttemptsError)


def test_an_account_is_locked_where_it_was_guessed_and_a_restart_forgives_none(access, reopened, clock):
    guessed(access, "ana", "192.0.2.1", 3)
    again = reopened()
    with pytest.raises(TooManyAttemptsError) as told:
        again.log_in("ana", PASSWORD, "192.0.2.1")
    assert 0 < told.value.seconds <= 900
    assert again.log_in("vera", PASSWORD, "192.0.2.1"), "another account is not touched"
    clock.pass_by(told.value.seconds + 1)
    assert again.log_in("ana", PASSWORD, "192.0.2.1")
    again.close()


def test_nobody_keeps_the_owner_of_an_account_out_from_elsewhere(access):
    guessed(access, "ana", "192.0.2.1", 3)
    assert access.log_in("ana", PASSWORD, HOME)


def test_guesses_from_many_networks_stop_and_a_known_device_still_comes_in(access):
    device = access.device_of("ana")
    for number in range(40):
        guessed(access, "ana", f"198.51.100.{number}", 2)
    with pytest.raises(TooManyAttemptsError):
        access.log_in("ana", PASSWORD, HOME)
    for forged in (device[:-1], access.device_of("vera"), "1.2", ""):
        with pytest.raises(TooManyAttemptsError):
            access.log_in("ana", PASSWORD, HOME, forged)
    assert access.log_in("ana", PASSWORD, HOME, device)
    assert access.unlock("ana", by="tests") == 80
    assert access.log_in("ana", PASSWORD, "203.0.113.9")


def test_a_clock_that_is_set_back_neither_keeps_sessions_nor_locks_out(access, clock):
    token = access.log_in("ana", PASSWORD, HOME)
    guessed(access, "vera", HOME, 3)
    clock.pass_by(-100_000)
    assert access.session(token) is None
    assert access.sessions("ana") == []
    with pytest.raises(AccessError):
        access.log_in("vera", OTHER, HOME)
    assert access.log_in("vera", PASSWORD, HOME)


def test_guesses_at_once_are_counted_before_they_are_weighed(access):
    weighed, refused = [], []

    def guess():
        try:
            access.log_in("ana", OTHER, HOME)
        except TooManyAttemptsError:
            refused.append(1)
        except AccessError:
            weighed.append(1)

    threads = [threading.Thread(target=guess) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(weighed), len(refused)) == (3, 27)


def test_who_would_wait_long_to_be_weighed_is_told_at_once_and_it_counts_for_nothing(access, rules):
    held = Passwords(replace(rules.passwords, at_once=1, waiting=0))
    access._passwords = held
    with held._room, pytest.raises(BusyError, match="many are logging in"):
        access.log_in("ana", PASSWORD, HOME)
    assert access.log_in("ana", PASSWORD, HOME)
    guessed(access, "ana", HOME, 3)


def test_a_new_log_in_ends_the_session_before_it_and_others_are_ended_at_once(access):
    first = access.log_in("ana", PASSWORD, HOME)
    second = access.log_in("ana", PASSWORD, HOME, before=first)
    assert access.session(first) is None
    third = access.log_in("ana", PASSWORD, HOME)
    assert len(access.sessions("ana")) == 2
    access.end_sessions("ana", by="ana", keep=second)
    assert access.session(third) is None
    assert access.session(second) is not None


def test_a_session_is_looked_up_however_long_others_write(tmp_path, rules, clock):
    """Another program holds the right to write, somebody waits for it, and noting that this session is in use is due."""
    file = tmp_path / "accounts.sqlite"
    access = Access(open_door(file, kind=ACCOUNTS), rules, clock)
    access.add("ana", Role.VIEW, PASSWORD, by="tests")
    token = access.log_in("ana", PASSWORD, HOME)
    clock.pass_by(61)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waits = threading.Thread(target=access.log_in, args=("ana", PASSWORD, HOME))
        waits.start()
        began = time.monotonic()
        found = [access.session(token) for _ in range(10)]
        took = time.monotonic() - began
        assert waits.is_alive()
        other.execute("ROLLBACK")
        waits.join()
    assert [one.name for one in found] == ["ana"] * 10
    assert took < 5
    assert access.session(token) is not None
    clock.pass_by(560)
    assert access.session(token) is not None, "it was noted once nobody else wrote"
    access.close()


def test_another_password_is_another_one(access):
    with pytest.raises(AccessError, match="this is the password that the account has"):
        access.set_password("ana", PASSWORD, by="tests")
    access.set_password("ana", OTHER, by="tests")
    assert access.log_in("ana", OTHER, HOME)


def test_somebody_is_left_to_administer(access):
    for change in (
        lambda **more: access.remove("ana", by="tests", **more),
        lambda **more: access.set_active("ana", False, by="tests", **more),
        lambda **more: access.set_role("ana", Role.VIEW, by="tests", **more),
    ):
        with pytest.raises(AccessError, match="last account that may administer"):
            change()
    access.set_role("vera", Role.ADMINISTER, by="tests")
    access.remove("ana", by="tests")
    access.remove("vera", by="tests", last_too=True)


@pytest.mark.parametrize("password", ["password1234", "qwertyuiop123", "123456789012", "iloveyou2024"])
def test_passwords_that_stand_on_every_list_are_refused(access, password):
    with pytest.raises(AccessError, match="easily guessed"):
        access.set_password("ana", password, by="tests")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "CorrectHorse-BatteryStaple7",
        "c0rrect h0rse b4ttery st@ple",
        "correct1horse2battery3staple",
        "Corréct.Horse.Battery.Stáple.2027",
        "Pilot-Planner-2027!",
        "p1lot_p1anner_p1lot",
        "UnitedNations2027!",
        "Labour-Escrow-2027",
        "The quick brown fox jumps over the lazy dog",
        "Acme Relief 2027!",
        "UN-labour-pilot-2027",
        "to be, or not to be: that is",
    ],
)
def test_what_everybody_knows_counts_for_nothing_however_it_is_spelt(password):
    quick = Passwords(replace(QUICK, known=("Acme Relief",)))
    with pytest.raises(AccessError, match="easily guessed"):
        quick.hashed(password, "ana")


@pytest.mark.parametrize(
    "password", [PASSWORD, OTHER, f"pilot planner {PASSWORD}", "correct battery lantern gravel", "t7#Kq!v92Lx0p"]
)
def test_what_is_left_beside_it_may_be_strong(password):
    assert Passwords(QUICK).hashed(password, "ana")


def test_known_phrases_are_kept_as_they_are_looked_for():
    lines = files("pilot_planner.access").joinpath("known_phrases.txt").read_text("utf-8").splitlines()
    phrases = [line for line in lines if line and not line.startswith("#")]
    assert len(set(phrases)) == len(phrases) > 40
    for phrase in phrases:
        assert phrase.isalpha()
        assert phrase == phrase.casefold()
        assert without_known(f"{phrase.upper()} 7", phrases).strip() == "7", phrase


def test_an_address_is_locked_after_more_failures_over_all_accounts(access):
    for number in range(6):
        with pytest.raises(AccessError):
            access.log_in(f"guess{number}", OTHER, HOME)
    with pytest.raises(TooManyAttemptsError):
        access.log_in("ana", PASSWORD, HOME)
    assert access.log_in("ana", PASSWORD, "192.0.2.8")


def test_addresses_of_one_ipv6_network_count_as_one(access):
    for number in range(6):
        with pytest.raises(AccessError):
            access.log_in(f"guess{number}", OTHER, f"2001:db8:1:2::{number + 1:x}")
    with pytest.raises(TooManyAttemptsError):
        access.log_in("ana", PASSWORD, "2001:db8:1:2:ffff::1")
    assert access.log_in("ana", PASSWORD, "2001:db8:1:3::1")


def test_coming_in_forgives_the_failures_before(access):
    for _ in range(3):
        for _ in range(2):
            with pytest.raises(AccessError):
                access.log_in("ana", OTHER, HOME + "1")
        assert access.log_in("ana", PASSWORD, "192.0.2.50")


@pytest.mark.parametrize(
    ("password", "word"),
    [("short", "characters"), ("x" * 2_000, "at most"), ("aaaaaaaaaaaaaaaa", "repeats"), ("xx-new-account-xx", "holds")],
)
def test_passwords_that_are_easily_guessed_are_refused(access, password, word):
    with pytest.raises(AccessError, match=word):
        access.add("new-account", Role.VIEW, password, by="tests")
    assert "new-account" not in [one.name for one in access.list()]


@pytest.mark.parametrize("name", ["", " ", "two words", "a/b", "é", "x" * 65, "-dash", "a\nb", "../up"])
def test_names_that_cannot_be_kept_are_refused(access, name):
    with pytest.raises(AccessError, match="cannot be the name"):
        access.add(name, Role.VIEW, PASSWORD, by="tests")


def test_what_is_not_there_is_told(access):
    for change in (lambda: access.set_role("bob", Role.VIEW, by="x"), lambda: access.remove("bob", by="x")):
        with pytest.raises(AccessError, match="there is no account 'bob'"):
            change()
    with pytest.raises(AccessError, match="already"):
        access.add("ANA", Role.VIEW, PASSWORD, by="tests")
    with pytest.raises(AccessError, match="view, plan, edit, administer"):
        role_of("boss")


def test_hashes_of_older_rules_are_renewed_when_their_owner_comes_in(access, reopened):
    again = reopened()
    again._passwords = type(again._passwords)(type(again.rules.passwords)(memory_kib=128, passes=1, lanes=1))
    before = everything_kept(access)
    assert again.log_in("ana", PASSWORD, HOME)
    assert "m=128" not in before
    assert "m=128" in everything_kept(access)
    again.close()


def test_many_who_log_in_at_once_all_come_in(access):
    """As on a Monday morning: nobody waits in vain for those who write before him."""
    tokens, wrong = [], []

    def come_in(number):
        try:
            token = access.log_in(("ana", "vera")[number % 2], PASSWORD, f"192.0.2.{number}")
            tokens.append(token)
            for _ in range(5):
                assert access.session(token) is not None
            access.note("tests", "export", "x")
        except Exception as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=come_in, args=(number,)) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(set(tokens)) == 60
    assert access.check()[0] == 2 + 2 * 60


def test_questions_are_known_to_another_process_too(access, reopened):
    assert not access.questions.known("?a=1")
    access.questions.note("?a=1")
    assert access.questions.known("?a=1")
    again = reopened()
    for _ in range(200):
        if again.questions.known("?a=1"):
            break
    assert again.questions.known("?a=1")
    assert not again.questions.known("?a=2")
    again.close()


def test_a_store_is_no_accounts_database_and_the_other_way_round(tmp_path):
    Store.open(tmp_path / "store.sqlite").close()
    with pytest.raises(StoreError, match="no accounts database"):
        Access.open(tmp_path / "store.sqlite")
    Access.open(tmp_path / "accounts.sqlite").close()
    with pytest.raises(StoreError, match="no store"):
        Store.open(tmp_path / "accounts.sqlite")


def test_one_database_of_a_server_may_hold_both(postgresql):
    address = postgresql.new_database()
    store, access = Store.open(address, who="Ana"), Access.open(address)
    access.add("ana", Role.PLAN, by="tests")
    assert store.check().changes == 0
    assert [one.name for one in access.list()] == ["ana"]
    store.close()
    access.close()
