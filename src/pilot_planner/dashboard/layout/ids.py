"""Every id of a component that a callback names, in one place."""

from __future__ import annotations

from typing import Any

from dash import ALL

# --- the shell ---
ADDRESS = "address"
VISITOR = "visitor"
QUESTION = "question"
ASKED_AT = "asked-at"
"""The address as it was asked last: what the server answers with PLAN."""
PLAN = "plan"
"""What was asked last and what became of it: key of the question, status, key of the last plan."""
TOLD = "plan-told"
"""PLAN once the page has shown what counts: for all that may follow it."""
THEME = "theme"
DARK = "dark"
WIDTH = "width"
"""Px of the main column, so that charts are laid out for it."""
MANTINE = "mantine"
PAGE = "page"
TURN = "page-turn"
"""Path of the page that is to stand in the middle."""
TURNED = "page-turned"
"""Path of the page that came with the frame, so that it is not made a second time."""
CHIPS = "chips"
STUDY_CHIPS = "study-chips"
STUDY_TICK = "study-tick"
BANNER = "banner"
BUSY = "busy"
WAITS = "waits"
"""What a visitor is told whose question waits for its turn."""
WAITS_TICK = "waits-tick"
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
SAVE_FORM = "save-form"
SAVE_NAME = "save-name"
SAVE_TOLD = "save-told"
SAVED = "saved-plans"
LIMIT_NAME = "limit-name"
LIMIT_SIDE = "limit-side"
LIMIT_BOUND = "limit-bound"
LIMIT_ADD = "limit-add"
LIMIT_TOLD = "limit-told"
TYPED = "typed"
"""What was typed beside a control and left: the name of its box and the text."""
RESET = "reset"
UNDO = "undo"
REDO = "redo"
CONNECTION = "connection"
"""What is said while the server cannot be reached."""
TOAST = "toast"
TOUR = "tour"
TOUR_SEEN = "tour-seen"
GLOSSARY = "glossary"
GLOSSARY_BODY = "glossary-body"

DIAGNOSIS_JOB = "diagnosis-job"
DIAGNOSIS_TICK = "diagnosis-tick"
HINTS_JOB = "hints-job"
HINTS_TICK = "hints-tick"


# --- trade-offs ---
FRONT = "front"
"""Which front is shown and how far it is: key of the job, search of its question, status, count of points."""
FRONT_ORIGIN = "front-origin"
"""The question whose front this visitor saw last: a plan opened from it leads back to it."""
FRONT_MORE = "front-more"
"""The key of the look of which the rest is wanted, once the coarse one is drawn."""
FRONT_TICK = "front-tick"
FRONT_TITLE = "front-title"
FRONT_PROGRESS = "front-progress"
FRONT_START = "front-start"
FRONT_CANCEL = "front-cancel"
FRONT_BODY = "front-body"
FRONT_HEAD = "front-head"
FRONT_VIEW = "front-view"
FRONT_GRAPH = "front-graph"
FRONT_CHART = "front-chart"
FRONT_TABLE = "front-table"
FRONT_PICK = "front-pick"
FRONT_PANEL = "front-panel"
FRONT_LINES = "front-lines"
FRONT_BRUSH = "front-brush"
FRONT_CLEAR = "front-clear"
FRONT_FILTER = "front-filter"
FRONT_LEAST = "front-least"
FRONT_MOST = "front-most"
FRONT_ENDS = "front-ends"
"""What the boxes hold as numbers: least and most, None where there is no end."""
FRONT_KEPT = "front-kept"
FRONT_FILTERS = "front-filters"
FRONT_KEPT_HEAD = "front-kept-head"
FRONT_SETS = "front-sets"
FRONT_AIM = "front-points"
NEAR = "near"
NEAR_TICK = "near-tick"
NEAR_START = "near-start"
NEAR_CANCEL = "near-cancel"
NEAR_WITHIN = "near-within"
NEAR_BODY = "near-body"


def front_axis(name: Any) -> dict[str, Any]:
    """The choice of one axis of the trade-offs, by its place."""
    return {"type": "front-axis", "name": name}


# --- compare ---
COMPARE_BODY = "compare-body"
COMPARE_SURE = "compare-how-sure"
COMPARE_SHOWN = "compare-shown"
"""Names and addresses of the plans that the comparison shows."""
COMPARE_CHOOSE = "compare-choose"
COMPARE_PASTE = "compare-paste"
COMPARE_ADD = "compare-add"
COMPARE_PROBLEM = "compare-problem"
COMPARE_NAME = "compare-name"
COMPARE_ENTRY = "compare-entry"
COMPARE_RENAME = "compare-rename"
COMPARE_DELETE = "compare-delete"
COMPARE_DOWNLOAD = "compare-download"
COMPARE_FILE = "compare-file"
COMPARE_UPLOAD = "compare-upload"

