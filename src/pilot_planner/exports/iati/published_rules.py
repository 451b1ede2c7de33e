"""The ruleset and codelists that IATI publishes, applied to any activity file; both are data, shipped as they were read.

``ruleset.json`` names, for each context, rules of a few kinds over XPath 1.0 expressions; ``coded_values.csv`` names the
codelist of each coded value. One function here for each kind. Numbers of rules are those of the published validator.

Source: IATI Rulesets (a88f835), IATI Codelists and their mapping for 2.03; versions and licences stand in NOTICE.txt there.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal

from pilot_planner.errors import Fault, Place
from pilot_planner.exports.codelists import codelists, schema_text, shipped_rows, withdrawn
from pilot_planner.exports.iati.elements import LANGUAGE

FOLDER = "iati-2.03"
_EVERY_AGENCY = "ORG-ID-PREFIX"
"""In the ruleset: the codes of all agencies that register organisations."""
_NOW = "NOW"
_HUNDREDTHS = Decimal("0.0101")
"""By how much the published validator lets percentages miss their sum."""
_MOST_OF_A_VALUE = 60
_LOOK_UP = "look the rule or the codelist up at iatistandard.org"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule has to say of one place.

    Attributes:
        rule: number of the published rule, or the name of one of ours.
        severity: ``error`` makes a file invalid; a ``warning`` is shown to publishers and does not.
        line: of the file, from 1; 0 where nothing stands that could have one.
        what: what is wrong, with the value that is there.
        expected: what the rule asks for.
    """

    rule: str
    severity: Literal["error", "warning"]
    line: int
    what: str
    expected: str

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}rule {self.rule}: {self.what} ({self.expected})"

    def fault(self, file: str) -> Fault:
        """The same as faults are told everywhere."""
        return Fault(
            Place(file, self.line or None), f"rule {self.rule}: {self.what}", self.expected, _LOOK_UP, self.severity
        )


_Breach = tuple[Any, str, str]
"""The node (an element, or a value that knows its parent), what is wrong, what was expected."""
_Case = Mapping[str, Any]


def published_findings(root: Any, today: dt.date) -> Iterator[Finding]:
    """What the published rules say of an activity file, rule by rule in the order of the ruleset, then coded values.

    Args:
        root: the element ``iati-activities``, with the lines of its file.
        today: no date that must lie in the past may be later.
    """
    for context, kinds in _ruleset().items():
        for element in root.xpath(context):
            yield from _of(element, kinds, today)
    yield from _coded(root)


def _of(element: Any, kinds: Mapping[str, Sequence[_Case]], today: dt.date) -> Iterator[Finding]:
    for kind, cases in kinds.items():
        for case in cases:
            if kind == "loop":
                yield from _each(element, case, today)
            elif "condition" not in case or element.xpath(f"boolean({case['condition']})"):
                for node, what, expected in KINDS[kind](element, case, today):
                    yield Finding(case["rule"], case["severity"], _line(node), what, expected)


def _each(element: Any, case: _Case, today: dt.date) -> Iterator[Finding]:
    """The inner rules once for each value found, which stands for ``$1`` in the parts that ``subs`` names."""
    for value in dict.fromkeys(element.xpath(case["foreach"])):
        if "'" in value:
            continue
        filled = {
            kind: [
                {key: _filled(part, value) if key in case["subs"] else part for key, part in one.items()} for one in cases
            ]
            for kind, cases in case["do"].items()
        }
        yield from _of(element, filled, today)


def _filled(part: Any, value: str) -> Any:
    return [_filled(one, value) for one in part] if isinstance(part, list) else part.replace("$1", value)


# --- one function for each kind of rule ---


def _nodes(element: Any, paths: list[str]) -> list[Any]:
    return [node for path in paths for node in element.xpath(path)]


def _says_something(node: Any) -> bool:
    """An element is there; a value is there and not blank."""
    return not isinstance(node, str) or bool(node.strip())


def _at_least_one(element: Any, case: _Case, _: dt.date) -> Iterator[_Breach]:
    if not any(_says_something(node) for node in _nodes(element, case["paths"])):
        yield element, f"{_name(element)} has no {' and no '.join(case['paths'])}", f"one of {_listed(case['paths'])}"


def _no_more_than_one(element: Any, case: _Case, _: dt.date) -> Iterator[_Breach]:
    found = _nodes(element, case["paths"])
    if len(found) > 1:
        yield found[1], f"{_name(element)} has {len(found)} of {_listed(case['paths'])}", "one at most"


