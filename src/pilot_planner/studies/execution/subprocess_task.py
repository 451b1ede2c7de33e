"""One job in a process of its own while this one goes on.

Unlike the workers of ``workers``, the process is a plain child: it never runs the caller's script again, so a script
needs no guard, and it may be started by a process that is itself a worker.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

Stopped = Callable[[], bool]
_SECONDS_BETWEEN_LOOKS = 0.2


class StoppedError(Exception):
    """The caller did not want the job any more."""


class Beside[T]:
    """A job under way. ``work`` and its arguments travel, so they must be plain; so must its result."""

    def __init__[**P](self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> None:
        self._here: Callable[[], T] = lambda: work(*args, **kwargs)
        self._answer: tuple[bool, Any] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(  # noqa: S603  # nosec B603 # this interpreter, this module
                [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError:
            return
        self._reader = threading.Thread(target=self._talk, args=(pickle.dumps((work, args, kwargs)),), daemon=True)
        self._reader.start()

    def result(self, stopped: Stopped = lambda: False) -> T:
        """What the job returns, or its error. Where the process could not be run or died, the job is done here.

        ``stopped`` is asked now and then; True ends the process and raises StoppedError.
        """
        if self._process is not None:
            while self._reader.is_alive():
                self._reader.join(_SECONDS_BETWEEN_LOOKS)
                if self._reader.is_alive() and stopped():
                    self.end()
                    raise StoppedError
            self.end()
        if self._answer is None:
            return self._here()
        done, answer = self._answer
        if not done:
            raise answer
        return answer  # type: ignore[no-any-return]

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            self._reader.join()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()

    def _talk(self, job: bytes) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return
        try:
            # Kept open: when this process ends, however it does, the pipe closes and the other one ends as well.
            process.stdin.write(job)
            process.stdin.flush()
            self._answer = pickle.load(process.stdout)  # noqa: S301  # nosec B301 # by the child of this process
        except Exception:  # whatever an answer that is cut off, or cannot be read back, is taken for
            self._answer = None


def _work(asked: IO[bytes], answers: IO[bytes]) -> None:
    """In the other process: one job, one answer."""
    work, args, kwargs = pickle.load(asked)  # noqa: S301  # nosec B301 # by the parent of this process
    threading.Thread(target=_end_with, args=(asked,), daemon=True).start()
    try:
        answer = (True, work(*args, **kwargs))
    except Exception as error:
        answer = (False, error)
    pickle.dump(answer, answers)
    answers.flush()


def _end_with(asked: IO[bytes]) -> None:
    asked.read()
    os._exit(1)


if __name__ == "__main__":
    # What a library prints must not stand among the answers.
    there = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _work(sys.stdin.buffer, there)
    os._exit(0)
