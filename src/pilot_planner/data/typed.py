"""Numbers as people type and paste them into boxes: with thousands separators, as pages show them, and never guessed.

Files are read more strictly (``reading``): there a separator is a fault, since nobody looks at the cell while it is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pilot_planner.data.reading import NUMBER, Problem, number_typed

_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2019": "'"})
_BLANKS = re.compile(r"[\s\u00a0\u2009\u202f]+")
_GROUPED = re.compile(r"([+-]?)([1-9]\d{0,2})([,' ])(\d{3}(?:\3\d{3})*)(\.\d*)?", re.ASCII)
"""Groups of three digits after one to three, one separator throughout; decimals after a point."""
_ONE_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
_DIGITS_AND_SIGNS = re.compile(r"[+-]?[\d.,' ]*\d[\d.,' ]*", re.ASCII)
_FACE = re.compile(r"^(?:≥|≤|<=|>=|at least|at most)\s*", re.IGNORECASE)
_LONGEST_SHOWN = 40


def typed_number(text: str, units: Mapping[str, float] | None = None) -> tuple[float | None, Problem | None]:
    """A typed or pasted number: the number, or what is wrong, what was expected and the cure; never both.

    ``8,400,000``, ``8 400 000`` and ``8400000`` are one number. ``0,25`` is refused, since it may be meant as 0.25 or as a
    slip for 025. ``units`` are units that may stand behind the number, each with the factor by which it is multiplied;
    a sign such as ``≤`` may stand before it, as beside controls.
    """
    plain = _FACE.sub("", _BLANKS.sub(" ", text.translate(_SIGNS)).strip())
    bare, factor = _without_unit(plain, units or {})
    grouped = _GROUPED.fullmatch(bare)
    if grouped is not None:
        sign, first, separator, rest, decimals = grouped.groups()
        bare = f"{sign}{first}{rest.replace(separator, '')}{decimals or ''}"
    elif _DIGITS_AND_SIGNS.fullmatch(bare) and not NUMBER.match(bare):
        shown = bare if len(bare) <= _LONGEST_SHOWN else f"{bare[: _LONGEST_SHOWN - 3]}..."
        return None, (f"{shown!r} could be read in more than one way", "a number", _cure(bare))
    value, problem = number_typed(bare)
    return (None if value is None else value * factor), problem


def in_words(problem: Problem) -> str:
    """What is wrong with what was typed, as it stands under the box."""
    what, _, cure = problem
    return f"{what[:1].upper()}{what[1:]}: {cure}."


def _without_unit(text: str, units: Mapping[str, float]) -> tuple[str, float]:
    for unit, factor in sorted(units.items(), key=lambda one: -len(one[0])):
        if unit and text.casefold().endswith(unit.casefold()):
            return text[: -len(unit)].strip(), factor
    return text, 1.0


def _cure(bare: str) -> str:
    if _ONE_COMMA.fullmatch(bare):
        return f"decimals begin with a point and a comma only separates thousands, so write {bare.replace(',', '.')}"
    return "decimals begin with a point, and commas separate groups of three digits, as in 8,400,000.50"


_BETWEEN_GROUPS = ",.' \u00a0\u202f"
_GROUPED_ANYHOW = re.compile(rf"[+-]?\d{{1,3}}([{_BETWEEN_GROUPS}])\d{{3}}(?:\1\d{{3}})*(?:[.,]\d+)?")


def ungrouped(text: str) -> str | None:
    """How to write a number that has thousands separators; None for other texts. ``8.000`` is eight and not one of them."""
    found = _GROUPED_ANYHOW.fullmatch(text.strip())
    if found is None or (found[1] == "." and text.count(".") == 1):
        return None
    whole = re.sub(r"[.,]\d{1,2}$", "", text.strip())
    digits = re.sub(r"[^\d+-]", "", whole)
    grouped = f"{int(digits):_}"
    return f"write {digits}" + (f" or {grouped}" if grouped != digits else "")
