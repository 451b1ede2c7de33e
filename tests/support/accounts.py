"""Passwords of accounts that tests make, and hashing that costs nothing."""

from pilot_planner.access.passwords import PasswordRules

PASSWORD = "lantern gravel oboe midnight"
OTHER = "nine yellow submarines ashore"
QUICK = PasswordRules(memory_kib=64, passes=1, lanes=1, waiting=100)


CHEAP = "[passwords]\nmemory_kib = 64\npasses = 1\nlanes = 1\nwaiting = 100\n"
"""The same for a server's settings."""


def make_accounts(folder, *roles):
    """A file of accounts named after their roles, and a file of settings that goes with it."""
    from pilot_planner.access.access import Access, Rules
    from pilot_planner.access.roles import Role

    file, settings = folder / "accounts.sqlite", folder / "server.toml"
    settings.write_text(CHEAP, encoding="utf-8")
    access = Access.open(file, rules=Rules(QUICK))
    for role in roles or Role:
        access.add(role.word, role, PASSWORD, by="tests")
    access.close()
    return file, settings