def _one_or_all(element: Any, case: _Case, _: dt.date) -> Iterator[_Breach]:
    if element.xpath(case["one"]):
        return
    every = {
        "lang": (".//narrative", f"not(@*[name() = '{_XML_LANG}'])", "a language"),
        "sector": ("transaction[../transaction/sector]", "not(sector)", "a sector"),
        "currency": (".//value | .//loan-status | .//forecast", "not(@currency)", "a currency"),
    }
    path, lacks, word = every[case["all"]]
    without = [node for node in element.xpath(path) if node.xpath(lacks)]
    if without:
        lacking = f"{len(without)} of its {_name(without[0])} elements have no {word[2:]}"
        what = f"{_name(element)} has no {case['one']}, and {lacking}"
        yield without[0], what, f"{case['one']}, or {word} everywhere"


_XML_LANG = "xml:lang"


def _unique(element: Any, case: _Case, _: dt.date) -> Iterator[_Breach]:
    seen: set[str] = set()
    for node in _nodes(element, case["paths"]):
        if (value := _text(node)) in seen:
            yield node, f"{_told(value)} stands twice among {_listed(case['paths'])}", "different values"
        seen.add(value)


def _starts_with(element: Any, case: _Case, _: dt.date) -> Iterator[_Breach]:
    joined = case.get("separator", "-")
    if case["prefix"] == [_EVERY_AGENCY]:
        allowed, told = (
            set(codelists()["OrganisationRegistrationAgency"]),
            "the code of an agency that registers organisations",
        )
    else:
        allowed = {_text(node) for node in _nodes(element, case["prefix"])}
        told = " or ".join(sorted(allowed)) or _listed(case["prefix"])
    for node in _nodes(element, case["paths"]):
        value = _text(node)
        if not any(value.startswith(one + joined) and len(value) > len(one + joined) for one in allowed):
            yield node, f"{_path(node)} is {_told(value)}", f"{told}, a {joined!r}, and more"


def _matches(element: Any, case: _Case, _: dt.date) -> Iterator[_Breach]:
    for node in _nodes(element, case["paths"]):
        if not re.search(case["regex"], _text(node)):
            yield node, f"{_path(node)} is {_told(_text(node))}", f"a text that matches {case['regex']}"


def _no_spaces(element: Any, case: _Case, _: dt.date) -> Iterator[_Breach]:
    for node in _nodes(element, case["paths"]):
        raw = str(node) if isinstance(node, str) else "".join(node.itertext())
        if raw != raw.strip():
            yield node, f"{_path(node)} is {_told(raw)}", "no blank before or after it"


def _adds_up(element: Any, case: _Case, _: dt.date) -> Iterator[_Breach]:
    found = _nodes(element, case["paths"])
    total = sum((one for node in found if (one := _number(node)) is not None), Decimal(0))
    if found and abs(total - Decimal(case["sum"])) > _HUNDREDTHS:
        yield found[0], f"{_listed(case['paths'])} add up to {total}", f"{case['sum']}"


def _in_range(element: Any, case: _Case, _: dt.date) -> Iterator[_Breach]:
    for node in _nodes(element, case["paths"]):
        number = _number(node)
        if number is not None and not case["min"] <= number <= case["max"]:
            yield node, f"{_path(node)} is {_told(_text(node))}", f"{case['min']:g} to {case['max']:g}"


def _if_then(element: Any, case: _Case, _: dt.date) -> Iterator[_Breach]:
    if element.xpath(f"boolean({case['if']})") and not element.xpath(f"boolean({case['then']})"):
        nodes = _nodes(element, case["paths"])
        values = ", ".join(dict.fromkeys(_told(_text(node)) for node in nodes if isinstance(node, str)))
        what = f"in {_name(element)}, {case['if']}{f' (which is {values})' if values else ''}"
        yield (nodes[0] if nodes else element), what, case["then"]


def _in_order(element: Any, case: _Case, today: dt.date) -> Iterator[_Breach]:
    later = [today] if case["more"] == _NOW else [_day(node) for node in element.xpath(case["more"])][:1]
    told = f"today ({today})" if case["more"] == _NOW else f"{case['more']} ({_text(later[0])})" if later else ""
    earlier = element.xpath(case["less"])
    for node in earlier if case["more"] == _NOW else earlier[:1]:
        day = _day(node)
        if day is not None and later and later[0] is not None and day > later[0]:
            yield node, f"{_path(node)} is {_text(node)}", f"not after {told}"


def _not_future(element: Any, case: _Case, today: dt.date) -> Iterator[_Breach]:
    yield from _in_order(element, {"less": case["date"], "more": _NOW}, today)


