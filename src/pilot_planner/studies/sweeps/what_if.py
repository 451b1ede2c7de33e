"""What-if studies: one plan for each combination of values, written down as they are found."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import CancelledError, Fault, InputError, Place
from pilot_planner.programme.decisions import decide
from pilot_planner.solving.warm_start import MOST_COLUMNS_OF_SMALL
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.execution.run_task import Job, inputs_of, job_maker, keep
from pilot_planner.studies.execution.workers import Crew
from pilot_planner.studies.planning.plan import design_hash, package_version, versions
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.planning.without_effect import of_settings, without_effect
from pilot_planner.studies.sweeps.run_folder import Record, RunsFolder, columns, spread
from pilot_planner.studies.sweeps.study_file import Case, Study, read_study
from pilot_planner.studies.sweeps.sweep import INPUTS, Result, Sweep, is_bound
from pilot_planner.studies.sweeps.validation import paths_at_fault
from pilot_planner.text.result_tables import Rows, Tabled

if TYPE_CHECKING:
    import pandas as pd

_MOST_RUNS_A_JOB = 50
_LEAST_JOBS = 16
_QUICK = 100
"""Runs of quick programmes whose inputs change every time: to begin anew takes as long as ten of them."""
_RUNS_A_BATCH = 100
"""About so many runs share what is made for all of them at once; more would take memory and save little."""
_DIGITS = 12


@dataclass(frozen=True)
class WhatIf(Tabled):
    """The runs of a study, in order, and what they add up to.

    Attributes:
        records: one per run: the changed values, status, objective, gap, hosts, metrics, reason.
        complete: whether every run is there; False when the caller stopped it.
        solved: runs solved now; the others were found finished, or equal to one of these.
    """

    study: Study
    records: tuple[Record, ...]
    summary: dict[str, Any]
    complete: bool
    solved: int

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"runs": lambda: self.records}

    def table(self, name: str = "") -> pd.DataFrame:
        """As every result has it, by number of the run."""
        found = super().table(name)
        # Of a study that was stopped there may be none.
        return (found if self.records else found.reindex(columns=columns(self.study.paths, self.study.metrics))).set_index(
            "run"
        )


def what_if(
    study: Study | str | Path,
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    out: str | Path | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> WhatIf:
    """Solve every run of a study.

    1. read the study, the designs and the inputs, and check every path, before anything is solved;
    2. lay out the runs; equal ones are solved once;
    3. solve them, here or on several workers, writing each down as it is found; runs that a folder already holds
       are not solved again;
    4. add up.

    Args:
        study: a study, its file, or the name of one in ``models/studies``.
        model: the design where the study names none.
        inputs: loaded inputs, a folder, or None for ``inputs``.
        settings: dotted paths to values, for all runs.
        out: folder for ``runs.csv`` and ``summary.json``; None writes nothing.
        workers: processes.
        scheduler: address of a dask scheduler whose workers can read the same inputs, instead of processes.
        progress: called with a text and the share that is done; returning False stops.

    Raises:
        InputError: with every fault of study, designs, inputs and settings; when the folder is another study's.
        PilotPlannerError: when no scheduler answers, or workers die again and again.
        CancelledError: ``progress`` returned False; with the ``WhatIf`` of the runs that are finished.
    """
    started = time.perf_counter()
    plan, designs, ready = _prepare(study, model, inputs, settings or {})
    work = _Work(plan, designs, ready, None if out is None else Path(out))
    with Crew(workers, scheduler) as crew:
        work.begin()
        try:
            complete = work.solve(crew, progress)
        finally:
            work.end()
    found = work.add_up(complete, time.perf_counter() - started, workers, scheduler)
    if not complete:
        raise CancelledError(f"stopped with {len(found.records):,} of {len(work.runs):,} runs finished", found)
    return found


def _prepare(
    study: Study | str | Path, model: Design | str | Path | None, inputs: Inputs | str | Path | None, settings: Settings
) -> tuple[Study, dict[str, Design], Inputs]:
    """Study, designs by name and inputs; every fault of all of them at once."""
    plan, faults = (study, []) if isinstance(study, Study) else read_study(study)
    if plan.designs and model is not None:
        place = Place(plan.file, plan.rows.get("designs"), "designs")
        faults.append(Fault(place, "the study names its designs and --model another", "one of them", "leave one out"))
    models: list[Design | str | Path | None] = [_beside(plan, name) for name in plan.designs]
    of_design = {path: value for path, value in settings.items() if not path.startswith(INPUTS)}
    designs: list[Design] = []
    ready: Inputs | None = None
    for one in models or [model]:
        try:
            found = set_up(one, inputs, settings) if ready is None else set_up(one, ready, of_design)
            designs.append(found[0])
            ready = found[1]
        except InputError as error:
            faults += error.faults
    if ready is None:
        # Only to check the paths of the study in the same pass; faults of the inputs themselves are noted already.
        try:
            ready = inputs if isinstance(inputs, Inputs) else load_inputs(inputs)
        except InputError:
            raise InputError(dict.fromkeys(faults)) from None
    faults += paths_at_fault(plan, ready, settings, designs)
    if faults:
        raise InputError(dict.fromkeys(faults))
    return plan, _named(designs, plan.designs), ready


def _beside(study: Study, name: str) -> str | Path:
    """A design named in a study: a file beside it, else as everywhere."""
    beside = Path(study.file).parent / name
    return beside if name.endswith(".toml") and beside.is_file() else name


def _named(designs: Sequence[Design], given: Sequence[str]) -> dict[str, Design]:
    names = [design.name for design in designs]
    if len(set(names)) < len(names):
        names = list(given)
    return dict(zip(names, designs, strict=True))


@dataclass(frozen=True, slots=True)
class _Run:
    number: int
    design: str
    values: Case


@dataclass
class _Work:
    """The runs of one study: laid out, solved, written down."""

    study: Study
    designs: dict[str, Design]
    inputs: Inputs
    out: Path | None
    records: dict[int, Record] = field(default_factory=dict)
    solved: int = 0
    found_finished: int = 0

    def __post_init__(self) -> None:
        cases = [{path: _rounded(value) for path, value in case.items()} for case in self.study.cases(self.inputs)]
        laid_out = [(name, case) for name in self.designs for case in cases]
        self.runs = [_Run(number, name, case) for number, (name, case) in enumerate(laid_out, start=1)]
        self.equal: dict[str, list[_Run]] = {}
        for run in self.runs:
            self.equal.setdefault(json.dumps([run.design, run.values], sort_keys=True, default=str), []).append(run)
        self.twins = {run.number: runs for runs in self.equal.values() for run in runs}
        self.folder: RunsFolder | None = None
        if self.out is not None:
            about = {"title": self.study.title, "why": self.study.why}
            self.folder = RunsFolder(self.out, columns(self.study.paths, self.study.metrics), self.identity(), about)

    def identity(self) -> dict[str, Any]:
        """What makes two studies the same: a folder with another one's runs is refused."""
        cases = json.dumps([run.values for run in self.runs], sort_keys=True, default=str)
        return {
            "pilot_planner": package_version(),
            "mode": self.study.mode,
            "seed": self.study.seed if self.study.mode == "sample" else None,
            "paths": list(self.study.paths),
            "values": hashlib.sha256(cases.encode()).hexdigest(),
            "metrics": list(self.study.metrics),
            "designs": {name: design_hash(design) for name, design in self.designs.items()},
            "inputs": self.inputs.hash,
        }

    def begin(self) -> None:
        if self.folder is None:
            return
        for record in self.folder.open():
            self.records.setdefault(record["run"], record)
        self.found_finished = len(self.records)
        for number in list(self.records):
            self._note(self.records[number], [twin for twin in self.twins[number] if twin.number not in self.records])

    def end(self) -> None:
        if self.folder is not None:
            self.folder.close()

    def _note(self, record: Record, runs: Iterable[_Run]) -> None:
        """Write down what one run and its equals gave."""
        rows = [{**record, "run": run.number} for run in runs]
        if rows:
            self.records.update({row["run"]: row for row in rows})
            if self.folder is not None:
                self.folder.append(rows)

    def solve(self, crew: Crew, progress: Progress | None) -> bool:
        """Solve what is not finished; whether all of it was."""
        stopped = False

        def tell() -> bool:
            nonlocal stopped
            done = len(self.records)
            text = f"{done:,} of {len(self.runs):,} runs"
            stopped = progress is not None and not progress(text, done / len(self.runs))
            return stopped

        jobs = list(self._jobs(one_by_one=crew.in_this_process))
        if crew.in_this_process:
            keep(self.inputs)
        for _, rows in crew.results(solve_job, jobs, tell):
            for number, result in rows:
                self.solved += 1
                self._note(self._record(self.twins[number][0], result), self.twins[number])
        if not stopped:
            tell()
        return len(self.records) == len(self.runs)

    def _record(self, run: _Run, result: Result) -> Record:
        metrics = result.metrics or {}
        return {
            "run": run.number,
            "design": run.design,
            **run.values,
            "status": result.status,
            "objective": _rounded(result.objective),
            "gap": _rounded(result.gap),
            "hosts": result.hosts,
            **{name: _rounded(metrics.get(name)) for name in self.study.metrics},
            "reason": result.reason,
        }

    def _jobs(self, one_by_one: bool) -> Iterator[Job]:
        """Neighbouring runs go together, since each starts from what the last one found.

        Which runs go together depends on the study alone. Each group starts from nothing; so what is found does not
        depend on the number of workers.
        """
        firsts = sorted((twins[0] for twins in self.equal.values()), key=self._place)
        size = max(1, min(_MOST_RUNS_A_JOB, len(firsts) // _LEAST_JOBS))
        if any(path.startswith(INPUTS) for path in self.study.paths) and all(map(self._is_quick, self.designs.values())):
            size = max(size, min(_QUICK, len(firsts) // 2))
        makers = {name: job_maker(design, self.inputs, self.study.metrics) for name, design in self.designs.items()}
        batch = max(1, _RUNS_A_BATCH // size) * size
        for start in range(0, len(firsts), size):
            group = firsts[start : start + size]
            around = firsts[start // batch * batch :][:batch]
            for name in dict.fromkeys(run.design for run in group):
                expected = tuple(run.values for run in around if run.design == name)
                todo = [run for run in group if run.design == name and run.number not in self.records]
                parts = [[run] for run in todo] if one_by_one else [todo] if todo else []
                for number, part in enumerate(parts):
                    runs = [(run.number, run.values) for run in part]
                    yield makers[name](runs=runs, afresh=number == 0, expected=expected)

    def _is_quick(self, design: Design) -> bool:
        """Whether a run takes hundredths of a second, by the size of the programme as it is without any change."""
        return len(decide(make_case(design, self.inputs)).columns) <= MOST_COLUMNS_OF_SMALL

    def _place(self, run: _Run) -> tuple[Any, ...]:
        """Runs with the same programme but for the bounds of its limits stand together."""
        bounds = [value for path, value in run.values.items() if is_bound(path)]
        others = [value for path, value in run.values.items() if not is_bound(path)]
        return (list(self.designs).index(run.design), _sortable(others), _sortable(bounds), run.number)

    def add_up(self, complete: bool, seconds: float, workers: int, scheduler: str | None) -> WhatIf:
        records = tuple(self.records[number] for number in sorted(self.records))
        summary = {
            "title": self.study.title,
            "complete": complete,
            **spread(records, self.study.metrics),
            "hosts": _counted(record["hosts"] for record in records),
            "inputs_without_effect": self._without_effect(),
            "different_runs": len(self.equal),
            "mode": self.study.mode,
            "seed": self.study.seed if self.study.mode == "sample" else None,
            "designs": self.identity()["designs"],
            "inputs": self.inputs.origin,
            "input_hash": self.inputs.hash,
            "versions": versions(),
            "timings": {
                "seconds": seconds,
                "solved": self.solved,
                "found_finished": self.found_finished,
                "runs_per_second": self.solved / seconds if seconds > 0 else None,
                "workers": workers if scheduler is None else scheduler,
            },
        }
        if complete and self.folder is not None:
            self.folder.write_summary(summary)
        return WhatIf(self.study, records, summary, complete, self.solved)

    def _without_effect(self) -> list[str]:
        """Inputs that the study varies, or that were set, on which no figure rests in any of its designs."""
        paths = [vary.path for vary in self.study.vary] + [f"{INPUTS}{'.'.join(a)}" for a, _ in self.inputs.changes]
        wanted = of_settings(paths)
        if not wanted:
            return []
        found = [set(without_effect(make_case(design, self.inputs), wanted)) for design in self.designs.values()]
        return [f"{INPUTS}{path}" for path in dict.fromkeys(wanted) if all(path in one for one in found)]


def _counted(hosts: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in hosts:
        if one:
            counts[one] = counts.get(one, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _rounded(value: Any) -> Any:
    """Floats with twelve digits: what differs less than that is the same."""
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def _sortable(values: Sequence[Any]) -> list[tuple[int, Any]]:
    """Numbers in their order, everything else by its text."""
    return [(0, value) if isinstance(value, int | float) else (1, str(value)) for value in values]


# --- what workers do ---


_KEPT_SWEEPS: dict[str, Sweep] = {}


def solve_job(job: Job) -> list[tuple[int, Result]]:
    """The result of each run of a job, by its number."""
    if job.about not in _KEPT_SWEEPS:
        _KEPT_SWEEPS.clear()
        _KEPT_SWEEPS[job.about] = Sweep(Design.model_validate(job.design), inputs_of(job), job.metrics)
    sweep = _KEPT_SWEEPS[job.about]
    sweep.expect(job.expected)
    if job.afresh:
        sweep.forget_searches()
    return [(number, sweep.run(values)) for number, values in job.runs]
