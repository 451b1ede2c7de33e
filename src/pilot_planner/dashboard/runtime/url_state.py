"""What a visitor asks: a design, with settings on top. The address of a page carries it, so that a link is a plan.

``?model=one_host&limits.operating_cost.max=8000000&inputs.placements.MNG.construction.market_wage=650``: each
parameter but those below is a setting, written as ``--set`` takes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pilot_planner.design.loading import parse_setting
from pilot_planner.design.schema import Design
from pilot_planner.design.writing import written as written
from pilot_planner.errors import Fault, InputError, Place

MODEL = "model"
SCENARIO = "scenario"
"""The name that a visitor gave to edits of inputs; it changes no number."""
OF_INPUTS = "inputs."

LONGEST_ADDRESS = 16_000
MOST_SETTINGS = 300
_LONGEST_NAME = 80
FROM = "from"
"""The search of the question whose trade-offs a plan was opened from."""
PIN, PINNED = "pin", "pinned"
"""The search of the plan that figures are compared with, and its name."""
_PAGE_PARAMETERS = {"open", "with", "points", "q", "x", "y", FROM, PIN, PINNED}
"""Parameters that a page keeps for itself; they ask for nothing else to be planned."""


@dataclass(frozen=True)
class Question:
    """A design by name, settings by dotted path, and the name of the scenario of edits, if any."""

    model: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    scenario: str = ""

    @property
    def key(self) -> str:
        """The same for questions with the same answer."""
        text = json.dumps([self.model, sorted((path, written(value)) for path, value in self.settings.items())])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def search(self) -> str:
        """The query part of an address, ``?`` included; empty where nothing differs from the first design."""
        pairs = [(MODEL, self.model)] if self.model else []
        pairs += [(path, written(value)) for path, value in sorted(self.settings.items())]
        if self.scenario:
            pairs.append((SCENARIO, self.scenario))
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def pairs(self) -> tuple[str, ...]:
        """Every setting as ``--set`` takes it."""
        return tuple(f"{path}={written(value)}" for path, value in sorted(self.settings.items()))

    @property
    def edits(self) -> dict[str, Any]:
        """Settings of inputs, by their path in the inputs."""
        return {path.removeprefix(OF_INPUTS): value for path, value in self.settings.items() if path.startswith(OF_INPUTS)}

    def with_settings(self, changes: Mapping[str, Any]) -> Question:
        """The same with other settings on top; None as a value takes a setting away."""
        merged = {**self.settings, **changes}
        return Question(self.model, {path: value for path, value in merged.items() if value is not None}, self.scenario)


def read_address(search: str | None, models: Collection[str], first: str) -> Question:
    """The question that an address asks. Raises InputError with every parameter that cannot be read.

    What is no setting by its name, such as what mail programs add to links, asks for nothing; see ``foreign``.

    ``models`` are the designs that may be named: never a path, since addresses come from anybody.
    """
    text = (search or "").removeprefix("?")
    if len(text) > LONGEST_ADDRESS:
        raise InputError([_fault("address", f"has {len(text):,} characters", f"at most {LONGEST_ADDRESS:,}")])
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_SETTINGS)
    except ValueError:
        raise InputError([_fault("address", "has too many parameters", f"at most {MOST_SETTINGS}")]) from None
    model, scenario = first, ""
    settings: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in pairs:
        if name == MODEL:
            model = value
            if value not in models:
                faults.append(_fault(MODEL, f"{value[:_LONGEST_NAME]!r} is not a design", ", ".join(sorted(models))))
        elif name == SCENARIO:
            scenario = "".join(sign for sign in value if sign.isprintable())[:_LONGEST_NAME]
        elif name not in _PAGE_PARAMETERS and _is_setting(name):
            try:
                path, found = parse_setting(f"{name}={value}")
                settings[path] = found
            except InputError as error:
                faults += error.faults
    if faults:
        raise InputError(faults)
    return Question(model, settings, scenario)


def foreign(search: str | None) -> list[tuple[str, str]]:
    """Parameters of an address that are neither a setting nor a page's own, with what they say."""
    text = (search or "").removeprefix("?")
    known = {MODEL, SCENARIO, *_PAGE_PARAMETERS}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_SETTINGS)
    except ValueError:
        return []
    return [(name, value) for name, value in pairs if name not in known and not _is_setting(name)]


def _is_setting(name: str) -> bool:
    """Whether a parameter is meant as a setting: its first word is a section of designs, or of the inputs."""
    first = name.partition(".")[0]
    return first in Design.model_fields or f"{first}." == OF_INPUTS


def page_values(search: str | None, name: str) -> list[str]:
    """What an address says of one parameter of a page; empty where it says nothing or cannot be read."""
    text = (search or "").removeprefix("?")
    if len(text) > LONGEST_ADDRESS:
        return []
    try:
        pairs = parse_qsl(text, max_num_fields=MOST_SETTINGS)
    except ValueError:
        return []
    return [value for key, value in pairs if key == name]


def with_page_values(search: str | None, name: str, values: Collection[str]) -> str:
    """An address with other values of one parameter of a page; everything else stays."""
    text = (search or "").removeprefix("?")
    pairs = [pair for pair in parse_qsl(text, keep_blank_values=True) if pair[0] != name]
    pairs += [(name, value) for value in values]
    return f"?{urlencode(pairs)}" if pairs else ""


def _fault(place: str, what: str, expected: str) -> Fault:
    return Fault(Place(place), what, expected, "follow a link that the dashboard made, or start anew from its first page")
