"""Every id of a component that a callback names, in one place."""

from __future__ import annotations

from typing import Any

from dash import ALL

# --- the shell ---
ADDRESS = "address"
VISITOR = "visitor"
PLAN = "plan"
"""What was asked last and what became of it: key of the question, status, key of the last plan."""
THEME = "theme"
DARK = "dark"
WIDTH = "width"
"""Px of the main column, so that charts are laid out for it."""
MANTINE = "mantine"
PAGE = "page"
BANNER = "banner"
BUSY = "busy"
STATUS = "status-line"
ANNOUNCE = "announce"
SPECS = "control-specs"
DEFAULTS = "design-defaults"
MODEL = "model"
CONTROLS = "controls"
OPEN_CONTROLS = "open-controls"
CLOSE_CONTROLS = "close-controls"
PHONE_SUMMARY = "phone-summary"
COPY_LINK = "copy-link"
SAVE_PLAN = "save-plan"
SAVED = "saved-plans"
RESET = "reset"
TOAST = "toast"
TOUR = "tour"
TOUR_SEEN = "tour-seen"
GLOSSARY = "glossary"

DIAGNOSIS_JOB = "diagnosis-job"
DIAGNOSIS_TICK = "diagnosis-tick"
HINTS_JOB = "hints-job"
HINTS_TICK = "hints-tick"


def control(name: Any) -> dict[str, Any]:
    """The moving part of a control."""
    return {"type": "control", "name": name}


def control_value(name: Any) -> dict[str, Any]:
    """Its value in words, to the right of its name."""
    return {"type": "control-value", "name": name}


def control_note(name: Any) -> dict[str, Any]:
    """How its limit stands, below it."""
    return {"type": "control-note", "name": name}


def nav(name: Any) -> dict[str, Any]:
    """A link of the navigation."""
    return {"type": "nav", "name": name}


EVERY = ALL

# --- Why ---
WHY_BODY = "why-body"
WHY_JOB = "why-job"
WHY_TICK = "why-tick"
WHY_STAGE = "why-stage"
"""How far the page is drawn, so that it is drawn again only when there is more."""
WHY_PROGRESS = "why-progress"

# --- What-if and risk ---
LEVER_X = "lever-x"
LEVER_Y = "lever-y"
LEVERS = "levers-known"
"""Paths with their ranges, so that choosing one fills in where to begin and end."""
STEPS = "what-if-steps"
METRIC = "what-if-metric"
WHAT_IF_RUN = "what-if-run"
WHAT_IF_CANCEL = "what-if-cancel"
WHAT_IF_JOB = "what-if-job"
WHAT_IF_TICK = "what-if-tick"
WHAT_IF_PROGRESS = "what-if-progress"
WHAT_IF_BODY = "what-if-body"
WHAT_IF_STAGE = "what-if-stage"
DRAWS = "risk-draws"
RISK_RUN = "risk-run"
RISK_CANCEL = "risk-cancel"
RISK_JOB = "risk-job"
RISK_TICK = "risk-tick"
RISK_PROGRESS = "risk-progress"
RISK_BODY = "risk-body"
RISK_STAGE = "risk-stage"


def lever_end(axis: str, end: str) -> str:
    """Where the range of a lever begins (``from``) or ends (``to``)."""
    return f"lever-{axis}-{end}"


# --- Inputs ---
INPUTS_TITLE = "inputs-title"
INPUTS_CHANGED = "inputs-changed"
INPUTS_GRID = "inputs-grid"
INPUTS_SHOWN = "inputs-shown"
"""Which settings and which ranking the grid shows, so that only rows that differ are sent anew."""
INPUTS_MESSAGE = "inputs-message"
INPUTS_DETAIL = "inputs-detail"
INPUTS_SEARCH = "inputs-search"
INPUTS_TABLE = "inputs-table"
INPUTS_GRADE = "inputs-grade"
INPUTS_WHICH = "inputs-which"
INPUTS_COUNT = "inputs-count"
INPUTS_OPTIONS = "inputs-options"
INPUTS_NAME = "inputs-scenario-name"
INPUTS_FILES = "inputs-files"
INPUTS_UPLOAD = "inputs-upload"
INPUTS_PASTE = "inputs-paste"
INPUTS_PASTED = "inputs-pasted"
INPUTS_UPLOADED = "inputs-uploaded"
RANK_RUN = "influence-run"
RANK_CANCEL = "influence-cancel"
RANK_JOB = "influence-job"
RANK_TICK = "influence-tick"
RANK_PROGRESS = "influence-progress"


def typed(bound: str) -> str:
    """A box of the form beside the table: ``low``, ``base`` or ``high``."""
    return f"inputs-typed-{bound}"


INPUTS_APPLY = "inputs-apply"
INPUTS_CHOSEN = "inputs-chosen"

# --- Export ---
EXPORT_BODY = "export-body"
