"""Links as people pass them on: what is good of them is kept, what is not is left out and named.

A link may carry what a mail program or a news letter has added (``utm_source``), a setting that a later version has renamed,
or a number that somebody has mistyped. None of these is a reason to lose the rest of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from pilot_planner.dashboard.runtime.url_state import MODEL, Question, foreign, read_address, with_page_values
from pilot_planner.design.writing import written
from pilot_planner.errors import Fault, InputError
from pilot_planner.studies.planning.setup import set_up

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.plan_cache import Planner

_LONGEST_SHOWN = 60
_SET = "--set "


@dataclass(frozen=True)
class LeftOut:
    """A parameter of a link that cannot be used, what it says, and why."""

    name: str
    value: str
    why: str

    @property
    def words(self) -> str:
        """``pay.wage_parity = abc: cannot be used; expected a valid number``."""
        said = f" = {_cut(self.value)}" if self.value else ""
        if self.why.startswith(f"{self.name} = "):
            return self.why
        return f"{_cut(self.name)}{said}: {self.why}"


def read_link(planner: Planner, search: str | None) -> tuple[Question, tuple[LeftOut, ...]]:
    """The question of a link as far as it can be read on its own, and what was left out.

    Whether settings fit the design is told by ``fitting``, which costs more. Raises InputError for an address that is too
    long or has too many parameters.
    """
    out = [LeftOut(name, value, "no setting of this tool") for name, value in foreign(search)]
    found = search or ""
    try:
        return read_address(found, planner.models, planner.first), tuple(out)
    except InputError:
        for name, value in parse_qsl(found.removeprefix("?"), keep_blank_values=True):
            try:
                read_address(with_page_values("", name, [value]), planner.models, planner.first)
            except InputError as error:
                out.append(LeftOut(name, value, _why(error.faults[0])))
                found = with_page_values(found, name, [])
    return read_address(found, planner.models, planner.first), tuple(out)


def fitting(planner: Planner, question: Question) -> tuple[Question, tuple[LeftOut, ...]]:
    """The question without the settings that its design and inputs cannot have, and those; the same where all fit."""
    settings = dict(question.settings)
    out: list[LeftOut] = []
    while True:
        try:
            set_up(planner.designs[question.model], planner.inputs, settings)
        except InputError as error:
            bad = {path: fault for path in settings for fault in reversed(error.faults) if _concerns(fault, path)}
            if not bad:
                return question, ()
            out += [LeftOut(path, written(settings.pop(path)), _why(fault)) for path, fault in bad.items()]
        else:
            return Question(question.model, settings, question.scenario), tuple(out)


def without(search: str | None, names: Sequence[str]) -> str:
    """An address without some of its parameters."""
    found = search or ""
    for name in names:
        found = with_page_values(found, name, [])
    return found


def _concerns(fault: Fault, path: str) -> bool:
    place = str(fault.place).removeprefix(_SET)
    return place == path or place.startswith(f"{path}.") or path.startswith(f"{place}.")


def _why(fault: Fault) -> str:
    return fault.what if str(fault.place) == MODEL else f"{fault.what}; expected {fault.expected}; {fault.fix}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
