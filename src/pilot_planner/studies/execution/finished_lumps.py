"""What a study has finished, written down lump by lump: stopped or killed, the same call goes on from there.

A lump is what takes seconds: some draws, one search. The file is ``unfinished.jsonl`` in the folder of the study; its first
line says whose it is, each further line is one lump. It goes when the files of the finished study are written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter

from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.studies.execution.growing_file import GrowingFile
from pilot_planner.studies.execution.workers import Crew, Stopped
from pilot_planner.studies.planning.plan import design_hash, package_version
from pilot_planner.whole_files import cannot_be_written, write_file

FILE = "unfinished.jsonl"


def identity(study: str, design: Design, inputs: Inputs, **asked: Any) -> dict[str, Any]:
    """What makes two studies of draws the same, so that one may go on with the lumps of the other."""
    return {
        "study": study,
        "pilot_planner": package_version(),
        "design": design_hash(design),
        "inputs": inputs.hash,
        **asked,
    }


class Finished:
    """Lumps of one study. Use as a context. Without a folder nothing is kept, and everything is made."""

    def __init__(self, folder: str | Path | None, whose: Mapping[str, Any]) -> None:
        """Raises InputError, on entering, where the folder cannot be written or holds lumps of another study."""
        self.folder = None if folder is None else Path(folder)
        self._whose = json.loads(json.dumps(whose))
        self._known: dict[str, Any] = {}
        self._turns: Counter[str] = Counter()
        self._file: GrowingFile | None = None

    def __enter__(self) -> Self:
        if self.folder is None:
            return self
        if self.folder.exists() and not self.folder.is_dir():
            raise InputError([Fault(Place(str(self.folder)), "is a file", "a folder", "choose another name")])
        file = GrowingFile(self.folder / FILE)
        try:
            whole = file.read()
            if whole:
                self._take_up(whole)
            else:
                write_file(file.path, _line(self._whose))
            file.open()
        except OSError as error:
            raise cannot_be_written(self.folder, error) from None
        self._file = file
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def _take_up(self, whole: bytes) -> None:
        try:
            first, *lumps = map(json.loads, whole.splitlines())
            self._known = dict(lumps)
            different = [key for key, value in self._whose.items() if first.get(key) != value]
        except (ValueError, TypeError, AttributeError):
            different = ["the whole file"]
        if different:
            place = Place(f"{self.folder}/{FILE}")
            what = f"is of another study that has not ended: {', '.join(different)} differ"
            raise InputError([Fault(place, what, "lumps of this study", "remove that file, or choose another folder")])

    def results[J, R](
        self, crew: Crew, work: Callable[[J], R], jobs: Sequence[J], stopped: Stopped, kind: TypeAdapter[R]
    ) -> Iterator[tuple[int, R]]:
        """The number and result of each job as ``Crew.results`` gives them, those first that were finished before."""
        waiting = []
        for number in range(len(jobs)):
            if (name := f"job {number}") in self._known:
                yield number, kind.validate_python(self._known[name])
            else:
                waiting.append(number)
        for place, result in crew.results(work, [jobs[number] for number in waiting], stopped):
            self._keep(f"job {waiting[place]}", result, kind)
            yield waiting[place], result

    def step[R](
        self, name: str, make: Callable[[], R], kind: TypeAdapter[R], ended: Callable[[R], bool] = lambda made: True
    ) -> R:
        """What ``make`` gives, or gave before a stop. What has not ``ended`` is not kept."""
        if name in self._known:
            return kind.validate_python(self._known[name])
        made = make()
        if ended(made):
            self._keep(name, made, kind)
        return made

    def next_step[R](
        self, label: str, make: Callable[[], R], kind: TypeAdapter[R], ended: Callable[[R], bool] = lambda made: True
    ) -> R:
        """The same for work that is always asked for in the same order: the next one under that label."""
        self._turns[label] += 1
        return self.step(f"{label} {self._turns[label]}", make, kind, ended)

    def _keep[R](self, name: str, made: R, kind: TypeAdapter[R]) -> None:
        if self._file is not None:
            # Infinities are amounts here, so the plain tree and not pydantic's JSON, which has none.
            self._file.append(_line([name, kind.dump_python(made)]))


def forget(folder: Path) -> None:
    """The study has ended and its files are written: its lumps are not needed any more. Raises OSError."""
    (folder / FILE).unlink(missing_ok=True)


def _line(value: Any) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False)}\n".encode()
