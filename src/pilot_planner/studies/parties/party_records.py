"""What the room of agreement is made of: parties, their scales, the plans between them, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pilot_planner.design.schema import Design, PartyName
from pilot_planner.errors import SolverError
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.outcome import Outcome
from pilot_planner.studies.planning.plan import Plan, describe
from pilot_planner.text.labels import inline, listed, shown
from pilot_planner.text.number_format import money, percent
from pilot_planner.text.result_tables import Rows, Tabled


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who must say yes. ``metric``: what it gains over its own alternative, USD."""

    key: PartyName
    name: str
    metric: str
    plural: bool = True


PARTIES = (
    Party("workers", "Workers", "worker_gain"),
    Party("state", "The state", "state_gain", plural=False),
    Party("hosts", "Host governments", "host_gain"),
    Party("employers", "Employers", "employer_gain"),
    Party("donors", "Donors", "donor_gain"),
)
"""In this order everywhere."""
OPEN, EGALITARIAN, NASH, NEAREST = "open", "egalitarian", "nash", "nearest"
TITLES: dict[str, str] = {
    OPEN: "The design's plan",
    EGALITARIAN: "Egalitarian compromise",
    NASH: "Nash point",
    NEAREST: "Nearest to all floors",
    **{one.key: f"{one.name}' choice" if one.plural else f"{one.name}'s choice" for one in PARTIES},
}
A_DOLLAR = 1.0
"""Rounding: nobody vetoes for less."""


def alternative(party: Party, programme: Programme) -> str:
    """What a party has without the plan, in words."""
    case = programme.case
    match party.key:
        case "workers":
            return "what the same workers keep today"
        case "state":
            return f"{percent(case.rates.state_reservation)} of what it takes from the same workers today"
        case "hosts":
            return "the posts stay empty"
        case "employers":
            return f"posts empty, worth {case.rates.employer_value:g} times a local worker's cost"
        case "donors":
            return f"{case.rates.donor_alternative:.2f} USD reach people elsewhere for each USD"


_IN_WORDS = {1: "One party gains", 2: "Two parties gain", 3: "Three parties gain", 4: "Four parties gain"}


def who_gains(plan: Plan) -> str:
    """Who gains over its own alternative and who does not, as a title."""
    losers = [one for one in PARTIES if plan.metrics[one.metric] < -A_DOLLAR]
    if not losers:
        return "All five parties gain over what they have without it"
    words = [
        f"{inline(one.name)} {'fall' if one.plural else 'falls'} {shown(-plan.metrics[one.metric], 'USD')} short"
        for one in losers
    ]
    return f"{_IN_WORDS.get(len(PARTIES) - len(losers), 'No party gains')}; {listed(words)}"


@dataclass(frozen=True, slots=True)
class Veto:
    """A party that would say no to a plan, and by how much it misses its floor, USD."""

    party: str
    short: float


