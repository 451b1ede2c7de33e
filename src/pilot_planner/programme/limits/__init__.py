"""Policy limits: one key, one quantity, one unit, one function. Importing this package registers all of them."""

from pilot_planner.programme.limits import capacity, money, pay, safeguards
from pilot_planner.programme.limits.general import find_limit, known_limits
from pilot_planner.programme.limits.registry import LIMITS, PROGRAMME_SCOPE, Kind, Limit, LimitRow, Side

__all__ = [
    "LIMITS",
    "PROGRAMME_SCOPE",
    "Kind",
    "Limit",
    "LimitRow",
    "Side",
    "capacity",
    "find_limit",
    "known_limits",
    "money",
    "pay",
    "safeguards",
]
