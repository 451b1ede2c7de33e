"""Passwords of accounts that tests make, and hashing that costs nothing."""

from pilot_planner.access.passwords import PasswordRules

PASSWORD = "correct horse battery staple"
OTHER = "nine yellow submarines ashore"
QUICK = PasswordRules(memory_kib=64, passes=1, lanes=1)
