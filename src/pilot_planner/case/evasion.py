"""The evasion economy: what work abroad on a visa that is not for work costs, by component and by channel."""

from __future__ import annotations

from collections.abc import Callable

from pilot_planner.data.amounts import most

CHANNELS = {
    "student_visa": "student visa",
    "tourist_visa": "tourist visa",
    "borrowed_visa": "visa of somebody else",
}
COMPONENTS = {
    "tuition": "Inflated tuition",
    "commission": "Brokers' commission",
    "bribes": "Bribes",
    "company_costs": "Company costs",
}
WHERE = ("RUS", "")
"""Where such arrangements were studied; taken for all of them."""

Read = Callable[[str], float | None]
"""A flow of ``estimates/status_quo.csv``; None where there is no such row."""


def cost(read: Read, component: str, channel: str) -> float:
    """USD of a component in a worker-month on a channel; 0 where the channel has no such cost."""
    found = read(f"{component}_{channel}")
    return 0.0 if found is None else found


def shares(read: Read) -> dict[str, float]:
    """Shares of the channels in today's work abroad; they add up to 1, and are none where nothing is told of any."""
    told = {channel: cost(read, "channel_share", channel) for channel in CHANNELS}
    whole = most(sum(told.values()), _NOTHING)
    return {channel: share / whole for channel, share in told.items()}


def components(read: Read) -> dict[str, float]:
    """USD of each component in a worker-month, as the channels are used."""
    weights = shares(read)
    return {
        component: sum(weight * cost(read, component, channel) for channel, weight in weights.items())
        for component in COMPONENTS
    }


_NOTHING = 1e-12
