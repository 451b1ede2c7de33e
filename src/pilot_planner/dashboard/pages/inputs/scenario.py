"""Edits of inputs as part of a question: tried by the rules of ``check``, told in words, undone by a link."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import LONGEST_ADDRESS, MOST_SETTINGS, OF_INPUTS, Question
from pilot_planner.data.edits import as_settings, triple, try_edits, without_bound, without_estimate
from pilot_planner.data.estimates import BOUNDS, Estimate
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.inputs_upload import read_workbook
from pilot_planner.data.locations import resolve_inputs, resolve_model
from pilot_planner.data.typed import typed_number
from pilot_planner.design.overrides import Overrides, look_through, relocated
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.studies.planning.setup import set_up

UNNAMED = "My scenario"


@dataclass(frozen=True)
class Outcome:
    """What became of an edit: the question with it, or why it was refused; and what to look at all the same."""

    question: Question | None
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """An estimate that the scenario changes: as the files have it, and as it is now."""

    old: Estimate
    new: Estimate


def inputs_of(planner: Planner, question: Question) -> Inputs:
    """The inputs with the edits of a question; those of the files where the edits cannot be used."""
    try:
        return planner.inputs.with_values(_numbers(question.edits))
    except InputError:
        return planner.inputs


def changes_of(planner: Planner, question: Question) -> tuple[Change, ...]:
    """Every estimate that the question changes itself, by path; what follows from them is left out."""
    now = inputs_of(planner, question)
    addresses = dict.fromkeys(address for address, _ in now.changes)
    found = [Change(planner.inputs.estimates[address], now.estimates[address]) for address in addresses]
    return tuple(sorted(found, key=lambda one: one.new.path))


def without(question: Question, path: str | None = None) -> Question:
    """The question with the edits of one estimate undone, or of all."""
    edits = {} if path is None else without_estimate(_numbers(question.edits), path)
    return _with_edits(question, edits)


def edit(planner: Planner, question: Question, path: str, typed: Mapping[str, Any]) -> Outcome:
    """Put what a person typed into bounds of an estimate (``base``, ``low``, ``high``) on top of a question.

    A base typed for a value without a range is the whole value. Faults are told with path and reason.
    """
    faults: list[Fault] = []
    values: dict[str, float] = {}
    for bound, text in typed.items():
        value, problem = typed_number("" if text is None else str(text))
        if problem is not None:
            faults.append(Fault(Place(f"{OF_INPUTS}{path}.{bound}"), *problem))
        elif value is not None:
            values[bound] = value
    now = inputs_of(planner, question)
    estimate = now.estimates.get(tuple(path.split(".")))
    if estimate is None:
        faults.append(Fault(Place(f"{OF_INPUTS}{path}"), "no such input", "the path of a value", "choose one of the table"))
    elif estimate.formula:
        what = f"is derived: {estimate.formula}"
        faults.append(Fault(Place(f"{OF_INPUTS}{path}"), what, "a value that was read or judged", "edit what it is made of"))
    if faults or estimate is None:
        return Outcome(None, tuple(str(fault) for fault in faults))
    old = dict(zip(BOUNDS, triple(estimate), strict=True))
    if set(values) == {"base"} and (estimate.base is None or estimate.low == estimate.high):
        values = dict.fromkeys(BOUNDS, values["base"])
    low, base, high = (values.get(bound, old[bound]) for bound in BOUNDS)
    if low is None or base is None or high is None:
        what = f"{path} has no low, base and high yet"
        fault = Fault(Place(f"{OF_INPUTS}{path}"), what, "all three", "set the base first; it becomes the whole value")
        return Outcome(None, (str(fault),))
    original = planner.inputs.estimates[estimate.address]
    edits = without_estimate(_numbers(question.edits), path) | as_settings(original, (low, base, high))
    tried = try_edits(planner.inputs, edits)
    if tried.faults:
        return Outcome(None, tuple(str(fault) for fault in tried.faults))
    return _fitting(_with_edits(question, edits), tuple(str(fault) for fault in tried.warnings))


def upload(planner: Planner, question: Question, name: str, raw: bytes) -> Outcome:
    """An edited workbook (.xlsx) or an override file (.toml) as a question. Every fault at its place in the file."""
    lower = name.lower()
    try:
        if lower.endswith(".toml"):
            return _from_overrides(planner, question, *look_through(raw, name))
        if lower.endswith((".xlsx", ".xlsm", ".xls", ".ods")):
            found = read_workbook(raw, name, planner.inputs, _numbers(question.edits))
            return _fitting(_with_edits(question, dict(found.changes)), tuple(str(one) for one in found.warnings))
        fault = Fault(Place(name), "cannot be used", "a workbook (.xlsx) or an override file (.toml)", "choose another")
        raise InputError([fault])
    except InputError as error:
        return Outcome(None, tuple(str(fault) for fault in error.faults))


def _from_overrides(planner: Planner, question: Question, overrides: Overrides, faults: list[Fault]) -> Outcome:
    """Faults of the file, of its settings and of what they make of the inputs, all in one pass."""
    model = overrides.design or question.model
    if model not in planner.models:
        known = ", ".join(sorted(planner.models))
        faults.append(Fault(Place("scenario.design"), f"{model!r} is not a design here", known, "remove it or choose one"))
        model = question.model
    try:
        set_up(planner.designs[model], planner.inputs, overrides.settings)
    except InputError as error:
        faults += relocated(error.faults, overrides.places)
    edits = {path.removeprefix(OF_INPUTS): v for path, v in overrides.settings.items() if path.startswith(OF_INPUTS)}
    tried = try_edits(planner.inputs, _numbers(edits))
    faults += relocated(tried.faults, overrides.places)
    if faults:
        # A value that is no number is told by the file and by the settings: the first is enough.
        told = {str(fault.place): fault for fault in reversed(faults)}
        raise InputError(fault for fault in dict.fromkeys(faults) if told[str(fault.place)] == fault)
    fresh = Question(model, dict(overrides.settings), overrides.name or question.scenario or UNNAMED)
    return _fitting(fresh, tuple(str(fault) for fault in tried.warnings))


def overrides_of(question: Question) -> Overrides:
    """The override file of a question: every setting on top of its design, with its name and today's date."""
    ordered = {path: question.settings[path] for path in sorted(question.settings)}
    return Overrides(ordered, question.scenario, dt.datetime.now().astimezone().date(), question.model)


