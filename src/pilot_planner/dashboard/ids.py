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
