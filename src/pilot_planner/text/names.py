"""Names that people read: of hosts, sectors, levels, metrics and dotted paths."""

from __future__ import annotations

from collections.abc import Mapping

from pilot_planner.data.estimates import ADDRESS_COLUMNS
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.wording import sentence_case
from pilot_planner.design.schema import Design
from pilot_planner.programme.limits import find_limit
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS
from pilot_planner.text.labels import listed

Names = Mapping[str, str]
"""By code: ISO3 of hosts, ids of sectors."""

FLOOR_OF_PARTY = "parties.floors."
_PARTIES = {"state": "the state", "hosts": "host governments"}
"""Parties whose key is not how they are named in a sentence."""
_FLOORS = {
    "tip_tier": "trafficking-in-persons tier",
    "agency_office": "office of the agency",
}
"""Rights floors whose key does not read as words."""
LOWEST_BALANCE = "lowest_balance"
UNITS = {LOWEST_BALANCE: "USD", "chance_as_signed": "share", "chance_as_run": "share"}
LABELS = {
    LOWEST_BALANCE: "Lowest balance of funds",
    "chance_as_signed": "Chance as signed",
    "chance_as_run": "Chance as run",
}
for _figures in (METRICS, RATIOS):
    UNITS |= {name: one.unit for name, one in _figures.items()}
    LABELS |= {name: one.label for name, one in _figures.items()}
"""Of every metric and ratio, and of the figure that only draws have."""


def host_names(inputs: Inputs) -> dict[str, str]:
    """Every candidate host by its ISO3 code."""
    return {row.text("iso3"): row.text("name") for row in inputs.rows("lists/hosts.csv")}


def sector_names(inputs: Inputs) -> dict[str, str]:
    """Every sector by its id."""
    return {row.text("sector"): row.text("name") for row in inputs.rows("lists/sectors.csv")}


def names_of_codes(inputs: Inputs) -> dict[str, str]:
    """Hosts and sectors by code, and the general reading that stands for all hosts."""
    lower = {code: name.lower() for code, name in sector_names(inputs).items()}
    return {**host_names(inputs), **lower, "WLD": "all hosts"}


def hosts_in_words(codes: str, names: Names, joint: str = ", ") -> str:
    """``KAZ+MNG`` as ``Kazakhstan, Mongolia``; a joint of ``and`` makes it a phrase."""
    found = [names.get(code, code) for code in codes.split("+") if code]
    return (listed(found) if joint == "and" else joint.join(found)) or "no host"


def place_in_words(scope: str, names: Names) -> str:
    """``MNG.construction`` as ``Mongolia, construction``; the whole programme has no name."""
    if scope in ("", "programme"):
        return ""
    host, _, sector = scope.partition(".")
    parts = [names.get(host, host), names.get(sector, sector.replace("_", " ")).lower() if sector else ""]
    return ", ".join(part for part in parts if part)


def metric_label(name: str) -> str:
    """Of a metric, a ratio or a figure of risk; a name that is none of them with blanks."""
    return LABELS.get(name, sentence_case(name.replace("_", " ")))


def floor_label(floor: str) -> str:
    """A rights floor in a sentence: ``tip_tier`` is ``trafficking-in-persons tier``."""
    return _FLOORS.get(floor, floor.replace("_", " "))


def metric_unit(name: str) -> str:
    """Its unit; empty where it is not known."""
    return UNITS.get(name, "")


def better(name: str) -> str | None:
    """The good direction, ``min`` or ``max``; None where it depends on who asks."""
    return METRICS[name].better if name in METRICS else None


def direction(sense: str | None) -> str:
    """What an axis title says of its good direction."""
    return {"min": "less is better", "max": "more is better"}.get(sense or "", "")


def path_label(path: str, names: Names, design: Design | None = None) -> str:
    """A dotted path of a setting in words: ``Market wage, Mongolia, construction``; ``Operating cost, at most``.

    ``design`` knows its own limits by their labels; without it they are told by their keys.
    """
    parts = path.split(".")
    if parts[0] == "limits" and len(parts) >= 2:
        limit = find_limit(parts[1], design)
        label = limit.label if limit is not None else metric_label(parts[1])
        side = {"min": "at least", "max": "at most"}.get(parts[-1], "")
        return label if not side or side in label.lower() else f"{label}, {side}"
    if parts[0] == "inputs":
        parts = parts[2:] if len(parts) > 2 else parts[1:]
        keys = [names[part] for part in parts if part in names]
        rest = [part for part in parts if part not in names]
        bound = {"low": "low", "high": "high"}.get(rest[-1], "") if rest else ""
        words = " ".join(part.replace("_", " ") for part in rest if part not in ("base", "low", "high"))
        return ", ".join(part for part in (sentence_case(words), *keys, bound) if part)
    if path.startswith(FLOOR_OF_PARTY):
        return f"Floor of {_PARTIES.get(parts[-1], parts[-1])}"
    rest = parts[1:] or parts
    keys = [names[part] for part in rest if part in names]
    words = " ".join(part for part in rest if part not in names).replace("_", " ")
    return ", ".join([sentence_case(words), *keys])


def family_label(family: str, names: Names) -> str:
    """A family of inputs, a factor or an event: ``fee_waiver_refused.MNG`` is ``Fee waiver refused, Mongolia``."""
    kind, _, what = family.partition(".")
    match kind:
        case "wages":
            return f"What employers pay in {names.get(what, what)}"
        case "staff_costs":
            return "What staff cost"
        case "deflators":
            return f"Prices of {what}"
        case "oversight":
            return f"{what.replace('_', ' ').capitalize()} at all oversight levels"
        case "minimum_wage" | "exchange_rate" | "inflation":
            return f"{kind.replace('_', ' ').capitalize()} of {names.get(what, what)}"
        case _ if kind in ADDRESS_COLUMNS:
            return path_label(f"inputs.{family}", names)
        case _:
            event = kind.replace("_", " ").capitalize()
            return f"{event}, {names.get(what, what)}" if what else event


_UNIT_WORDS = {
    "boolean": "1 yes, 0 no",
    "index_0_100": "of 100 points",
    "score_0_1": "score, 0 to 1",
    "month_of_year": "month of the year",
}
"""Units whose names are those of a data format and not of people."""


def unit_in_words(unit: str) -> str:
    """A unit of the inputs as a page shows it."""
    return _UNIT_WORDS.get(unit, unit.replace("_", " "))


def path_unit(path: str, inputs: Inputs | None = None, design: Design | None = None) -> str:
    """Unit of the values of a path; empty where it has none or it is not known."""
    parts = path.split(".")
    if parts[0] == "limits" and len(parts) >= 2:
        limit = find_limit(parts[1], design)
        return limit.unit if limit is not None else metric_unit(parts[1])
    if path.startswith(FLOOR_OF_PARTY):
        return "USD"
    if parts[0] == "inputs" and inputs is not None:
        address = tuple(part for part in parts[1:] if part not in ("base", "low", "high"))
        estimate = inputs.find(*address)
        return estimate.unit if estimate is not None else ""
    return ""


__all__ = [
    "METRICS",
    "RATIOS",
    "Names",
    "better",
    "direction",
    "floor_label",
    "host_names",
    "hosts_in_words",
    "metric_label",
    "metric_unit",
    "path_label",
    "path_unit",
    "place_in_words",
    "sector_names",
    "unit_in_words",
]
