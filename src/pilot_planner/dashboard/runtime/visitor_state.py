"""What a visitor asked last and what became of it, as pages read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from pilot_planner.dashboard.runtime.plan_cache import Answer, Planner
from pilot_planner.dashboard.runtime.shared_links import fitting, read_link
from pilot_planner.dashboard.runtime.url_state import Question, read_address
from pilot_planner.errors import InputError
from pilot_planner.studies.planning.plan import Plan

Asked = dict[str, Any]
"""What the browser holds: ``search`` as asked, ``clean`` without what was left out of it (``left_out``), ``status``,
``messages``, ``seconds``, and the searches of the last plan and of the one before it: ``good`` and ``before``."""


def clean_search(asked: Asked) -> str:
    """What was asked, without what could not be used of it."""
    return str(asked.get("clean", asked["search"]) or "")


def answer_to(planner: Planner, search: str | None, visitor: str = "", number: int = 0) -> Answer:
    """The answer to an address; what cannot be used of it is left out and named (``links``)."""
    try:
        question, out = read_link(planner, search)
    except InputError as error:
        return Answer(Question(planner.first), "refused", messages=tuple(str(fault) for fault in error.faults))
    answer = planner.answer(question, visitor, number)
    if answer.status == "refused" and not planner.permission(question):
        good, misfits = fitting(planner, question)
        if misfits:
            answer, out = planner.answer(good, visitor, number), (*out, *misfits)
    return replace(answer, left_out=out)


def record(answer: Answer, search: str, last: Asked | None) -> Asked:
    """What the browser is given to hold."""
    good, before = (last or {}).get("good"), (last or {}).get("before")
    # Parameters that a page keeps for itself make no other plan.
    plain = answer.question.search
    if answer.plan is not None and plain != good:
        good, before = plain, good
    return {
        "search": search,
        "clean": plain,
        "left_out": [{"name": one.name, "words": one.words} for one in answer.left_out],
        "status": answer.status,
        "messages": list(answer.messages),
        "good": good,
        "before": before,
        "seconds": answer.seconds,
    }


def good_answer(planner: Planner, asked: Asked | None) -> Answer | None:
    """The last answer with a plan; solved again if it was forgotten meanwhile. None where there was none."""
    if not asked or asked.get("good") is None:
        return None
    found = answer_to(planner, asked["good"])
    return found if found.plan is not None else None


def plan_before(planner: Planner, asked: Asked | None) -> Plan | None:
    """The plan before the last one, if it is still known."""
    if not asked or asked.get("before") is None:
        return None
    try:
        found = planner.known(read_address(asked["before"], planner.models, planner.first))
    except InputError:
        return None
    return None if found is None else found.plan


def question_of(planner: Planner, asked: Asked | None) -> Question | None:
    """The question behind the last plan."""
    answer = good_answer(planner, asked)
    return None if answer is None else answer.question


def page_parameter(asked: Asked | None, name: str) -> str | None:
    """A parameter of the address that a page keeps for itself, such as ``x``: what a link wants to be varied."""
    search = str((asked or {}).get("search") or "").removeprefix("?")
    return dict(parse_qsl(search)).get(name)


def task_of(planner: Planner, question: Question) -> dict[str, Any]:
    """What a job needs to work on a question. Raises NotAllowedError where the visitor may not ask it."""
    planner.check(question)
    return {
        "model": str(planner.models[question.model]),
        "inputs": str(planner.inputs_folder),
        "settings": dict(question.settings),
    }
