"""What a front is made of: its points, the places where hosts switch, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from pilot_planner.design.schema import Axis
from pilot_planner.programme.metrics import METRICS
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.plan import Plan, describe
from pilot_planner.text.number_format import percent
from pilot_planner.text.result_tables import Rows, Tabled

MERGED = 1e-4
"""Share of each axis's range within which plans are one: nobody chooses between plans that are a ten-thousandth apart."""


@dataclass(frozen=True)
class FrontPoint:
    """One efficient plan of the front.

    Attributes:
        number: from 1, in the order in which it was found.
        axes: value of each axis, by metric.
        hosts: ISO3 codes sorted and joined by ``+``.
        settings: what ``--set`` takes to solve for this point again.
    """

    number: int
    axes: dict[str, float]
    hosts: str
    metrics: dict[str, float]
    ratios: dict[str, float | None]
    settings: dict[str, Any]
    solution: tuple[float, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Switch:
    """Where, along one axis with the others free, the plan that is best in the first axis changes its hosts.

    ``below`` and ``above`` the value; ``aim``: what it is best in, in words.
    """

    metric: str
    value: float
    below: str
    above: str
    sentence: str
    aim: str


@dataclass(frozen=True)
class TradeOffs(Tabled):
    """A front with what it proves.

    Attributes:
        payoff: one row per axis: the values of all axes where that one is best.
        ideal, nadir: best value of each axis, and one that no efficient plan exceeds; for axes that are ``open_ended`` the
            worst of the payoff table, since nothing in the design ends them.
        resolution: largest distance between neighbouring bounds of the grid, as a share of an axis's range.
        most_beaten: share of the ranges by which the best plan of any weighting of the axes beats these plans at most;
            None where it was not worked out.
        complete: whether every bound of the grid was decided. Not that there are no other plans: see ``sentences``.
        merged: plans that differ on no axis by more than this share of its range are listed once.
    """

    axes: tuple[Axis, ...]
    points: tuple[FrontPoint, ...]
    payoff: tuple[dict[str, float], ...]
    ideal: dict[str, float]
    nadir: dict[str, float]
    switches: tuple[Switch, ...]
    resolution: float
    divisions: int
    cells: int
    solved: int
    complete: bool
    session: Session = field(repr=False)
    most_beaten: float | None = None
    open_ended: tuple[str, ...] = ()
    merged: float = MERGED

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {
            "points": self.records,
            "payoff": lambda: self.payoff,
            "switches": lambda: [asdict(one) for one in self.switches],
        }

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the points are and are not, in words."""
        return tuple(_sentences(self))

    @property
    def about(self) -> tuple[str, ...]:
        """Of these, what a reader of the plans must know: that they are samples, and what weightings could still gain."""
        return self.sentences[1:3]

    @property
    def host_sets(self) -> tuple[str, ...]:
        return tuple(sorted({point.hosts for point in self.points}))

    def plan(self, number: int) -> Plan:
        """The whole plan of a point, with accounts, limits and sources."""
        point = next(one for one in self.points if one.number == number)
        programme = self.session.programme
        value = programme.objective.value(point.solution)
        outcome = Outcome("optimal", value, value, point.solution, 0.0)
        return describe(programme, outcome, point.solution, {})

    def records(self) -> list[dict[str, Any]]:
        """One row per plan: the axes, the hosts, then the other metrics and the ratios."""
        rows = []
        for point in self.points:
            others = {name: value for name, value in point.metrics.items() if name not in point.axes}
            rows.append({"number": point.number, **point.axes, "hosts": point.hosts, **others, **point.ratios})
        return rows


def _sentences(front: TradeOffs) -> Iterator[str]:
    cells = "Every bound of the grid is decided" if front.complete else "The search was stopped early"
    yield f"{cells}: {front.cells} cells by {front.solved} solves, the rest by proof."
    yield (
        "The plans are samples of a continuum: between them lie others, and a plan solved for ceilings of your own is "
        "usually better than the best of these that keeps them. No plan betters one of these in one aim without being worse "
        "in another."
    )
    if front.most_beaten is not None:
        shares = percent(front.most_beaten) if front.most_beaten >= _HARDLY else "0.1 %"
        yield f"The best plan of any weighting of these aims beats them by at most {shares} of their ranges."
    elif front.divisions:
        yield f"No weighting of these aims beats them by more than {percent(front.resolution)} of their ranges."
    yield f"Plans that differ by less than {100.0 * front.merged:g} % of the range of every aim are listed once."
    if front.open_ended:
        names = ", ".join(METRICS[name].label.lower() for name in front.open_ended)
        yield f"Nothing in this design ends {names}: the range is that between the plans that are best in one aim each."


_HARDLY = 0.0005


def aim_in_words(axis: Axis) -> str:
    """``the most worker income``."""
    return f"the {'least' if axis.sense == 'min' else 'most'} {METRICS[axis.metric].label.lower()}"
