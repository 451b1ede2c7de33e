"""Work on this machine or many, behind one interface: ``concurrent.futures.Executor``.

One worker works in this process; several are processes of their own; a scheduler's address sends work to a dask
cluster. A worker that is killed loses nothing: what it had in hand is done again.
"""

from __future__ import annotations

import ast
import multiprocessing
import os
import signal
import sys
import threading
import time
import tokenize
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from typing import Any, Self

from pilot_planner.errors import PilotPlannerError

MOST_RESTARTS = 3
"""New pools that are made after workers died, before the work is given up."""
MOST_WORKERS = 64

_SECONDS_TO_CONNECT = 10
_IN_HAND = 3
"""Jobs waiting or under way for each worker: enough to keep it busy, few enough to stop soon."""
_IN_HAND_OF_A_CLUSTER = 64
_SECONDS_BETWEEN_LOOKS = 0.5
_SECONDS_WITHOUT_WORKERS = 10.0
"""How long a cluster may have no worker at all: enough for one to start again, short enough to be told soon."""

Stopped = Callable[[], bool]


class _Here(Executor):
    """Does each job at once in this process."""

    def submit[**P, T](self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Crew:
    """An executor with the number of jobs to give it at a time. Use as a context; leaving it stops every worker."""

    def __init__(self, workers: int = 1, scheduler: str | None = None) -> None:
        if not 1 <= workers <= MOST_WORKERS:
            raise PilotPlannerError(f"--workers {workers}: from 1 to {MOST_WORKERS} can be used")
        self.workers = workers
        self._client: Any = None
        self._scheduler = scheduler or ""
        self._last_worker = time.monotonic()
        """When the cluster was last seen with a worker."""
        self._lifeline: connection.Connection | None = None
        """Open while the workers are wanted: it closes by itself when this process dies."""
        self.in_hand = 1
        self._executor: Executor
        if scheduler is not None:
            self._client = _connect(scheduler)
            self.in_hand = _IN_HAND_OF_A_CLUSTER
            self._executor = self._client.get_executor(pure=False)
        elif workers == 1:
            self._executor = _Here()
        else:
            _refuse_without_guard()
            self.in_hand = _IN_HAND * workers
            self._executor = self._pool()

    @property
    def in_this_process(self) -> bool:
        return isinstance(self._executor, _Here)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()
            return
        # What is still under way is not wanted any more, so workers need not finish it.
        self._end_workers()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def results[J, R](self, work: Callable[[J], R], jobs: Sequence[J], stopped: Stopped) -> Iterator[tuple[int, R]]:
        """The number and result of each job, as they are done; ends early when ``stopped`` says so.

        ``work`` and the jobs travel to other processes, so both must be plain. A job may be done twice when a worker
        dies. Raises PilotPlannerError when workers die again and again, or a cluster has had none for some seconds.
        """
        self._last_worker = time.monotonic()
        finished = False
        waiting = list(range(len(jobs)))[::-1]
        under_way: dict[Future[R], int] = {}
        restarts = 0
        while (waiting or under_way) and not stopped():
            try:
                while waiting and len(under_way) < self.in_hand:
                    future = self._executor.submit(work, jobs[waiting[-1]])
                    under_way[future] = waiting.pop()
                done, _ = wait(under_way, timeout=_SECONDS_BETWEEN_LOOKS, return_when=FIRST_COMPLETED)
                self._check_cluster(idle=not done)
                for future in done:
                    result = future.result()
                    finished = True
                    yield under_way.pop(future), result
            except BrokenProcessPool:
                restarts = _once_more(restarts, finished)
                waiting += sorted(under_way.values(), reverse=True)
                under_way.clear()
                self._end_workers()
                self._executor.shutdown(wait=True, cancel_futures=True)
                self._executor = self._pool()
            except Exception as error:
                if type(error).__name__ == "KilledWorker":
                    raise PilotPlannerError(f"the cluster gave up on a job ({error}); finished runs are kept") from None
                if not _is_of_the_executor(error):
                    raise
                # A worker that dies just as it has told a result: the executor takes the result for an error.
                restarts = _once_more(restarts, finished)
                waiting.append(under_way.pop(future))
        for future in under_way:
            future.cancel()

    def _check_cluster(self, *, idle: bool) -> None:
        """Raises PilotPlannerError where the cluster has had no worker for too long."""
        if self._client is None or not idle:
            return
        now = time.monotonic()
        if self._client.scheduler_info()["workers"]:
            self._last_worker = now
        elif now - self._last_worker > _SECONDS_WITHOUT_WORKERS:
            what = f"--scheduler {self._scheduler}: no worker has been there for {_SECONDS_WITHOUT_WORKERS:.0f} s"
            fix = f"start some with 'dask worker {self._scheduler}' and ask again"
            raise PilotPlannerError(f"{what}; finished runs are kept: {fix}")

    def _pool(self) -> Executor:
        context = multiprocessing.get_context("spawn")
        ended, self._lifeline = context.Pipe(duplex=False)
        return ProcessPoolExecutor(self.workers, mp_context=context, initializer=_begin, initargs=(ended,))

    def _end_workers(self) -> None:
        if self._lifeline is not None:
            self._lifeline.close()


def _is_of_the_executor(error: Exception) -> bool:
    """Whether an error comes from Dask's executor itself and not from the work."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return frame is not None and frame.tb_frame.f_globals.get("__name__") == "distributed.cfexecutor"


def _once_more(restarts: int, finished: bool) -> int:
    """One more time that workers died. Raises PilotPlannerError where that is too often."""
    if restarts < MOST_RESTARTS:
        return restarts + 1
    what = f"workers died {restarts + 1} times"
    if not finished:
        what += f" before any of them had finished anything (a script that starts workers must have a guard: {_GUARD})"
    raise PilotPlannerError(f"{what}; finished runs are kept: use fewer workers, or free memory") from None


_GUARD = "if __name__ == '__main__':"


def _refuse_without_guard() -> None:
    """Raises PilotPlannerError in a script that its own workers would run again, each of which would start workers.

    A new process imports the script that started it. What stands there outside a main guard is done once more.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        # This is such a process already; the one that began it says what is wrong.
        os._exit(1)
    found = _line_of_script()
    if found is None:
        return
    file, line = found
    try:
        with tokenize.open(file) as source:
            tree = ast.parse(source.read())
    except (OSError, SyntaxError, UnicodeDecodeError):
        return
    guarded = (
        isinstance(one, ast.If)
        and one.lineno <= line
        and any(isinstance(name, ast.Name) and name.id == "__name__" for name in ast.walk(one.test))
        for one in tree.body
    )
    if not any(guarded):
        what = f"{file}:{line}: workers are started outside a main guard, so each would run this script again"
        raise PilotPlannerError(f"{what}; expected '{_GUARD}'; put what the script does under it, or use workers=1")


def _line_of_script() -> tuple[str, int] | None:
    """Where the script that runs as the main module has called us from; None where none did."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    # A package's __main__ is not imported again, nor is what is typed.
    packaged = getattr(getattr(main, "__spec__", None), "name", "").endswith("__main__")
    if file is None or packaged or frame.f_globals is not vars(main) or frame.f_code.co_name != "<module>":
        return None
    return file, frame.f_lineno


def _begin(ended: connection.Connection) -> None:
    """In a new worker: leave Ctrl-C to the parent, and end when the parent says so or ends itself, however it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(ended,), daemon=True).start()


def _end_with(ended: connection.Connection) -> None:
    connection.wait([ended])
    os._exit(1)


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        what = "--scheduler needs the package 'distributed'"
        raise PilotPlannerError(f"{what}: pip install 'pilot-planner[cluster]'") from None
    try:
        return Client(address, timeout=_SECONDS_TO_CONNECT)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        what = f"--scheduler {address}: no scheduler answers there"
        raise PilotPlannerError(f"{what} ({error or type(error).__name__}); expected such as tcp://127.0.0.1:8786") from None
