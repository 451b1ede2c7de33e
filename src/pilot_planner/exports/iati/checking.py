"""Whether a file is IATI: the official schema first, then the published rules beyond it. Nothing is fetched."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Any

from lxml import etree

from pilot_planner.errors import PilotPlannerError
from pilot_planner.exports.iati.rules import RULES

_SCHEMAS = ("exports", "schemas", "iati-2.03")
_SCHEMA = "iati-activities-schema.xsd"
_MOST_SHOWN = 5


def check(raw: bytes, terms_file: str = "terms") -> None:
    """Raises PilotPlannerError with what the file breaks, each by the name of its rule."""
    root = etree.fromstring(raw, _parser())
    if root.getroottree().docinfo.doctype:
        raise PilotPlannerError(_told("may not declare a document type", ["it has one"], terms_file))
    schema = official_schema()
    if not schema.validate(root):
        errors = [f"line {error.line}: {error.message}" for error in schema.error_log]
        raise PilotPlannerError(_told("breaks the IATI 2.03 schema", errors, terms_file))
    broken = [
        f"rule {rule.number} ({rule.sentence}): {detail}" for rule in RULES for one in root for detail in _details(rule, one)
    ]
    if broken:
        raise PilotPlannerError(_told("breaks rules of the IATI standard", broken, terms_file))


def _details(rule: Any, activity: Any) -> list[str]:
    return list(rule.breaches(activity)) if activity.tag == "iati-activity" else []


@cache
def official_schema() -> Any:
    """The schema of IATI 2.03 for activities, from this package."""
    with as_file(files("pilot_planner").joinpath(*_SCHEMAS)) as folder:
        return etree.XMLSchema(etree.parse(str(folder / _SCHEMA), _parser()))


def _parser() -> Any:
    return etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)


def _told(what: str, details: list[str], terms_file: str) -> str:
    shown = "; ".join(details[:_MOST_SHOWN])
    more = f"; and {len(details) - _MOST_SHOWN} more" if len(details) > _MOST_SHOWN else ""
    return f"activity.xml {what}: {shown}{more}. Nothing was written; correct the values in {terms_file}"
