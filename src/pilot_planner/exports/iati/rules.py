"""Rules of our own for an activity file, beyond what IATI publishes: one small function each, with its sentence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; ``breaches`` gives, for one activity, each element that breaks it and what is wrong."""

    name: str
    sentence: str
    breaches: Callable[[Any], Iterator[tuple[Any, str]]]


RULES: list[Rule] = []
_Breaches = Callable[[Any], Iterator[tuple[Any, str]]]


def _rule(name: str, sentence: str) -> Callable[[_Breaches], _Breaches]:
    def register(breaches: _Breaches) -> _Breaches:
        RULES.append(Rule(name, sentence, breaches))
        return breaches

    return register


def _day(element: Any, path: str) -> dt.date:
    return dt.date.fromisoformat(element.find(path).get("iso-date")[:10])


@_rule("identifier-characters", "identifiers hold no blank and none of / & | ?")
def _plain_identifiers(activity: Any) -> Iterator[tuple[Any, str]]:
    found = {one.strip(): activity for one in activity.xpath("iati-identifier/text()")}
    found |= {str(one): one.getparent() for one in activity.xpath(".//@ref")}
    yield from ((element, f"{one!r}") for one, element in found.items() if re.search(r"[\s/&|?]", one))


@_rule("narrative-not-empty", "every text says something")
def _texts_say_something(activity: Any) -> Iterator[tuple[Any, str]]:
    for element in activity.xpath(".//condition | .//narrative"):
        if not "".join(element.itertext()).strip():
            yield element, f"an empty {element.tag} in {element.getparent().tag}"


@_rule("named-once", "a country, sector, tag or marker is named once")
def _named_once(activity: Any) -> Iterator[tuple[Any, str]]:
    seen = set()
    for one in activity.xpath("recipient-country | sector | tag | policy-marker"):
        key = (one.tag, one.get("vocabulary"), one.get("code"))
        if key in seen:
            yield one, f"{one.tag} {one.get('code')} stands twice"
        seen.add(key)


@_rule("budgets-apart", "budgets of one kind do not overlap")
def _budgets_apart(activity: Any) -> Iterator[tuple[Any, str]]:
    found = sorted(
        (
            (one.get("type", "1"), one.get("status", "1"), _day(one, "period-start"), _day(one, "period-end"), place, one)
            for place, one in enumerate(activity.findall("budget"))
        ),
        key=lambda span: span[:5],
    )
    for before, after in pairwise(found):
        if before[:2] == after[:2] and after[2] <= before[3]:
            yield after[5], f"one ends {before[3]}, the next starts {after[2]}"
