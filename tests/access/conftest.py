"""Accounts to try things on: a file, and a database of a real PostgreSQL where one is installed."""

import pytest
from accounts import PASSWORD, QUICK

from pilot_planner.access.access import Access, Rules
from pilot_planner.access.login_throttle import AttemptRules
from pilot_planner.access.roles import Role
from pilot_planner.access.schema import ACCOUNTS
from pilot_planner.access.sessions import SessionRules
from pilot_planner.store.open_database import open_door


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now

    def pass_by(self, seconds):
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rules():
    return Rules(
        QUICK,
        SessionRules(idle_seconds=600, most_seconds=3_600, seen_seconds=60),
        AttemptRules(window_seconds=900, most_per_account=3, most_per_address=6, most_elsewhere=80),
    )


@pytest.fixture
def access(new_address, rules, clock):
    opened = Access(open_door(new_address(), kind=ACCOUNTS), rules, clock)
    for name, role in (("ana", Role.ADMINISTER), ("vera", Role.VIEW)):
        opened.add(name, role, PASSWORD, by="tests")
    yield opened
    opened.close()


@pytest.fixture
def reopened(access, rules, clock):
    """Makes the same accounts as another process would open them."""
    return lambda: Access(open_door(_address(access), kind=ACCOUNTS), rules, clock)


def _address(access):
    address = access.door.address
    return address.file if address.file is not None else address.url.render_as_string(hide_password=False)
