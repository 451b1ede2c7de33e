"""What a callback may be sent: the components that it names, and of each a value of the kind that its pages send.

Whoever may open a page may send anything to its callbacks. What no page sends is refused with a reason (400) before a
callback meets it, so that a fault in the log is a fault of the planner.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash._utils import stringify_id

from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.runtime.opened_plans import WIDTHS

Shape = Any
"""A type or several, a set of texts, a range, ``[shape]`` for a list of such and ``[shape, shape]`` for one of just so many,
``{key: shape}`` for an object (keys with ``?`` may be missing or null, others than these may be there), ``{str: shape}`` for
one with any keys. A component may always be sent without a value (null)."""

NUMBER = (int, float)
DEEPEST = 40
"""Levels of lists and objects; a chart's figure, which a page sends back, has a dozen."""
MOST = 1e15
"""No number of a page is as large: a thousand times the largest amount that a design may name."""

_ASKED = {
    "search": str, "clean?": str, "left_out?": [{"name": str, "words": str}], "status": str, "messages?": [str],
    "good?": str, "before?": str, "seconds?": NUMBER,
}  # fmt: skip
_STUDY = {"key": str, "search": str}
_EFFECT = {
    "move": {"control": str, "path": str, "before": NUMBER, "after": NUMBER},
    "aim?": NUMBER, "change?": NUMBER, "hosts": [str],
}  # fmt: skip
_TEXTS = (
    ids.QUESTION, ids.VISITOR, ids.TURN, ids.TURNED, ids.DIAGNOSIS_JOB, ids.WHY_JOB, ids.WHY_STAGE,
    ids.PARTIES_JOB, ids.PARTIES_STAGE,
    ids.PROGRESS_JOB, ids.PROGRESS_STAGE, ids.PROGRESS_ANEW_JOB, ids.PROGRESS_ANEW_STAGE,
    ids.DONOR_JOB, ids.DONOR_TERMS,
    *map(ids.drawn, (ids.PLAN_CAPS, ids.PLAN_MAP, ids.PLAN_MONEY)),
)  # fmt: skip
_TYPED = (
    ids.LEVER_X, ids.LEVER_Y, *map(ids.typed, ("low", "base", "high")), ids.INPUTS_PASTE, ids.SAVE_NAME, ids.COMPARE_NAME,
    ids.COMPARE_ENTRY, ids.COMPARE_PASTE, ids.LIMIT_NAME, ids.LIMIT_SIDE, ids.LIMIT_BOUND, ids.FRONT_LEAST, ids.FRONT_MOST,
    ids.PROGRESS_PLAN, ids.PROGRESS_DAY, ids.PROGRESS_NAME, ids.PROGRESS_WAY,
    ids.INPUTS_NAME, *map(ids.party_floor, ("workers", "state", "hosts", "employers", "donors")),
)  # fmt: skip

SHAPES: Mapping[str, Shape] = {
    **{f"{one}.data": _ASKED for one in (ids.PLAN, ids.TOLD, ids.SETTLED, ids.BELOW)},
    f"{ids.FRONT}.data": {"status": str, "key?": str, "search?": str, "count?": int, "aim?": int, "elsewhere?": bool},
    f"{ids.FRONT_PICK}.value": str,
    f"{ids.WHAT_IF_JOB}.data": {"key": str, "x": str, "y?": str, "search": str},
    f"{ids.RISK_JOB}.data": _STUDY,
    f"{ids.THEME}.data": frozenset(("light", "dark")),
    f"{ids.FRONT_ORIGIN}.data": _STUDY,
    f"{ids.FRONT_MORE}.data": {"key": str, "count": int},
    f"{ids.FRONT_BRUSH}.data": {str: [[NUMBER, NUMBER]]},
    f"{ids.RANK_JOB}.data": {"key": str, "search": str, "over": bool, "worth?": bool},
    f"{ids.HINTS_JOB}.data": {"job": str, "for?": str, "effects?": [_EFFECT]},
    f"{ids.PROGRESS_UPLOADED}.data": {"token": str, "name": str},
    f"{ids.ASKED_AT}.data": NUMBER,
    f"{ids.HOW_SURE}.data": {"for": str, "html": str},
    f"{ids.INPUTS_CHOSEN}.data": {"path": str, "key": str},
    f"{ids.INPUTS_SHOWN}.data": {"search": str, "good?": str, "ranked?": str, "width": WIDTHS},
    f"{ids.LEVERS}.data": {str: [NUMBER, NUMBER]},
    f"{ids.WIDTH}.data": WIDTHS,
    f"{ids.COMPARE_SHOWN}.data": [[str, str]],
    f"{ids.SPECS}.data": [dict],
    f"{ids.DEFAULTS}.data": dict,
    f"{ids.TYPED}.data": {"name": str, "text": str},
    f"{ids.DONOR_FORMATS}.value": [str],
    f"{ids.INPUTS_GRID}.selectedRows": [{"path": str}],
    f"{ids.INPUTS_GRID}.cellValueChanged": [{"data": dict, "rowId": str, "colId": str, "value?": (str, int, float)}],
    **{f"{one}.data": str for one in _TEXTS},
    **{f"{one}.value": str for one in _TYPED},
    f"{ids.INPUTS_OPTIONS}.data": dict,
}
"""By component and property. What is not named has the shape of its property."""
OF_PROPERTY: Mapping[str, Shape] = {
    "n_clicks": int, "n_submit": int, "n_intervals": int, "n_blur": int, "modified_timestamp": NUMBER,
    "search": str, "pathname": str, "id": (str, dict), "contents": str, "filename": str,
    "opened": bool, "checked": bool,
}  # fmt: skip


