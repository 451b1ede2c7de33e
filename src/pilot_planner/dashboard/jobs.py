"""Long work for visitors, in processes of its own, so that the pages stay quick: fronts, prices, what-ifs, risk.

A job is known by what was asked. Two visitors who ask the same wait for one job; it ends early only when nobody wants it
any more. Results are plain records and stay for a while.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from typing import Any, Literal

Status = Literal["waiting", "running", "done", "failed", "cancelled"]

_AT_ONCE = 2
_MOST_KEPT = 40
_SECONDS_UNWANTED = 30.0
"""A job that no page has asked about for so long is stopped."""
_SECONDS_TO_STOP = 5.0
_GIVES_WAY = 5
"""How much less of a busy machine jobs get than answers to visitors, as POSIX counts niceness."""

Tell = Callable[[str, Any], bool]
"""Given to the work: ``tell("progress", (text, share))`` or ``tell("item", record)``; False means: stop."""
Work = Callable[[Mapping[str, Any], Tell], Any]


@dataclass
class Job:
    """One piece of long work, as pages see it."""

    key: str
    status: Status = "waiting"
    text: str = ""
    share: float = 0.0
    items: list[Any] = field(default_factory=list)
    result: Any = None
    message: str = ""
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    asked: float = field(default_factory=time.monotonic)
    stop: Event | None = field(default=None, repr=False)
    cancelled: bool = False

    @property
    def over(self) -> bool:
        return self.status in ("done", "failed", "cancelled")

    @property
    def seconds(self) -> float:
        return (self.ended or time.monotonic()) - self.began

    @property
    def seconds_left(self) -> float | None:
        """About how long it still takes; None before that can be told."""
        return None if self.share <= _TOO_EARLY or self.over else self.seconds * (1.0 - self.share) / self.share


_TOO_EARLY = 0.05


class Jobs:
    """The jobs of one server."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(_AT_ONCE)

    def start(self, key: str, work: Work, task: Mapping[str, Any]) -> Job:
        """Begin the work, or join it when it was begun already. ``work`` is a function at the top of a module."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and job.status not in ("failed", "cancelled") and not job.cancelled:
                job.asked = time.monotonic()
                self._jobs.move_to_end(key)
                return job
            job = self._jobs[key] = Job(key, stop=self._context.Event())
            self._drop_old()
        threading.Thread(target=self._run, args=(job, work, dict(task)), daemon=True, name=f"job {key}").start()
        return job

    def get(self, key: str | None) -> Job | None:
        """The job, if it is still known; asking keeps it wanted."""
        with self._lock:
            job = self._jobs.get(key or "")
            if job is not None:
                job.asked = time.monotonic()
            return job

    def cancel(self, key: str | None) -> None:
        """Ask a job to stop. What it has found so far stays."""
        job = self.get(key)
        if job is not None and job.stop is not None:
            job.cancelled = True
            job.stop.set()

    def close(self) -> None:
        """Stop everything; for the end of the server."""
        with self._lock:
            for job in self._jobs.values():
                job.cancelled = True
                if job.stop is not None:
                    job.stop.set()

    def _drop_old(self) -> None:
        over = [key for key, job in self._jobs.items() if job.over]
        for key in over[: max(0, len(self._jobs) - _MOST_KEPT)]:
            del self._jobs[key]

    def _run(self, job: Job, work: Work, task: dict[str, Any]) -> None:
        while not self._turns.acquire(timeout=_SECONDS_BETWEEN_LOOKS):
            job.text = "waiting for its turn"
            if self._unwanted(job):
                self._end(job, "cancelled")
                return
        try:
            self._in_process(job, work, task)
        except OSError as error:
            self._end(job, "failed", f"a process of its own could not be begun ({error.strerror or error})")
        finally:
            self._turns.release()

    def _in_process(self, job: Job, work: Work, task: dict[str, Any]) -> None:
        here, there = self._context.Pipe()
        process = self._context.Process(target=_work, args=(work, task, there, job.stop), daemon=True)
        job.status = "running"
        process.start()
        there.close()
        stopping: float | None = None
        try:
            while not job.over:
                if self._unwanted(job) and job.stop is not None:
                    job.stop.set()
                    stopping = stopping or time.monotonic()
                if stopping is not None and time.monotonic() - stopping > _SECONDS_TO_STOP:
                    self._end(job, "cancelled")
                elif here.poll(_SECONDS_BETWEEN_LOOKS):
                    self._hear(job, here)
                elif not process.is_alive() and not here.poll(0):
                    self._end(job, "failed", "the process that worked on this died; ask again")
        finally:
            here.close()
            process.join(_SECONDS_TO_STOP if stopping is None else _SECONDS_BETWEEN_LOOKS)
            if process.is_alive():
                process.terminate()

    def _hear(self, job: Job, here: Connection) -> None:
        try:
            kind, value = here.recv()
        except (EOFError, OSError):
            self._end(job, "failed", "the process that worked on this died; ask again")
            return
        match kind:
            case "progress":
                job.text, job.share = value
            case "item":
                job.items.append(value)
            case "done":
                job.result = value
                self._end(job, "cancelled" if self._stopped(job) else "done")
            case _:
                self._end(job, "cancelled" if self._stopped(job) else "failed", str(value))

    def _stopped(self, job: Job) -> bool:
        return job.cancelled or (job.stop is not None and job.stop.is_set())

    def _unwanted(self, job: Job) -> bool:
        return job.cancelled or time.monotonic() - job.asked > _SECONDS_UNWANTED

    def _end(self, job: Job, status: Status, message: str = "") -> None:
        job.ended = time.monotonic()
        job.message = message
        job.status = status


_SECONDS_BETWEEN_LOOKS = 0.1


def _work(work: Work, task: Mapping[str, Any], pipe: Connection, stop: Event) -> None:
    """In the process of the job: do the work and tell about it. A moved control goes before it."""
    from pilot_planner.errors import PilotPlannerError

    if hasattr(os, "nice"):
        os.nice(_GIVES_WAY)

    def tell(kind: str, value: Any) -> bool:
        # Nobody listens any more: the server has gone or given up.
        with contextlib.suppress(OSError):
            pipe.send((kind, value))
            return not stop.is_set()
        return False

    try:
        end = ("done", work(task, tell))
    except PilotPlannerError as error:
        end = ("failed", str(error))
    except Exception as error:  # the last net of this process: a fault of ours, told in a sentence
        end = ("failed", f"this is a fault of the planner itself, not of your settings ({type(error).__name__}: {error})")
    with contextlib.suppress(OSError):
        pipe.send(end)
        pipe.close()
