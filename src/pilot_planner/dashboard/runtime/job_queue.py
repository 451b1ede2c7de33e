"""Long work for visitors, in processes of its own, so that the pages stay quick: fronts, prices, what-ifs, risk.

A job is known by what was asked. Two visitors who ask the same wait for one job; it ends early only when nobody wants it
any more. Results are plain records and stay for a while. A few work at a time; others wait in the order in
which they came.
"""

from __future__ import annotations

import contextlib
import copy
import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Literal

from pilot_planner.dashboard.runtime.job_process import Tell as Tell
from pilot_planner.dashboard.runtime.job_process import Work, do_work, processes
from pilot_planner.dashboard.runtime.log import Log, no_log
from pilot_planner.errors import NotAllowedError

Status = Literal["waiting", "running", "done", "failed", "cancelled"]

_MOST_KEPT = 40
_SECONDS_UNWANTED = 30.0
"""A job that no page has asked about for so long is stopped."""
_SECONDS_TO_STOP = 5.0


@dataclass(frozen=True)
class Limits:
    """How many jobs work at a time, may be begun by one visitor and wait in all; how long each works, in how much memory.

    None is no limit: on a machine of one's own, everything is one's own.
    """

    at_once: int = 2
    per_visitor: int | None = None
    waiting: int | None = None
    seconds: float | None = None
    megabytes: int | None = None


@dataclass
class Job:
    """One piece of long work, as pages see it."""

    key: str
    status: Status = "waiting"
    text: str = ""
    share: float = 0.0
    items: list[Any] = field(default_factory=list)
    earlier: tuple[Any, ...] = ()
    """What the same work had told when it was ended before it was begun again."""
    result: Any = None
    message: str = ""
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    asked: float = field(default_factory=time.monotonic)
    stop: bool = False
    """Whether its process is asked to stop, for whatever reason."""
    cancelled: bool = False
    wanted_by: dict[str, float] = field(default_factory=dict)
    """Who has asked about it and when last."""
    kind: str = ""
    """What work it does."""
    owner: str = ""
    """Who has begun it."""

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


def _anybody() -> str:
    return ""


def _anything(kind: str) -> None:
    """Every kind of work may be begun."""


