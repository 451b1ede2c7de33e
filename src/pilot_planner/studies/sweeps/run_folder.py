"""The folder of a study: ``study.json`` says whose it is, ``runs.csv`` grows run by run, ``summary.json`` comes last."""

from __future__ import annotations

import csv
import io
import json
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.studies.execution.growing_file import GrowingFile, cannot_go_on
from pilot_planner.whole_files import cannot_be_written, write_file, write_folder

RUNS, STUDY, SUMMARY = "runs.csv", "study.json", "summary.json"
FILES = (RUNS, STUDY, SUMMARY)
FRONT = ("run", "design")
OUTCOME = ("status", "objective", "gap", "hosts")
LAST = ("reason",)

Record = dict[str, Any]
"""One run: the columns of ``runs.csv`` in their own types, None for an empty cell."""


def columns(paths: Sequence[str], metrics: Sequence[str]) -> tuple[str, ...]:
    """The header of ``runs.csv``. A metric that is varied as well keeps its own name; paths have points in theirs."""
    return (*FRONT, *paths, *OUTCOME, *metrics, *LAST)


class RunsFolder:
    """Rows are appended whole and at once; what a killed process left half-written is dropped when it goes on."""

    def __init__(self, folder: Path, header: Sequence[str], identity: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        """``identity`` must agree with what the folder says; ``about`` is for readers."""
        self.folder = folder
        self.header = tuple(header)
        self.identity = dict(identity)
        self.about = dict(about)
        self._rows = GrowingFile(folder / RUNS)

    def open(self) -> list[Record]:
        """Make the folder, or take up one of the same study; gives the runs that are finished there."""
        try:
            self._take_up_or_make()
            finished = self._finished()
            self._rows.open()
        except OSError as error:
            raise cannot_be_written(self.folder, error) from None
        return finished

    def _take_up_or_make(self) -> None:
        place = Place(str(self.folder))
        if self.folder.exists() and not self.folder.is_dir():
            raise InputError([Fault(place, "is a file", "a folder", "choose another name")])
        # Names that begin with a point are left by file managers, and by our own unfinished writing.
        inside = self.folder.iterdir() if self.folder.exists() else ()
        there = sorted(path.name for path in inside if not path.name.startswith("."))
        foreign = [name for name in there if name not in FILES]
        if foreign or (there and STUDY not in there):
            what = f"holds files that are not of a study: {', '.join((foreign or there)[:3])}"
            raise InputError([Fault(place, what, "an empty folder or this study's own", "choose another folder")])
        if not there:
            write_folder(self.folder, {STUDY: _document(self.about | self.identity), RUNS: _line(self.header)})
            return
        different = self._different()
        if different:
            what = f"holds another study: {', '.join(different)} differ"
            raise InputError([Fault(place, what, "this study's own folder", "choose another folder, or remove that one")])

    def _different(self) -> list[str]:
        try:
            known = json.loads((self.folder / STUDY).read_text(encoding="utf-8"))
        except ValueError:
            return [STUDY]
        if not isinstance(known, dict):
            return [STUDY]
        return [key for key, value in json.loads(json.dumps(self.identity)).items() if known.get(key) != value]

    def _finished(self) -> list[Record]:
        """The whole rows of ``runs.csv``; what follows the last of them is cut off."""
        whole = self._rows.read()
        if not whole:
            write_file(self._rows.path, _line(self.header))
            return []
        rows = list(csv.reader(io.StringIO(whole.decode("utf-8"), newline="")))
        if tuple(rows[0]) != self.header or any(len(row) != len(self.header) for row in rows):
            what, fix = "has other columns than this study writes", "remove it, or choose another folder"
            raise InputError([Fault(Place(str(self._rows.path), 1), what, "the runs of this study", fix)])
        return [self._record(row) for row in rows[1:]]

    def _record(self, cells: Sequence[str]) -> Record:
        return {column: _value(column, cell) for column, cell in zip(self.header, cells, strict=True)}

    def append(self, records: Iterable[Record]) -> None:
        """Write rows whole or not at all. Raises PilotPlannerError where there is no room for them."""
        self._rows.append(b"".join(_line([cell(record[column]) for column in self.header]) for record in records))

    def close(self) -> None:
        self._rows.close()

    def write_summary(self, summary: Mapping[str, Any]) -> None:
        try:
            write_file(self.folder / SUMMARY, _document(summary))
        except OSError as error:
            raise cannot_go_on(self.folder, error) from None


def _line(cells: Sequence[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode("utf-8")


def cell(value: Any) -> str:
    """A value as it stands in a cell; lists and tables as JSON, so that no cell holds a line break."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value)
        case str() | int():
            return " ".join(str(value).splitlines())
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


_TEXTS = ("design", "status", "hosts", "reason")


def _value(column: str, text: str) -> Any:
    if column in _TEXTS:
        return text
    if text == "":
        return None
    try:
        return int(text) if column == "run" else json.loads(text)
    except ValueError:
        return text


def _document(document: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)}\n".encode()


def spread(records: Sequence[Record], metrics: Sequence[str]) -> dict[str, Any]:
    """Counts by status, and least, median and most of the objective and of each metric over runs with a plan."""
    found = {}
    for name in ("objective", *metrics):
        values = [record[name] for record in records if record[name] is not None]
        if values:
            found[name] = {"min": min(values), "median": statistics.median(values), "max": max(values)}
    return {"runs": len(records), "statuses": dict(Counter(record["status"] for record in records)), "metrics": found}
