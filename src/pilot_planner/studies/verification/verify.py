"""A plan put to referees: another search of the same programme, another solver, and plain arithmetic.

The plan's own search and the referees share what the programme is and nothing of how it is solved.
"""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import json
import math
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design, Solver
from pilot_planner.errors import CancelledError, Fault, InputError, NoTimeError, Place, WrongPlanError
from pilot_planner.programme.build import Programme, build
from pilot_planner.solving.arithmetic import TOLERANCE, largest_miss
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.reload import remake
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.verification.exact_checker import Checked, check
from pilot_planner.whole_files import write_file

SAME = 1e-6
"""Relative: optima this near, beside the gaps to which both are proven, are the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one search said.

    ``verdict``: ``agrees``; ``disagrees``: it found what the plan's own search says there is not; ``errs``: the plan, which
    meets every row by plain arithmetic, is what it says there is not; ``undecided``: it ran out of time.
    ``bound_told`` is false where the search gave no bound and the one here is what its gap would mean: an assumption.
    """

    name: str
    status: str
    objective: float | None
    bound: float | None
    seconds: float
    verdict: str
    sentence: str
    bound_told: bool = True


@dataclass(frozen=True)
class Verification:
    """A plan, or the finding that there is none, with what the referees say.

    Attributes:
        objective: of the plan, None where the design has none.
        broken: the largest miss of any row or bound by the plan, relative to the row's size; None without a plan.
        answers: of the referees, in order.
        certificate: what came of checking it in fractions; None where none was asked for.
    """

    design: str
    metric: str
    sense: str
    engine: str
    status: str
    objective: float | None
    bound: float | None
    broken: float | None
    answers: tuple[Answer, ...]
    certificate: Checked | None = None

    @property
    def verdict(self) -> str:
        """``disagrees`` if anything does, else ``undecided`` if any referee is or all of them err, else ``agrees``."""
        found = {one.verdict for one in self.answers}
        if self.broken is not None and self.broken > TOLERANCE:
            found.add("disagrees")
        if self.certificate is not None and not self.certificate.holds:
            found.add("disagrees")
        if found == {"errs"}:
            found.add("undecided")
        return next((word for word in ("disagrees", "undecided") if word in found), "agrees")

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "answers": [asdict(one) for one in self.answers], "verdict": self.verdict}


def verify(
    plan: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    solver: str | None = None,
    progress: Progress | None = None,
    certificate: str | Path | None = None,
) -> Verification:
    """Solve a plan folder's or design's programme again by the other engine and by a second solver.

    ``solver`` names the second one; by default ``scip`` where it is installed, else ``cbc``. ``certificate`` is a file: what
    proves the plan is checked in fractions, and written there first where there is no such file yet. Raises InputError for
    a folder whose plan cannot be made again or a certificate that cannot be read, SolverError for a solver that is not
    there or a plan that has no certificate.
    """
    told = progress or (lambda text, share: True)
    programme, own, solution = _own(plan, inputs, settings)
    others = _referees(programme.case.design.solver, solver)
    broken = largest_miss(programme, solution) if solution else None
    checked = None if certificate is None else _certified(Path(certificate), programme, own, solution)
    answers: list[Answer] = []
    asked: list[Future[Answer]] = []
    with ThreadPoolExecutor(len(others)) as pool:
        for place, (name, _) in enumerate(others):
            if not told(f"asking {name}", (place + 1) / (len(others) + 1)):
                raise CancelledError("stopped before every referee had answered", tuple(answers) or None)
            # Solvers leave the interpreter alone while they search, so all are asked at once.
            asked = asked or [pool.submit(_ask, *one, programme, own, broken) for one in others]
            answers.append(asked[place].result())
    design = programme.case.design
    return Verification(
        design=design.name,
        metric=design.objective.metric,
        sense=design.objective.sense,
        engine=_name(design.solver),
        status=own.status,
        objective=own.objective,
        bound=own.bound,
        broken=broken,
        answers=tuple(answers),
        certificate=checked,
    )


