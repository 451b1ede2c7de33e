"""Everything that a donor's file may say of a plan, worked out once: the one source of all formats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pilot_planner.case.calendar import periods
from pilot_planner.errors import CancelledError
from pilot_planner.exports.budget import Budget, check_rules, make_budget
from pilot_planner.exports.less_money import BriefFront
from pilot_planner.exports.results import Result, period_end, results_framework
from pilot_planner.exports.studies import Studies
from pilot_planner.exports.terms import Terms
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.plan import Plan, design_hash, package_version

DRAFT_NOTICE = "DRAFT, not for publication: names and identifiers of organisations are examples."


@dataclass(frozen=True)
class Dossier:
    """A plan with the terms of its proposal. What takes long is worked out when a format first asks for it.

    Attributes:
        made_on: the day that the files bear.
        terms_file: where the terms stand, for messages.
        notes: what a format could not do as it should, in sentences; shown to whoever asked for it.
        options: what only one format reads, by ``format.name``.
        formats: what is made of it; empty where that is not known.
        kept: what one format has made that another can use.
    """

    plan: Plan
    terms: Terms
    made_on: dt.date
    terms_file: str = "terms"
    progress: Progress | None = None
    notes: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    kept: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def title(self) -> str:
        return self.terms.title or self.plan.design.title

    @property
    def notice(self) -> str:
        """What every file carries: that it is a draft, as long as it is one, and the legal gate."""
        return f"{DRAFT_NOTICE} {self.plan.legal_gate}" if self.terms.has_examples else self.plan.legal_gate

    @property
    def start(self) -> dt.date:
        return periods(self.plan.design.programme)[0].start

    @property
    def end(self) -> dt.date:
        """The last day of the programme."""
        return period_end(periods(self.plan.design.programme)[-1])

    @property
    def input_hash(self) -> str:
        return self.plan.inputs.hash

    @property
    def design_hash(self) -> str:
        return design_hash(self.plan.design)

    @property
    def version(self) -> str:
        return package_version()

    @cached_property
    def budget(self) -> Budget:
        """Raises InputError where the plan breaks a ceiling of the donor."""
        made = make_budget(self.plan)
        check_rules(made, self.terms.rules, self.terms_file)
        return made

    @cached_property
    def results(self) -> tuple[Result, ...]:
        return results_framework(self.plan)

    @cached_property
    def studies(self) -> Studies:
        """What is said beyond the plan itself; each study runs when a format first asks for it."""
        return Studies(self.plan, self.progress)

    @property
    def front(self) -> BriefFront:
        """What less money would buy. Takes seconds, the first time."""
        return self.studies.front

    def tell(self, text: str, fraction: float) -> None:
        """Tell the caller what is being done. Raises CancelledError when it asks to stop."""
        if self.stopped(text, fraction):
            raise CancelledError(f"stopped at: {text}")

    def stopped(self, text: str, fraction: float) -> bool:
        """The same, without an error."""
        return self.progress is not None and not self.progress(text, fraction)

    def close(self) -> None:
        """End what is under way in other processes and is not wanted any more."""
        self.studies.end()

    def note(self, sentence: str) -> None:
        """Keep a sentence for whoever asked, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


Files = dict[str, bytes]
"""Files of a format by their path inside the export's folder, with ``/`` between folders."""
Maker = Callable[[Dossier], Files]
"""What makes the files of one format. Raises PilotPlannerError; never writes."""
