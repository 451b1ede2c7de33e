"""Reading inputs while noting what each figure rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container

from pilot_planner.data.estimates import Address, Estimate, worst_grade
from pilot_planner.data.inputs import Inputs
from pilot_planner.errors import Fault, InputError


class Evidence:
    """Inputs with a memory: every value that is read is noted under a topic.

    A topic is the thing that a figure is about: ``pay:MNG.construction``, ``cost:inspectors``, ``diversion``.
    """

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self._used: dict[str, dict[Address, None]] = defaultdict(dict)
        self._below: dict[Address, list[str]] = {}
        self.missing: dict[Address, Fault] = {}
        """What was needed and is not there, so that a reader can tell all of it at once."""

    def number(self, topic: str, *address: str) -> float | None:
        """The base value, None where it is unknown; noted either way if the row exists."""
        estimate = self.inputs.find(*address)
        if estimate is None:
            return None
        self._used[topic][address] = None
        return estimate.base

    def need(self, topic: str, *address: str) -> float:
        """The base value of something that the programme cannot do without; 1 where it is missing, which is noted."""
        try:
            value = self.inputs.need(*address)
        except InputError as error:
            self.missing[address] = error.faults[0]
            return 1.0
        self._used[topic][address] = None
        return value

    def ensure(self) -> None:
        """Raises InputError with everything that was needed and is not there."""
        if self.missing:
            raise InputError(self.missing.values())

    def note(self, topic: str, *address: str) -> None:
        """Note a use without reading the number."""
        if self.inputs.find(*address) is not None:
            self._used[topic][address] = None

    def below(self, *start: str) -> list[str]:
        """What follows the beginning ``start`` in addresses, in the order of the file; nothing is noted."""
        if start not in self._below:
            self._below[start] = [one[len(start)] for one in self.inputs.estimates if one[: len(start)] == start]
        return self._below[start]

    def take_over(self, other: Evidence, without: Container[str]) -> None:
        """What another one noted, but for topics of these hosts and of their placements: of the rest nothing has changed."""
        for topic, addresses in other._used.items():
            if topic.partition(":")[2].partition(".")[0] not in without:
                self._used[topic].update(addresses)

    @property
    def topics(self) -> list[str]:
        return list(self._used)

    def used(self, *topics: str) -> list[Address]:
        """Every address read under exactly these topics."""
        found: dict[Address, None] = {}
        for topic in topics:
            found.update(self._used.get(topic, {}))
        return list(found)

    def estimates_behind(self, *topics: str) -> list[Estimate]:
        """The estimates of those topics and, through formulas, everything that they are made of."""
        found: dict[Address, Estimate] = {}
        for address in self.used(*topics):
            for part in self.inputs.operands(address):
                found[part] = self.inputs.estimates[part]
        return list(found.values())

    def grade(self, *topics: str) -> str:
        """The weakest grade among the values read under those topics."""
        return worst_grade([self.inputs.estimates[address].grade for address in self.used(*topics)])