def _own(
    plan: Design | str | Path | None, inputs: Inputs | str | Path | None, settings: Settings | None
) -> tuple[Programme, Outcome, tuple[float, ...]]:
    """The programme, what its own engine says, and the plan with ties broken."""
    if isinstance(plan, str | Path) and not settings and _is_folder(Path(plan)):
        made = remake(plan, inputs)
        design, ready = made.design, made.inputs
    else:
        design, ready = set_up(plan, inputs, settings)
    programme = build(make_case(design, ready))
    session = Session(programme)
    outcome = session.solve()
    return programme, outcome, session.break_ties(outcome) if outcome.has_plan else ()


def _certified(path: Path, programme: Programme, own: Outcome, solution: tuple[float, ...]) -> Checked:
    """The certificate of a file, made and written first where there is none, checked in fractions."""
    if not path.exists():
        write_file(path, json.dumps(_made(programme, own, solution)).encode())
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        fix = "give the file that an earlier 'verify --certificate' wrote, or a new name to have one written"
        raise InputError([Fault(Place(str(path)), f"it is no JSON ({error})", "a certificate", fix)]) from None
    if not isinstance(read, dict):
        return check(programme, {})
    if read.get("programme", _fingerprint(programme)) != _fingerprint(programme):
        what, fix = (
            "is of another programme",
            "name another file, and one is written; or ask with the settings it was made for",
        )
        raise InputError([Fault(Place(str(path)), what, "a certificate of this design, settings and inputs", fix)])
    return _of_this_plan(check(programme, read), programme)


def certificate_of(plan: Plan) -> dict[str, Any]:
    """The certificate of a plan as plain values, as ``verify`` takes it from a file.

    Raises InputError for a plan that draws decide, SolverError and NoTimeError where there is none.
    """
    if plan.confident is not None:
        what = "the plan was asked to be sure, so draws prove it and no certificate does"
        fix = "ask for the certificate of the plan at base values"
        raise InputError([Fault(Place("confidence"), what, "a plan without a confidence", fix)])
    return _made(plan.programme, plan.outcome, plan.solution)


def _made(programme: Programme, own: Outcome, solution: tuple[float, ...]) -> dict[str, Any]:
    from pilot_planner.solving.certificate import certificate

    return certificate(programme, own, solution) | {"programme": _fingerprint(programme)}


def _of_this_plan(checked: Checked, programme: Programme) -> Checked:
    """A bound that holds and is far from the plan says nothing of how good the plan is."""
    if not checked.holds or checked.objective is None or checked.bound is None:
        return checked
    apart = abs(checked.bound - checked.objective)
    if apart > (programme.case.design.solver.gap + _NEARLY) * max(1.0, abs(checked.objective)):
        what = f"its bound, {checked.bound:,.2f}, holds and lies {apart:,.2f} from the plan: better ones are not ruled out"
        checked.faults.append(what)
    return checked


_NEARLY = 1e-6
"""Relative, beside the gap of the design: plans are told with ten digits."""


def _fingerprint(programme: Programme) -> str:
    """SHA-256 of everything that makes a programme: columns, rows and objective."""
    digest = hashlib.sha256(repr(programme.maximise).encode())
    for column in programme.d.columns:
        digest.update(repr((column.lower, column.upper, column.integer)).encode())
    for row in programme.rows:
        terms = sorted(row.expression.terms.items())
        digest.update(repr((row.sense, row.right_side, terms)).encode())
    digest.update(repr(sorted(programme.objective.terms.items())).encode())
    return digest.hexdigest()


def _is_folder(path: Path) -> bool:
    return path.is_dir() or path.suffix == ".json"


def _referees(own: Solver, solver: str | None) -> list[tuple[str, Solver]]:
    """The other engine, and another solver on the whole programme."""
    engine = "whole" if (own.name, own.engine) == ("highs", "structure") else "structure"
    second = solver or next(name for name in (*_by_taste(), "highs") if name != own.name)
    others = [own.model_copy(update={"name": "highs", "engine": engine})]
    others.append(own.model_copy(update={"name": second, "engine": "whole"}))
    return [(_name(options), options) for options in others]