# --- plans of everybody ---
TEAM_LIST = "team-list"
TEAM_NAME = "team-name"
TEAM_NOTE = "team-note"
TEAM_SAVE = "team-save"
TEAM_ENTRY = "team-entry"
TEAM_NEW_NAME = "team-new-name"
TEAM_RENAME = "team-rename"
TEAM_AWAY = "team-away"
TEAM_BACK = "team-back"
TEAM_ALL = "team-all"
TEAM_TOLD = "team-told"
TEAM_CHANGED = "team-changed"
"""The last change made from this page, so that the list is read anew."""
TEAM_HISTORY = "team-history"
TEAM_SEEN = "team-seen"
"""Revision of each plan that the list shows: what a change is based on."""


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

# --- Plan ---
PLAN_TOP = "plan-top"
PLAN_MAP = "plan-map"
PLAN_CAPS = "plan-caps"
PLAN_MONEY = "plan-money"
PLAN_REST = "plan-rest"
HOW_SURE = "plan-how-sure"
"""How sure a plan is, and of which plan that is."""
WORTH = "limits-worth"
"""What steps of the limits give, once they are solved: the search of the plan, and HTML."""
BRIEFING = "briefing"
PIN = "pin-plan"
PIN_NAME = "pin-name"
PIN_BOX = "pin-box"
UNPIN = "unpin-plan"
PINNED_NAME = "pinned-name"
TOP = "plan-top-text"
"""What stands at the top of the Plan page for the newest plan; it comes with it."""


def drawn(part: str) -> str:
    """What a part of the page shows."""
    return f"{part}-drawn"


SETTLED = "plan-settled"
"""The plan that charts show: PLAN once no control has been moved for a moment."""
BELOW = "plan-below"
"""The same for what stands below the first view: once the charts above it are drawn."""

# --- Why ---
WHY_BODY = "why-body"
WHY_JOB = "why-job"
WHY_TICK = "why-tick"
WHY_STAGE = "why-stage"
"""How far the page is drawn, so that it is drawn again only when there is more."""
WHY_PROGRESS = "why-progress"

# --- Parties ---
PARTIES_BODY = "parties-body"
PARTIES_BELOW = "parties-below"
PARTIES_JOB = "parties-job"
PARTIES_TICK = "parties-tick"
PARTIES_STAGE = "parties-stage"
PARTIES_PROGRESS = "parties-progress"


def party_floor(party: str) -> str:
    """The box in which a party's floor is typed."""
    return f"parties-floor-{party}"


# --- Progress ---
PROGRESS_PLAN = "progress-plan"
"""The saved plan that is asked about; the plan of this page where none is chosen."""
PROGRESS_UPLOAD = "progress-upload"
PROGRESS_UPLOADED = "progress-uploaded"
"""Which file was sent: a name that nobody can guess, and the file's own."""
PROGRESS_TOLD = "progress-told"
PROGRESS_FORGET = "progress-forget"
PROGRESS_DAY = "progress-day"
PROGRESS_TEMPLATE = "progress-template"
PROGRESS_BODY = "progress-body"
PROGRESS_BELOW = "progress-below"
PROGRESS_JOB = "progress-job"
PROGRESS_TICK = "progress-tick"
PROGRESS_STAGE = "progress-stage"
PROGRESS_LEARNED = "progress-learned"
PROGRESS_DECIDE = "progress-decide"
PROGRESS_ANEW = "progress-anew"
PROGRESS_ANEW_JOB = "progress-anew-job"
PROGRESS_ANEW_TICK = "progress-anew-tick"
PROGRESS_ANEW_STAGE = "progress-anew-stage"
PROGRESS_WAY = "progress-way"
PROGRESS_NAME = "progress-name"
PROGRESS_SAVE = "progress-save"
PROGRESS_SAVED = "progress-saved"

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
EVENTS = "what-if-events"
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
RANK_WORTH = "worth-run"
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
DONOR_FORMATS = "donor-formats"
DONOR_UPLOAD = "donor-upload"
DONOR_TERMS = "donor-terms"
DONOR_TERMS_SAY = "donor-terms-say"
DONOR_NO_TERMS = "donor-no-terms"
DONOR_MAKE = "donor-make"
DONOR_CANCEL = "donor-cancel"
DONOR_JOB = "donor-job"
DONOR_TICK = "donor-tick"
DONOR_BODY = "donor-body"
