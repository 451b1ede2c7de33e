"""Whether a file is IATI: the official schema first, then the published rules, then our own. Nothing is fetched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from lxml import etree

from pilot_planner.errors import Fault, InputError, PilotPlannerError, Place
from pilot_planner.exports.codelists import codelists
from pilot_planner.exports.iati.published_rules import Finding, published_findings, published_numbers
from pilot_planner.exports.iati.rules import RULES
from pilot_planner.text.labels import counted

_SCHEMAS = ("exports", "schemas", "iati-2.03")
_SCHEMA = "iati-activities-schema.xsd"
_VERSION = "2.03"
_MOST_SHOWN = 5
_MOST_BYTES = 40 * 2**20
"""The registry of IATI takes files of 40 MB."""


def check(raw: bytes, terms_file: str = "terms") -> None:
    """Raises PilotPlannerError with what a file of ours breaks, each by its rule; warnings do not stop it."""
    root = _parsed(raw, "activity.xml")
    made = dt.date.fromisoformat(root.get("generated-datetime")[:10])
    errors = [str(one) for one in findings(root, made) if one.severity == "error"]
    if errors:
        shown = "; ".join(errors[:_MOST_SHOWN])
        more = f"; and {len(errors) - _MOST_SHOWN} more" if len(errors) > _MOST_SHOWN else ""
        raise PilotPlannerError(
            f"activity.xml breaks the IATI {_VERSION} standard: {shown}{more}. Nothing was written; "
            f"correct the values in {terms_file}"
        )


def check_file(path: Path, today: dt.date) -> list[Finding]:
    """Everything that the schema, the published rules and our own have to say of any activity file, in order of its lines.

    Raises InputError where the file cannot be read, is no XML, or is no IATI activity file of version 2.03.
    """
    expected = f"an IATI {_VERSION} activity file"
    try:
        if path.stat().st_size > _MOST_BYTES:
            what = f"is larger than {_MOST_BYTES // 2**20} MB"
            raise InputError([Fault(Place(str(path)), what, "what the registry of IATI takes", "publish it in parts")])
        root = _parsed(path.read_bytes(), str(path))
    except OSError as error:
        fix = "check the name and its permissions"
        raise InputError([Fault(Place(str(path)), f"cannot be read ({error.strerror})", expected, fix)]) from None
    except etree.XMLSyntaxError as error:
        place = Place(str(path), error.lineno)
        raise InputError(
            [Fault(place, f"is no well-formed XML: {error.msg}", expected, "mend it in an XML editor")]
        ) from None
    if root.tag != "iati-activities" or root.get("version") != _VERSION:
        version = f" of version {root.get('version')}" if root.get("version") else ""
        fix = f"only activity files of version {_VERSION} can be checked here"
        raise InputError([Fault(Place(str(path)), f"holds {root.tag}{version}", expected, fix)])
    return sorted(findings(root, today), key=lambda one: (one.line, one.severity != "error"))


def checked_in_words(file: str, errors: int, warnings: int) -> str:
    """What was held against what, and what was found; what cannot be known without a network is said."""
    rules = len(published_numbers())
    return (
        f"{file}: {counted(errors, 'error')} and {counted(warnings, 'warning')} by the schema of IATI {_VERSION}, "
        f"{rules} published rules, {len(codelists())} codelists and {counted(len(RULES), 'rule')} of our own. "
        "Nothing was fetched: which publishers are registered is not known here."
    )


def findings(root: Any, today: dt.date) -> list[Finding]:
    """What the schema finds; where it finds nothing, what the published rules and our own find."""
    schema = official_schema()
    if not schema.validate(root):
        return [Finding("schema", "error", one.line, one.message, f"the IATI {_VERSION} schema") for one in schema.error_log]
    return [*published_findings(root, today), *_own(root.iterfind("iati-activity"))]


def _own(activities: Iterable[Any]) -> Iterator[Finding]:
    for activity in activities:
        for rule in RULES:
            for element, what in rule.breaches(activity):
                yield Finding(rule.name, "error", element.sourceline or 0, what, rule.sentence)


@cache
def official_schema() -> Any:
    """The schema of IATI 2.03 for activities, from this package."""
    with as_file(files("pilot_planner").joinpath(*_SCHEMAS)) as folder:
        return etree.XMLSchema(etree.parse(str(folder / _SCHEMA), _parser()))


def _parsed(raw: bytes, file: str) -> Any:
    root = etree.fromstring(raw, _parser())
    if root.getroottree().docinfo.doctype:
        what, expected = "declares a document type", "an activity file, which may not declare a document type"
        raise InputError([Fault(Place(file), what, expected, "take the line with DOCTYPE out")])
    return root


def _parser() -> Any:
    return etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
