"""What a design loosens against the reference design, in words, with the ILO indicators that lose a safeguard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pilot_planner.data.inputs import Inputs
from pilot_planner.data.locations import shipped
from pilot_planner.data.wording import listed
from pilot_planner.design.loading import load_design
from pilot_planner.design.rights import Loosened, Safeguard, held_against, safeguards
from pilot_planner.design.schema import Design
from pilot_planner.text.labels import inline
from pilot_planner.text.names import Names, host_names, sector_names
from pilot_planner.text.number_format import percent

_SIDES = {"more": "at least ", "less": "at most "}


@dataclass(frozen=True, slots=True)
class LoosenedSafeguard:
    """A safeguard that the design holds more loosely than the reference design.

    Attributes:
        setting: the path of the setting.
        label: what it is, for people.
        reference, own: how the two designs hold it, in words.
        indicators: ILO indicators of forced labour that it answers, as ``7 Retention of identity documents``.
    """

    setting: str
    label: str
    reference: str
    own: str
    indicators: tuple[str, ...]

    @property
    def sentence(self) -> str:
        if not self.indicators:
            return f"{self.label}: {self.own} instead of {self.reference}."
        word = "Indicators" if len(self.indicators) > 1 else "Indicator"
        loses = f"{word} of forced labour (ILO) that {'lose' if len(self.indicators) > 1 else 'loses'} a safeguard"
        return f"{self.label}: {self.own} instead of {self.reference}. {loses}: {listed(self.indicators)}."


@cache
def reference_design() -> Design:
    """The design that ``models/rights`` names as the reference, as shipped."""
    return load_design(shipped("models") / f"{safeguards().reference}.toml")


def loosened_safeguards(design: Design, inputs: Inputs) -> tuple[LoosenedSafeguard, ...]:
    """Everything that ``design`` loosens against the reference design; nothing for a design as strict or stricter."""
    return tuple(one for one, looser in every_safeguard(design, inputs) if looser)


def every_safeguard(design: Design, inputs: Inputs) -> tuple[tuple[LoosenedSafeguard, bool], ...]:
    """Every safeguard as both designs hold it, and whether ``design`` loosens it."""
    rows = inputs.tables.get("facts/ilo_indicators.csv", ())
    names = {row["indicator_no"]: f"{row['indicator_no']} {row.text('ilo_indicator')}" for row in rows}
    called = {**host_names(inputs), **{name: inline(words) for name, words in sector_names(inputs).items()}}
    compared = held_against(design, reference_design())
    return tuple((_in_words(one, names, called, looser), looser) for one, looser in compared)


def headline(found: Iterable[LoosenedSafeguard]) -> str:
    """What stands above the list; empty where nothing is loosened."""
    count = len(tuple(found))
    if not count:
        return ""
    many = f"{count} safeguards" if count > 1 else "1 safeguard"
    return f"This design protects workers less than the reference design '{safeguards().reference}': {many} loosened."


def _in_words(one: Loosened, names: dict[Any, str], called: Names, looser: bool) -> LoosenedSafeguard:
    safeguard = one.safeguard
    indicators = tuple(names.get(number, str(number)) for number in safeguard.indicators)
    reference, own = (_shown(safeguard, value) for value in (one.reference, one.own))
    if safeguard.stricter in ("more of", "fewer of"):
        reference, own = _difference(one, called, looser)
    return LoosenedSafeguard(safeguard.setting, safeguard.label, reference, own, indicators)


def _difference(one: Loosened, called: Names, looser: bool) -> tuple[str, str]:
    """Lists, with what a looser design leaves out, or adds."""

    def plain(names: Iterable[str]) -> str:
        # Names may hold an "and" of their own.
        return ", ".join(called.get(name, name.replace("_", " ")) for name in names) or "none"

    if not looser:
        return plain(one.reference), plain(one.own)
    own, reference = set(one.own), set(one.reference)
    if one.safeguard.stricter == "more of":
        return plain(one.reference), f"{plain(one.own)} (without {plain(sorted(reference - own))})"
    return plain(one.reference), f"{plain(one.own)} (with {plain(sorted(own - reference))})"


def _shown(safeguard: Safeguard, value: Any) -> str:
    if value is None:
        return "no bound"
    if isinstance(value, bool):
        return "required" if value else "not required"
    if not isinstance(value, int | float):
        return str(value)
    side = _SIDES.get(str(safeguard.stricter), "")
    match safeguard.unit:
        case "share":
            return f"{side}{percent(value)}"
        case "" | "ratio" | "score" | "tier":
            return f"{side}{value:g}"
        case unit:
            return f"{side}{value:,.6g} {unit}"