def _by_taste() -> Iterator[str]:
    if importlib.util.find_spec("pyscipopt") is not None:
        yield "scip"
    yield "cbc"


def _name(options: Solver) -> str:
    if options.name == "highs" and options.engine == "structure":
        return "the search by sets of hosts"
    return f"{ {'highs': 'HiGHS', 'cbc': 'CBC', 'scip': 'SCIP'}[options.name] } on the whole programme"


def _ask(name: str, options: Solver, programme: Programme, own: Outcome, broken: float | None) -> Answer:
    case = programme.case
    design = case.design.model_copy(update={"solver": options})
    again = copy.copy(programme)
    again.case = replace(case, design=design)
    try:
        outcome = Session(again).solve()
    except WrongPlanError as error:
        said = f"{name} errs: its plan is none ({str(error).partition('it ')[2].partition('. ')[0]})."
        return Answer(name, "optimal", None, None, 0.0, "errs", said)
    except NoTimeError as error:
        return Answer(name, "time_limit", None, None, options.time_limit, "undecided", f"{name} gave no answer: {error}.")
    verdict, sentence = _compared(name, own, outcome, case.design, broken)
    if not outcome.bound_told:
        sentence += f" {name} told no bound: that it came to a gap of {options.gap:g} is its word, not checked by a number."
    return Answer(
        name, outcome.status, outcome.objective, outcome.bound, outcome.seconds, verdict, sentence, outcome.bound_told
    )


def _compared(name: str, own: Outcome, other: Outcome, design: Design, broken: float | None) -> tuple[str, str]:
    """Whether two searches of one programme can both be right, if not which of them errs, and a sentence that says it.

    Nobody is believed for what he says there is not: a plan that meets every row by plain arithmetic (``broken``: how far
    the own one misses; a referee's has passed already) refutes whoever says that there is none, or none as good.
    """
    stands = broken is not None and broken <= TOLERANCE
    metric, sense = design.objective.metric, design.objective.sense
    if own.objective is None or other.objective is None:
        if own.status == other.status:
            return "agrees", f"{name} agrees: {_WITHOUT[own.status]}."
        if stands and other.status == "infeasible":
            return "errs", f"{name} errs: it says that no plan meets all limits, and this one does by plain arithmetic."
        whose = " Its plan meets every row, so the plan's own search errs." if other.has_plan else ""
        return "disagrees", f"{name} disagrees: it says {other.status}, the plan's own search says {own.status}.{whose}"
    sign = -1.0 if sense == "max" else 1.0
    size = max(1.0, abs(own.objective))
    room = SAME * size
    difference = other.objective - own.objective
    # Whoever claims a bound says that nothing is better; a plan of the other side beyond it refutes that.
    own_errs, other_errs = (
        bound is not None and math.isfinite(bound) and sign * plan < sign * bound - room
        for plan, bound in ((other.objective, own.bound), (own.objective, other.bound))
    )
    if other_errs and stands and not own_errs:
        said = f"that nothing is better than {other.bound:,.2f}"
        return (
            "errs",
            f"{name} errs: it says {said}, and this plan of {own.objective:,.2f} meets every row by plain arithmetic.",
        )
    # Some solvers call a search that ended at its gap stopped; what counts is what they prove.
    both = all(one.status == "optimal" or (one.gap or 0.0) <= design.solver.gap for one in (own, other))
    gaps = sum(one.gap or 0.0 for one in (own, other)) * size
    if own_errs or other_errs or (both and abs(difference) > room + gaps):
        whose = " Its plan meets every row and is better, so the plan's own search errs." if own_errs else ""
        return "disagrees", f"{name} disagrees: {metric} of {other.objective:,.2f} instead of {own.objective:,.2f}.{whose}"
    if not both:
        return "undecided", f"{name} ran out of time at {other.objective:,.2f}, which does not contradict the plan."
    return "agrees", f"{name} agrees: {metric} of {other.objective:,.2f}, {abs(difference) / size:.1e} from the plan's."


_WITHOUT = {
    "infeasible": "no plan meets all limits",
    "unbounded": "the objective has no end",
    "time_limit": "time ended",
    "optimal": "optimal",
}
