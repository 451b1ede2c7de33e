"""What a limit is, and the list of all of them by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pilot_planner.data.units import range_of
from pilot_planner.programme.linear import Linear

if TYPE_CHECKING:
    from pilot_planner.programme.programme import Programme

Kind = Literal["money", "capacity", "safeguard", "legal"]
Side = Literal["min", "max"]

PROGRAMME_SCOPE = "programme"


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One inequality of a limit: ``numerator / denominator`` against ``bound`` (no denominator: the numerator itself).

    Attributes:
        scope: ``programme``, a host (``MNG``) or a placement (``MNG.construction``).
        period: the period it holds in, None where it holds for the whole programme.
        whole_unit: size of one indivisible step, for limits on whole things; 0 where there is none.
        lifted_by: a binary column that, at 1, lifts the row; ``lift`` is then added to the allowed side.
        implied: the row says what other rows already enforce, and is kept to report its value.
    """

    key: str
    side: Side
    scope: str
    numerator: Linear
    bound: float
    denominator: Linear | None = None
    period: int | None = None
    whole_unit: float = 0.0
    lifted_by: int | None = None
    lift: float = 0.0
    implied: bool = False

    @property
    def name(self) -> str:
        parts = ["limit", self.key, self.side]
        parts += [] if self.scope == PROGRAMME_SCOPE else [self.scope]
        parts += [] if self.period is None else [str(self.period)]
        return ".".join(parts)

    def expression(self) -> Linear:
        """Left side of the linear inequality: numerator less bound x denominator (less the lift)."""
        result = Linear(dict(self.numerator.terms))
        if self.denominator is not None:
            result.add(self.denominator, -self.bound)
        if self.lifted_by is not None:
            result.add_term(self.lifted_by, -self.lift if self.side == "max" else self.lift)
        return result

    @property
    def right_side(self) -> float:
        return self.bound if self.denominator is None else 0.0


Rows = Callable[["Programme", Side, float], Iterable[LimitRow]]


@dataclass(frozen=True, slots=True)
class Limit:
    """A policy limit.

    Attributes:
        unit: of its bounds.
        kind: money, capacity, safeguard or legal. Legal limits are never offered as a repair, safeguards last.
        owner: who sets it.
        sentence: what it says, for people; ``{bound}`` is the bound in its unit. ``other_sentence`` is for the side
            that is not the usual one.
        protects: why it is there.
        sides: bounds that it takes.
        rows: the inequalities for one side and bound.
        ceiling: most that a bound can be, where it is not what the unit says.
    """

    key: str
    label: str
    unit: str
    kind: Kind
    owner: str
    sentence: str
    protects: str
    sides: tuple[Side, ...]
    rows: Rows
    usual: Side = "max"
    other_sentence: str = ""
    ceiling: float | None = None

    @property
    def range(self) -> tuple[float | None, float | None]:
        """Least and most that a bound can be, by the unit and ``ceiling``; None where there is no end."""
        least, most = range_of(self.unit)
        return least, most if self.ceiling is None else self.ceiling

    def kind_of(self, side: Side) -> Kind:
        """The kind of one side: only the usual side of a legal limit is law, the other is planned capacity."""
        return "capacity" if self.kind == "legal" and side != self.usual else self.kind

    def says(self, side: Side, bound: str) -> str:
        """The sentence of one side with its bound filled in."""
        template = self.sentence if side == self.usual or not self.other_sentence else self.other_sentence
        words = {"min": "at least", "max": "at most"}
        return template.format(bound=bound, side=words[side])


LIMITS: dict[str, Limit] = {}


def limit(
    key: str,
    *,
    label: str,
    unit: str,
    kind: Kind,
    owner: str,
    sentence: str,
    protects: str,
    sides: tuple[Side, ...] = ("max",),
    usual: Side = "max",
    other_sentence: str = "",
) -> Callable[[Rows], Rows]:
    """Register the function that makes the rows of a limit."""

    def register(rows: Rows) -> Rows:
        LIMITS[key] = Limit(key, label, unit, kind, owner, sentence, protects, sides, rows, usual, other_sentence)
        return rows

    return register
