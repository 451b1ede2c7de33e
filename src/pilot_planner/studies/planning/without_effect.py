"""Inputs that somebody set and on which no figure of a plan rests: told, so that "no difference" is not taken for an answer.

Found by what the case reads (``Evidence``) and by the formulas behind it, not by a list.
"""

from __future__ import annotations

from collections.abc import Iterable

from pilot_planner.case.case import Case
from pilot_planner.data.edits import without_bound
from pilot_planner.data.estimates import Address
from pilot_planner.data.inputs import Inputs

_READ_APART_HERE = ("tax_use_", "verifiable_")
"""Indicators that are read without a note: what released tax is spent on."""
_READ_APART = (
    "deflators",
    "events",
    "studies",
    "in_kind_baskets",
    "precedents",
    "seed_facts",
    "status_quo",
    "funding_pledges",
)
"""Tables that are read without a note: prices, baskets, and what stands beside a plan."""


def addresses_read(case: Case) -> set[Address]:
    """Every address that the case reads, for any host, and everything that those are made of."""
    found: set[Address] = set()
    for address in case.evidence.used(*case.evidence.topics):
        found |= {address} if address in found else set(case.inputs.operands(address))
    return found


def without_effect(case: Case, paths: Iterable[str] | None = None) -> tuple[str, ...]:
    """Paths of inputs (none: those set on top of the files) on which no figure of any plan of this case rests."""
    if paths is None:
        paths = {".".join(address): None for address, _ in case.inputs.changes}
    asked = dict.fromkeys(map(_plain, paths))
    if not asked:
        return ()
    read = addresses_read(case)
    return tuple(path for path in asked if not _reaches(path, read, case.inputs))


def sentence(paths: Iterable[str]) -> str:
    """In words; empty where every input that was set has an effect."""
    names = [f"inputs.{path}" for path in paths]
    return f"No figure of this plan rests on {' or '.join(names)}." if names else ""


def of_settings(settings: Iterable[str]) -> list[str]:
    """The paths of the estimates among settings, without ``inputs.`` in front and without a bound at the end."""
    return [_plain(path.removeprefix("inputs.")) for path in settings if path.startswith("inputs.")]


def _plain(path: str) -> str:
    return without_bound(path)[0]


def _reaches(path: str, read: set[Address], inputs: Inputs) -> bool:
    address = tuple(path.split("."))
    if address[0] in _READ_APART or address[-1].startswith(_READ_APART_HERE) or address not in inputs.estimates:
        return True
    return address in read