def _at_most_a_year(element: Any, case: _Case, _: dt.date) -> Iterator[_Breach]:
    ends = [_day(node) for path in (case["start"], case["end"]) for node in element.xpath(path)[:1]]
    if len(ends) == 2 and ends[0] and ends[1] and ends[1] > _a_year_on(ends[0]):
        yield element, f"{_name(element)} is for {ends[0]} to {ends[1]}", "a year at most"


def _a_year_on(day: dt.date) -> dt.date:
    """The same day of the next year; of 29 February the day before 1 March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


KINDS: dict[str, Callable[[Any, _Case, dt.date], Iterator[_Breach]]] = {
    "atleast_one": _at_least_one,
    "no_more_than_one": _no_more_than_one,
    "one_or_all": _one_or_all,
    "unique": _unique,
    "startswith": _starts_with,
    "regex_matches": _matches,
    "no_spaces": _no_spaces,
    "strict_sum": _adds_up,
    "range": _in_range,
    "if_then": _if_then,
    "date_order": _in_order,
    "date_now": _not_future,
    "time_limit": _at_most_a_year,
}
"""What each kind of the ruleset means; ``loop`` repeats others."""


# --- coded values ---


def _coded(root: Any) -> Iterator[Finding]:
    for row in shipped_rows(FOLDER, "coded_values.csv"):
        head, _, last = row["path"].rpartition("/")
        path = f"{head}[{row['condition']}]/{last}" if row["condition"] else row["path"]
        codes = codelists()[row["codelist"]]
        for value in root.xpath(path):
            if value not in codes:
                yield _not_a_code(value, row["codelist"], row["rule"] or "codelists")


def _not_a_code(value: Any, codelist: str, rule: str) -> Finding:
    since = withdrawn().get((codelist, str(value)))
    if since is not None:
        day = f" on {since}" if since else ""
        what = f"{_path(value)} is {_told(value)}, which was withdrawn from the codelist {codelist}{day}"
        return Finding(rule, "warning", _line(value), what, f"an active code of {codelist}")
    what = f"{_path(value)} is {_told(value)}, which is not in the codelist {codelist}"
    return Finding(rule, "error", _line(value), what, f"a code of {codelist}")


# --- words and places ---


@cache
def _ruleset() -> dict[str, dict[str, list[dict[str, Any]]]]:
    found: dict[str, dict[str, list[dict[str, Any]]]] = json.loads(schema_text(FOLDER, "ruleset.json"))
    return found


def published_numbers() -> dict[str, str]:
    """The numbers of all rules that are applied, with their severity."""
    found: dict[str, str] = {}

    def collect(kinds: Mapping[str, Sequence[_Case]]) -> None:
        for cases in kinds.values():
            for case in cases:
                if "do" in case:
                    collect(case["do"])
                else:
                    found[case["rule"]] = case["severity"]

    for kinds in _ruleset().values():
        collect(kinds)
    return found | {row["rule"]: "error" for row in shipped_rows(FOLDER, "coded_values.csv") if row["rule"]}


def _element(node: Any) -> Any:
    return node.getparent() if isinstance(node, str) else node  # type: ignore[attr-defined]


def _line(node: Any) -> int:
    return _element(node).sourceline or 0


def _name(element: Any) -> str:
    return str(element.tag)


def _path(node: Any) -> str:
    """``budget/period-start/@iso-date``: enough to find it beside the line."""
    element = _element(node)
    parents = [one.tag for one in element.iterancestors() if one.tag not in ("iati-activities", "iati-activity")]
    steps = [*reversed(parents), element.tag]
    name = getattr(node, "attrname", None)
    shown = _XML_LANG if name == LANGUAGE else name
    return "/".join([*steps, f"@{shown}"] if shown else steps)


def _text(node: Any) -> str:
    if isinstance(node, str):
        return str(node).strip()
    return "".join(node.itertext()).strip() if hasattr(node, "itertext") else str(node)


def _told(value: str) -> str:
    return repr(value if len(value) <= _MOST_OF_A_VALUE else f"{value[:_MOST_OF_A_VALUE]}…")


def _listed(paths: list[str]) -> str:
    return ", ".join(dict.fromkeys(paths))


def _number(node: Any) -> Decimal | None:
    try:
        return Decimal(_text(node))
    except InvalidOperation:
        return None


def _day(node: Any) -> dt.date | None:
    """The day of a date or of a point in time; the schema has its own word for what is neither."""
    try:
        return dt.date.fromisoformat(_text(node)[:10])
    except ValueError:
        return None
