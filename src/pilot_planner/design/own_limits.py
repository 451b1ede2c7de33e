"""Limits of one's own as data: a named linear expression over metrics, by host, sector, level and period.

``[rules.KEY]`` says what is counted and in which sentence; its bounds stand in ``[limits.KEY]``, as of every limit.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from pilot_planner.design.section import Iso3, Name, Section

Dimension = Literal["host", "sector", "level", "period"]
Period = Annotated[int, Field(ge=1)]
_LONGEST = 300


class Part(Section):
    """A part of the programme. An empty list means all."""

    hosts: tuple[Iso3, ...] = Field(default=(), description="Hosts that count (ISO3); empty: all.")
    sectors: tuple[Name, ...] = Field(default=(), description="Sectors that count; empty: all.")
    levels: tuple[Name, ...] = Field(default=(), description="Oversight levels that count; empty: all.")
    periods: tuple[Period, ...] = Field(default=(), description="Numbers of the periods that count, from 1; empty: all.")

    def dimensions(self) -> tuple[Dimension, ...]:
        """Those by which it leaves something out."""
        lists: tuple[tuple[Dimension, object], ...] = (
            ("host", self.hosts),
            ("sector", self.sectors),
            ("level", self.levels),
            ("period", self.periods),
        )
        return tuple(name for name, one in lists if one)


class Term(Part):
    """A metric, or a part of it, times a number."""

    metric: Name = Field(description="A metric, or worker_cap, hosts_chosen or sectors_opened.")
    times: float = Field(default=1.0, description="What it is multiplied by.")


class OwnLimit(Part):
    """One limit of a design's own: ``of`` or ``of / over``, in each of ``per``, in a part of the programme."""

    label: str = Field(default="", max_length=80, description="Short name; empty: the key in words.")
    sentence: str = Field(description="What it says, with {side} (at least, at most) and {bound} in it.")
    unit: Literal["USD", "persons", "months", "share", "score", "count", "posts"] = Field(description="Unit of its bounds.")
    kind: Literal["money", "capacity", "safeguard"] = Field(
        description="money, capacity or safeguard: safeguards are offered last when something has to give way. "
        "Law is not a designer's to write."
    )
    owner: str = Field(default="board", max_length=80, description="Who sets it.")
    protects: str = Field(default="", max_length=_LONGEST, description="Why it is there.")
    per: tuple[Dimension, ...] = Field(
        default=(), description="It holds in each host, sector, level or period of these; empty: once, for all together."
    )
    of: tuple[Term, ...] = Field(default=(), description="What is counted: a sum of terms.")
    over: tuple[Term, ...] = Field(default=(), description="What it is held against; empty: the bound alone.")
    columns: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]+$")], float] = Field(
        default_factory=dict,
        description="Instead of of: what is counted by column of the programme, as programme.mps names it, with its "
        "coefficient. One that a programme does not have counts 0.",
    )
    ceiling: float | None = Field(default=None, description="Most that a bound can be; for shares 1 unless stated.")

    @model_validator(mode="after")
    def _counts_something(self) -> OwnLimit:
        if bool(self.of) == bool(self.columns):
            raise ValueError("one of 'of' and 'columns' says what is counted")
        if self.columns and (self.over or self.per or self.dimensions()):
            raise ValueError("'columns' stand for themselves, without over, per, hosts, sectors, levels and periods")
        return self

    @field_validator("sentence", "label", "owner", "protects")
    @classmethod
    def _one_line(cls, text: str) -> str:
        if text and not text.isprintable():
            raise _told("cannot be used", "one line of printable text", "write it in one line")
        return text

    @field_validator("sentence")
    @classmethod
    def _says_its_bound(cls, sentence: str) -> str:
        rest = sentence.replace("{side}", "", 1).replace("{bound}", "", 1)
        if len(sentence) - len(rest) != len("{side}{bound}") or set("{}") & set(rest):
            fix = "such as: In each host women do {side} {bound} of the work."
            raise _told("does not have the blanks that are filled in", "{side} and {bound}, each once", fix)
        if len(sentence) > _LONGEST:
            raise _told(f"has {len(sentence)} characters", f"at most {_LONGEST}", "say it in a sentence")
        return sentence


def _told(what: str, expected: str, fix: str) -> PydanticCustomError:
    return PydanticCustomError("told", "{what}", {"what": what, "expected": expected, "fix": fix})
