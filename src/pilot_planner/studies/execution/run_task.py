"""Runs as plain data that can travel to any worker, in this process, beside it or on another machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pilot_planner.data.inputs import Inputs
from pilot_planner.data.loading import load_inputs
from pilot_planner.data.locations import resolve_inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import InputError, PilotPlannerError
from pilot_planner.studies.sweeps.study_file import Case


@dataclass(frozen=True)
class Job:
    """Some runs of one design.

    Attributes:
        about: what the runs have in common with all others of their study.
        design: as a tree of plain values.
        inputs: folder; ``input_hash`` is of the inputs themselves and ``changes`` what they differ in from the folder.
        metrics: that every run gives.
        runs: settings by number.
        afresh: whether nothing may be left of the jobs before.
    """

    about: str
    design: dict[str, Any]
    inputs: str
    input_hash: str
    changes: Mapping[str, float]
    metrics: tuple[str, ...]
    runs: list[tuple[int, Case]]
    afresh: bool
    expected: tuple[Case, ...] = ()
    """Settings of these runs and of those around them that come before or after: what they have in common is made once."""


def job_maker(design: Design, inputs: Inputs, metrics: tuple[str, ...] = ()) -> Callable[..., Job]:
    """What jobs of one design on the same inputs have in common; ``runs`` and ``afresh`` are to be given for each."""
    tree = design.model_dump(mode="json")
    return partial(
        Job,
        about=json.dumps([tree, inputs.hash, metrics], sort_keys=True),
        design=tree,
        inputs=Path(inputs.origin).resolve().as_posix(),
        input_hash=inputs.hash,
        changes={".".join(filter(None, (*address, bound))): value for (address, bound), value in inputs.changes.items()},
        metrics=metrics,
    )


_KEPT: dict[str, Inputs] = {}
"""Inputs by hash: each worker process reads them once."""


def keep(inputs: Inputs) -> None:
    """Spare jobs of this process the reading."""
    _KEPT.clear()
    _KEPT[inputs.hash] = inputs


def inputs_of(job: Job) -> Inputs:
    """The inputs of a job. Raises PilotPlannerError where they cannot be read here or are not those of the study."""
    if job.input_hash not in _KEPT:
        try:
            inputs = load_inputs(resolve_inputs(job.inputs))
            inputs = inputs.with_values(job.changes) if job.changes else inputs
        except InputError as error:
            raise PilotPlannerError(f"a worker cannot read the inputs in {job.inputs}: {error.faults[0]}") from None
        if inputs.hash != job.input_hash:
            raise PilotPlannerError(f"the inputs that a worker finds in {job.inputs} differ from those of this study")
        keep(inputs)
    return _KEPT[job.input_hash]