@dataclass(frozen=True)
class Deal:
    """One plan with what each party gains in it.

    Attributes:
        name: ``open`` (the design's plan), a party's key (its own choice), ``egalitarian``, ``nash`` or ``nearest``.
        gains: USD over the whole programme, by party.
        vetoed_by: parties that it leaves below their floors.
        settings: what ``--set`` takes to plan it again: what it gives each party, rounded down, as a limit.
    """

    name: str
    title: str
    gains: dict[str, float]
    vetoed_by: tuple[Veto, ...]
    hosts: str
    levels: dict[str, str]
    metrics: dict[str, float]
    settings: dict[str, Any]
    solution: tuple[float, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PartyScale:
    """A party against its own alternative, USD over the whole programme.

    Attributes:
        floor: below it the party says no.
        alone: what it gains where it chooses alone, nobody else's floor counting.
        least, most: what it gains in plans that nobody vetoes; None where there are none.
    """

    party: str
    name: str
    metric: str
    alternative: str
    floor: float
    alone: float
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Concession:
    """What it costs the others, in the egalitarian compromise, to give a party more.

    Attributes:
        step: how much more than there it asks for, USD: the design's step, or what is left of the most it can get.
        changes: of each party's gain, the compromise planned again; empty where it can get no more.
    """

    party: str
    step: float
    changes: dict[str, float]


@dataclass(frozen=True, slots=True)
class Collision:
    """Floors that exclude each other, while any that are fewer do not. ``short``: USD by which each would have to fall."""

    parties: tuple[str, ...]
    short: float


@dataclass(frozen=True)
class RoomOfAgreement(Tabled):
    """The room of agreement of one design.

    Attributes:
        scales: one for each party.
        deals: plans by name; ``egalitarian`` and ``nash`` where nobody vetoes something, else ``nearest``.
        collisions: where there is no room, the smallest sets of floors that exclude each other.
        nash_gap: proven gap of the Nash point, in the logarithm of the product of gains.
        complete: False where the caller stopped before everything was found.
    """

    design: Design
    scales: tuple[PartyScale, ...]
    deals: dict[str, Deal]
    collisions: tuple[Collision, ...]
    concessions: tuple[Concession, ...]
    nash_gap: float | None
    programme: Programme | None = field(repr=False)
    complete: bool = True

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"deals": self.records}

    @property
    def has_room(self) -> bool:
        """Whether some plan keeps every floor."""
        return EGALITARIAN in self.deals

    @property
    def headline(self) -> str:
        """The finding in one sentence."""
        return _headline(self)

    def plan(self, name: str) -> Plan:
        """The whole plan of a deal."""
        deal, programme = self.deals[name], self.programme
        if programme is None:
            raise SolverError("a room of agreement that was only told has no programme; find it again with parties(...)")
        value = programme.objective.value(deal.solution)
        return describe(programme, Outcome("optimal", value, value, deal.solution, 0.0), deal.solution, {})

    def told(self) -> RoomOfAgreement:
        """What is said of it, without programme and solutions, to be sent to another process."""
        deals = {name: replace(deal, solution=()) for name, deal in self.deals.items()}
        return replace(self, deals=deals, programme=None)

    def records(self) -> list[dict[str, Any]]:
        """One row per plan: what each party gains, who vetoes, hosts, then the metrics."""
        return [
            {
                "deal": deal.name,
                "title": deal.title,
                **deal.gains,
                "vetoed_by": " ".join(veto.party for veto in deal.vetoed_by),
                "hosts": deal.hosts,
                **deal.metrics,
            }
            for deal in self.deals.values()
        ]

    def document(self) -> dict[str, Any]:
        """Everything as a plain document, without solutions."""
        return {
            "headline": self.headline,
            "has_room": self.has_room,
            "scales": [asdict(one) for one in self.scales],
            "deals": {
                name: {
                    "title": deal.title,
                    "gains": deal.gains,
                    "vetoed_by": {veto.party: veto.short for veto in deal.vetoed_by},
                    "hosts": deal.hosts,
                    "levels": deal.levels,
                    "settings": deal.settings,
                    "metrics": deal.metrics,
                }
                for name, deal in self.deals.items()
            },
            "collisions": [asdict(one) for one in self.collisions],
            "concessions": [asdict(one) for one in self.concessions],
            "nash_gap": self.nash_gap,
            "scale": self.design.parties.scale,
            "complete": self.complete,
        }


def name_in_sentence(key: str) -> str:
    """``the state``, ``workers``."""
    name = next(one.name for one in PARTIES if one.key == key)
    return name[:1].lower() + name[1:]


def _headline(room: RoomOfAgreement) -> str:
    plan = room.deals[OPEN]
    vetoes = listed([name_in_sentence(veto.party) for veto in plan.vetoed_by])
    amounts = listed([money(veto.short) for veto in plan.vetoed_by])
    vetoed = f"{vetoes[:1].upper()}{vetoes[1:]} would veto the design's plan by {amounts} USD"
    if not room.has_room:
        if not room.collisions:
            return f"{vetoed}." if vetoes else "The search was stopped."
        return f"Some party vetoes every plan: {collision_in_words(room.collisions[0])}."
    if not vetoes:
        return "Nobody would veto the design's plan."
    return f"{vetoed}; a compromise that nobody vetoes {_price(plan, room.deals[EGALITARIAN])}."


def collision_in_words(collision: Collision) -> str:
    """``the floors of the state and donors exclude each other; each would have to be 2.1 m USD lower``."""
    names = listed([name_in_sentence(key) for key in collision.parties])
    if len(collision.parties) == 1:
        return f"the floor of {names} would have to be {money(collision.short)} USD lower"
    return f"the floors of {names} exclude each other; each would have to be {money(collision.short)} USD lower"


def _price(plan: Deal, compromise: Deal) -> str:
    """What a compromise costs workers, against the design's plan."""
    change = compromise.gains["workers"] - plan.gains["workers"]
    if abs(change) < A_DOLLAR:
        return "costs workers nothing"
    verb = "costs" if change < 0.0 else "gives"
    return f"{verb} workers {money(abs(change))} USD" + ("" if change < 0.0 else " more")