class Jobs:
    """The jobs of one server."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        who: Callable[[], str] = _anybody,
        may_start: Callable[[str], None] = _anything,
        log: Log = no_log,
    ) -> None:
        """``who`` names the visitor who asks; ``may_start`` raises where he may not begin that kind of work."""
        self._context = processes()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        # A job that is refused ends while it is begun.
        self._lock = threading.RLock()
        self._limits = limits or Limits()
        self._who, self._may_start, self._log = who, may_start, log
        self._queue: list[Job] = []
        self._working = 0

    def start(self, key: str, work: Work, task: Mapping[str, Any]) -> Job:
        """Begin the work, or join it when it was begun already. ``work`` is a function at the top of a module.

        Where the visitor or the server has too much under way, the job that is returned has failed and says so.
        """
        who, kind = self._who(), work.__name__
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and job.status not in ("failed", "cancelled") and not job.cancelled:
                self._want(job, who)
                self._jobs.move_to_end(key)
                return job
        self._may_start(kind)
        with self._lock:
            self._give_way(who, kind)
            refused = self._too_much(who)
            before = self._jobs.get(key)
            told = () if before is None else max(before.earlier, tuple(before.items), key=len)
            job = self._jobs[key] = Job(key, earlier=told, kind=kind, owner=who)
            self._want(job, who)
            self._drop_old()
            if refused:
                self._end(job, "failed", refused)
                return job
            self._queue.append(job)
            job.text = self._place(job)
        threading.Thread(target=self._run, args=(job, work, dict(task)), daemon=True, name=f"job {key}").start()
        return job

    def _want(self, job: Job, who: str) -> None:
        job.asked = job.wanted_by[who] = time.monotonic()

    def _too_much(self, who: str) -> str:
        """Why no more work is taken; empty where it is."""
        limits = self._limits
        mine = sum(1 for job in self._jobs.values() if not (job.over or job.cancelled) and job.owner == who)
        if limits.per_visitor is not None and who and mine >= limits.per_visitor:
            what = f"you have {mine} pieces of work under way or waiting, as many as one account may"
            return f"{what}; wait for one to end, or cancel one"
        waiting = len(self._queue)
        if limits.waiting is not None and waiting >= limits.waiting:
            return f"the server is busy: {waiting} pieces of work wait already, and no more are taken; try again in a while"
        return ""

    def _give_way(self, who: str, kind: str) -> None:
        """What began by itself for an earlier plan of the same visitor is not wanted any more once there is a later one."""
        if not who or kind not in _BY_THEMSELVES:
            return
        for job in self._jobs.values():
            if job.kind == kind and not job.over and not self._others(job, who):
                job.cancelled = True

    def _others(self, job: Job, who: str) -> bool:
        """Whether somebody else has asked about a job lately."""
        since = time.monotonic() - _SECONDS_UNWANTED
        return any(at > since for name, at in job.wanted_by.items() if name != who)

    def _place(self, job: Job) -> str:
        """What a job says that waits."""
        if self._working < self._limits.at_once and self._queue[:1] == [job]:
            return ""
        return f"busy: place {self._queue.index(job) + 1} in the queue"

    def get(self, key: str | None) -> Job | None:
        """The job as it is now, if it is still known; asking keeps it wanted.

        It does not change while a page reads it: one that ended between two looks would be half of each.
        """
        with self._lock:
            job = self._asked_about(key)
            if job is None:
                return None
            now = copy.copy(job)
            now.items = list(job.items)
            return now

    def _asked_about(self, key: str | None) -> Job | None:
        job = self._jobs.get(key or "")
        if job is not None:
            self._want(job, self._who())
        return job

    def cancel(self, key: str | None) -> None:
        """Ask a job to stop. What it has found so far stays. Raises NotAllowedError while somebody else waits for it."""
        with self._lock:
            job = self._asked_about(key)
            if job is None or job.over:
                return
            if self._others(job, self._who()):
                raise NotAllowedError("Somebody else waits for this too, so it goes on.")
            job.cancelled = True

    def leave(self, key: str | None) -> None:
        """Stop a job unless somebody else waits for it."""
        with contextlib.suppress(NotAllowedError):
            self.cancel(key)

    def close(self) -> None:
        """Stop everything; for the end of the server."""
        with self._lock:
            for job in self._jobs.values():
                job.cancelled = True

    def _drop_old(self) -> None:
        over = [key for key, job in self._jobs.items() if job.over]
        for key in over[: max(0, len(self._jobs) - _MOST_KEPT)]:
            del self._jobs[key]

    def _run(self, job: Job, work: Work, task: dict[str, Any]) -> None:
        while not self._takes_turn(job):
            if self._unwanted(job):
                with self._lock:
                    self._queue.remove(job)
                self._end(job, "cancelled")
                return
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        job.began = time.monotonic()
        try:
            self._in_process(job, work, task)
        except OSError as error:
            self._end(job, "failed", f"a process of its own could not be begun ({error.strerror or error})")
        finally:
            with self._lock:
                self._working -= 1

    def _takes_turn(self, job: Job) -> bool:
        with self._lock:
            if self._working >= self._limits.at_once or self._queue[0] is not job:
                job.text = self._place(job)
                return False
            self._queue.pop(0)
            self._working += 1
            job.text = ""
            return True

    def _in_process(self, job: Job, work: Work, task: dict[str, Any]) -> None:
        here, there = self._context.Pipe()
        process = self._context.Process(target=do_work, args=(work, task, there, self._limits.megabytes), daemon=True)
        job.status = "running"
        process.start()
        there.close()
        stopping: float | None = None
        late = ""
        try:
            while not job.over:
                late = late or self._late(job)
                if stopping is None and (late or self._unwanted(job)):
                    stopping, job.stop = time.monotonic(), True
                    with contextlib.suppress(OSError):  # it may have ended by itself
                        here.send("stop")
                # What began by itself has nothing to put away.
                patience = 0.0 if job.kind in _BY_THEMSELVES and not late else _SECONDS_TO_STOP
                if stopping is not None and time.monotonic() - stopping > patience:
                    self._end(job, *(("failed", late) if late else ("cancelled", "")))
                elif here.poll(_SECONDS_BETWEEN_LOOKS):
                    if not self._hear(job, here, late):
                        process.join(_SECONDS_TO_STOP)
                        self._died(job, process.exitcode, late)
                elif not process.is_alive() and not here.poll(0):
                    self._died(job, process.exitcode, late)
        finally:
            here.close()
            process.join(_SECONDS_TO_STOP if stopping is None else _SECONDS_BETWEEN_LOOKS)
            if process.is_alive():
                process.terminate()
                process.join(_SECONDS_TO_STOP)
                if process.is_alive():
                    process.kill()

    def _late(self, job: Job) -> str:
        """That a job has worked longer than the server gives to one; empty while it has not."""
        most = self._limits.seconds
        if most is None or job.seconds <= most:
            return ""
        long = f"{most / 60:g} min" if most >= _A_MINUTE else f"{most:g} s"
        return f"this took longer than the {long} that the server gives to one piece of work"

    def _died(self, job: Job, code: int | None, late: str) -> None:
        if self._stopped(job) and not late:
            self._end(job, "cancelled")
            return
        died = "the process that worked on this died; ask again"
        if self._limits.megabytes is not None and code not in (0, None):
            much = f"one piece of work may have {self._limits.megabytes:,} MB of memory"
            died = f"{died}, for less if this was too much: {much}"
        self._end(job, "failed", late or died)

    def _hear(self, job: Job, here: Connection, late: str) -> bool:
        """Take in one thing that the process tells; False where it has gone without a last word."""
        try:
            kind, value = here.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            return False
        match kind:
            case "progress":
                with self._lock:
                    job.text, job.share = value
            case "item":
                with self._lock:
                    job.items.append(value)
            case "done":
                self._end(job, ("failed" if late else "cancelled") if self._stopped(job) else "done", late, value)
            case _:
                self._end(job, "failed" if late or not self._stopped(job) else "cancelled", late or str(value))
        return True

    def _stopped(self, job: Job) -> bool:
        return job.cancelled or job.stop

    def _unwanted(self, job: Job) -> bool:
        return job.cancelled or time.monotonic() - job.asked > _SECONDS_UNWANTED

    def _end(self, job: Job, status: Status, message: str = "", result: Any = None) -> None:
        with self._lock:
            job.ended = time.monotonic()
            job.message, job.result, job.status = message, result, status
        self._log("work", kind=job.kind, status=status, seconds=round(job.seconds, 3), found=len(job.items))


_SECONDS_BETWEEN_LOOKS = 0.1
_A_MINUTE = 60
_BY_THEMSELVES = ("diagnosis", "effects", "why")
"""Work that begins with each plan without being asked for."""