def command_of(planner: Planner, question: Question, file: str = "") -> str:
    """The command line that makes the plan of a question; ``file`` names an override file to use for its settings."""
    words = ["pilot-planner", "plan"]
    path = planner.models[question.model]
    if not _found_as(None, path):
        words += ["--model", question.model if _found_as(question.model, path) else str(path)]
    if resolve_inputs(None).resolve() != planner.inputs_folder.resolve():
        words += ["--inputs", str(planner.inputs_folder)]
    if file and question.settings:
        words += ["--set", f"@{file}"]
    else:
        for one in question.pairs:
            words += ["--set", one]
    return shlex.join(words)


def _found_as(name: str | None, path: Any) -> bool:
    try:
        return bool(resolve_model(name).resolve() == path.resolve())
    except InputError:
        return False


def _with_edits(question: Question, edits: Mapping[str, float]) -> Question:
    kept = {path: value for path, value in question.settings.items() if not path.startswith(OF_INPUTS)}
    settings = {**kept, **{f"{OF_INPUTS}{path}": value for path, value in sorted(edits.items())}}
    return Question(question.model, settings, (question.scenario or UNNAMED) if edits else question.scenario)


def _fitting(question: Question, notes: tuple[str, ...]) -> Outcome:
    """Refused where an address cannot hold so much: better now than as a link that does not work."""
    if len(question.search) > LONGEST_ADDRESS or len(question.settings) > MOST_SETTINGS:
        what = f"changes {len(question.settings):,} values"
        fix = "put them into a copy of the inputs ('pilot-planner new FOLDER') and start the dashboard with --inputs"
        fault = Fault(Place("the scenario"), what, f"at most {MOST_SETTINGS} that fit into an address", fix)
        return Outcome(None, (str(fault),))
    return Outcome(question, (), notes)


def _numbers(edits: Mapping[str, Any]) -> dict[str, float]:
    """Edits that are numbers; others are refused where the question is solved."""
    found = {path: value for path, value in edits.items() if isinstance(value, int | float) and not isinstance(value, bool)}
    # A whole value stands before its bounds, or it would replace them.
    return dict(sorted(found.items(), key=lambda one: (without_bound(one[0])[1] is not None, one[0])))
