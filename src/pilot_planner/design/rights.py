"""What law sets, and what a design loosens against the reference design. Both are data (``models/rights``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from pilot_planner.data.locations import shipped
from pilot_planner.data.units import how_to_write
from pilot_planner.data.wording import listed
from pilot_planner.design.schema import Design, LimitBounds
from pilot_planner.errors import Fault, Place

FOLDER = "rights"
_LIMITS = "limits"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Data):
    """A bound that law sets on one setting: ``article`` says where, ``says`` what, ``number`` whose number it is."""

    setting: str
    unit: str
    article: str
    says: str
    number: str
    at_most: float | None = None
    at_least: float | None = None
    contains: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """The bound with its article, in words."""
        if self.contains:
            bound = f"{listed(self.contains)} among them"
        else:
            bound = f"at least {self.at_least:g}" if self.at_least is not None else f"at most {self.at_most:g}"
        return f"{bound} ({self.article}: {self.says})"

    @property
    def bound(self) -> float | None:
        return self.at_most if self.at_least is None else self.at_least

    def broken_by(self, value: Any) -> bool:
        """Whether a value goes beyond the bound; False for what is no value of this setting at all."""
        if self.contains:
            return isinstance(value, list | tuple) and not set(self.contains) <= {one for one in value if _is_text(one)}
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (self.at_most is not None and value > self.at_most) or (self.at_least is not None and value < self.at_least)


class Safeguard(_Data):
    """A setting that protects: which way it is stricter, and the ILO indicators that it answers, by number.

    ``stricter``: ``more`` or ``less`` of a number, ``yes``, ``more of`` or ``fewer of`` a list, or words from the strictest.
    """

    setting: str
    stricter: Literal["more", "less", "yes", "more of", "fewer of"] | tuple[str, ...]
    label: str
    unit: str
    indicators: tuple[int, ...]


class _Law(_Data):
    rule: tuple[Rule, ...]


class _Safeguards(_Data):
    reference: str
    source_id: str
    grade: str
    safeguard: tuple[Safeguard, ...]


@dataclass(frozen=True, slots=True)
class Loosened:
    """A setting in which a design protects less than the reference design. None: the bound is not set at all."""

    safeguard: Safeguard
    reference: Any
    own: Any


@cache
def law() -> tuple[Rule, ...]:
    """Every bound that law sets."""
    return _Law.model_validate(_read("law.toml")).rule


@cache
def safeguards() -> _Safeguards:
    """Every safeguard, and which design is the reference."""
    return _Safeguards.model_validate(_read("safeguards.toml"))


def _read(name: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads((shipped("models") / FOLDER / name).read_text(encoding="utf-8"))


def beyond_law(tree: Mapping[str, Any], place: Callable[[Sequence[str]], Place]) -> list[Fault]:
    """Every setting of a design (as plain values) that goes beyond what law sets, at ``place`` of its path."""
    faults = []
    for rule in law():
        path = rule.setting.split(".")
        value = value_at(tree, path)
        if not rule.broken_by(value):
            continue
        if rule.contains:
            left_out = [one for one in rule.contains if one not in value]
            what = f"{rule.setting} leaves out {listed(left_out)}"
            fix = f"add {listed(left_out)}: no design can set away what law sets"
        else:
            what = f"{rule.setting} = {value:g} is out of bounds"
            side = "more" if rule.at_least is not None else "less"
            fix = f"set {rule.bound:g} or {side}: no design can set away what law sets"
            if rule.unit == "share" and value > 1.0:
                fix = f"{how_to_write(value, 1.0)}; {fix}"
        faults.append(Fault(place(path), what, rule.expected, fix))
    return faults


def held_to_law(design: Design) -> Design:
    """The design with the bounds of law where it sets none of its own."""
    limits = dict(design.limits)
    for rule in law():
        table, key, side = [*rule.setting.split("."), "", ""][:3]
        if table != _LIMITS or getattr(design.bounds(key), side) is not None:
            continue
        limits[key] = LimitBounds.model_validate({**design.bounds(key).model_dump(), side: rule.bound})
    return design if limits == design.limits else design.model_copy(update={"limits": limits})


def loosened(design: Design, reference: Design) -> Iterator[Loosened]:
    """Every safeguard that ``design`` holds more loosely than ``reference``, in the order of the data."""
    return (one for one, looser in held_against(design, reference) if looser)


def held_against(design: Design, reference: Design) -> Iterator[tuple[Loosened, bool]]:
    """Every safeguard with its value in both designs, and whether ``design`` holds it more loosely."""
    own, other = design.model_dump(), reference.model_dump()
    for one in safeguards().safeguard:
        path = one.setting.split(".")
        mine, theirs = value_at(own, path), value_at(other, path)
        yield Loosened(one, theirs, mine), _looser(one, mine, theirs)


def _looser(one: Safeguard, own: Any, reference: Any) -> bool:
    if reference is None or own == reference:
        return False
    if own is None:
        return True
    match one.stricter:
        case "more":
            return bool(own < reference)
        case "less":
            return bool(own > reference)
        case "yes":
            return bool(reference and not own)
        case "more of":
            return not set(reference) <= set(own)
        case "fewer of":
            return not set(own) <= set(reference)
        case order:
            return order.index(own) > order.index(reference)


def value_at(tree: Any, path: Sequence[str]) -> Any:
    """The value at a dotted path of plain values; None where there is none."""
    for part in path:
        tree = tree.get(part) if isinstance(tree, Mapping) else None
    return tree


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