def fault_of(body: Any, callbacks: Mapping[str, Any]) -> str:
    """Why no page of this server has sent this body; empty where it may have."""
    output = body.get("output") if isinstance(body, dict) else None
    # Callbacks that the browser follows alone have no function here.
    if not isinstance(output, str) or "callback" not in callbacks.get(output, {}):
        return "it asks for nothing that a page of this server asks for"
    callback = callbacks[output]
    if told := _fault_of_values(body, DEEPEST) or _fault_of_outputs(body.get("outputs"), callback["output"]):
        return told
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(one, str) and "." in one for one in changed):
        return "'changedPropIds' is no list of components with their property"
    parts = (("inputs", callback["inputs"]), ("state", callback["state"]))
    return next((told for part, named in parts if (told := _fault_of_part(part, body.get(part, []), named))), "")


def _fault_of_values(value: Any, deepest: int) -> str:
    """What no value of a page is: nested without end, or a number beyond all that is counted here."""
    if isinstance(value, float | int):
        return "" if -MOST <= value <= MOST else f"a number beyond {MOST:,.0f}"
    if isinstance(value, dict | list):
        if deepest == 0:
            return f"lists and objects more than {DEEPEST} deep"
        inner = value.values() if isinstance(value, dict) else value
        return next((told for one in inner if (told := _fault_of_values(one, deepest - 1))), "")
    return ""


def _fault_of_outputs(sent: Any, named: Any) -> str:
    several = isinstance(named, list | tuple)
    if several and (not isinstance(sent, list) or len(sent) != len(named)):
        return f"'outputs' has not the {len(named)} components of this callback"
    for one, wanted in zip(sent if several else [sent], named if several else [named], strict=True):
        name, kind = wanted.component_id_str(), wanted.component_property
        if _is_pattern(name) != isinstance(one, list):
            return f"'outputs' has {name} in another place"
        for single in one if isinstance(one, list) else [one]:
            prop = single.get("property") if isinstance(single, dict) else None
            # Of several callbacks that write to one place, all but one have a mark behind the name of its property.
            if not isinstance(prop, str) or prop.partition("@")[0] != kind or not _is_named(single.get("id"), name):
                return f"'outputs' has not {name}.{kind}"
    return ""


def _fault_of_part(part: str, sent: Any, named: Sequence[Mapping[str, Any]]) -> str:
    if not isinstance(sent, list) or len(sent) != len(named):
        return f"'{part}' has not the {len(named)} components of this callback"
    for one, wanted in zip(sent, named, strict=True):
        many = _is_pattern(wanted["id"])
        if many != isinstance(one, list):
            return f"'{part}' has {wanted['id']} in another place"
        for single in one if many else [one]:
            if told := _fault_of_one(part, single, wanted):
                return told
    return ""


def _is_pattern(name: str) -> bool:
    return name.startswith("{") and '["ALL"]' in name


def _fault_of_one(part: str, sent: Any, wanted: Mapping[str, Any]) -> str:
    name, prop = wanted["id"], wanted["property"]
    if not isinstance(sent, dict) or sent.get("property") != prop or not _is_named(sent.get("id"), name):
        return f"'{part}' has not {name}.{prop}"
    told = misfit(sent.get("value"), SHAPES.get(f"{name}.{prop}", OF_PROPERTY.get(prop, _ANYTHING)))
    return f"{name}.{prop}{told}" if told else ""


def _is_named(sent: Any, wanted: str) -> bool:
    if not wanted.startswith("{"):
        return bool(sent == wanted)
    pattern = json.loads(wanted)
    if not isinstance(sent, dict) or sent.keys() != pattern.keys():
        return False
    kinds = {key: value for key, value in pattern.items() if not isinstance(value, list)}
    plain = all(isinstance(value, str | int) for value in sent.values())
    return plain and stringify_id({key: sent[key] for key in kinds}) == stringify_id(kinds)


_ANYTHING = object


def misfit(value: Any, shape: Shape) -> str:
    """Where a value is not of a shape, and what belongs there; empty where it is."""
    if value is None or shape is _ANYTHING:
        return ""
    if isinstance(shape, frozenset):
        return "" if isinstance(value, str) and value in shape else f" is none of {', '.join(sorted(shape))}"
    if isinstance(shape, range):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return "" if whole and value in shape else f" is no whole number from {shape.start} to {shape.stop - 1}"
    if isinstance(shape, list):
        return _misfit_of_list(value, shape)
    if isinstance(shape, dict):
        return _misfit_of_object(value, shape)
    kinds = shape if isinstance(shape, tuple) else (shape,)
    if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)):
        return ""
    return f" is no {' or '.join(_WORDS[one] for one in kinds)}"


_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", dict: "object"}


def _misfit_of_list(value: Any, shape: Shape) -> str:
    if not isinstance(value, list):
        return " is no list"
    if len(shape) > 1 and len(value) != len(shape):
        return f" has not {len(shape)} entries"
    for at, one in enumerate(value):
        inner = shape[at if len(shape) > 1 else 0]
        # An end of a range may be open; no other entry of a list is nothing.
        told = " is nothing" if one is None and inner is not NUMBER else misfit(one, inner)
        if told:
            return f"[{at}]{told}"
    return ""


def _misfit_of_object(value: Any, shape: Mapping[Any, Shape]) -> str:
    if not isinstance(value, dict):
        return " is no object"
    if str in shape:
        return next((f".{key}{told}" for key, one in value.items() if (told := misfit(one, shape[str]))), "")
    for key, inner in shape.items():
        name = key.removesuffix("?")
        if name == key and value.get(name) is None:
            return f" has no {name!r}"
        if told := misfit(value.get(name), inner):
            return f".{name}{told}"
    return ""
