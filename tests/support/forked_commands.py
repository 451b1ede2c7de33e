"""Commands in children of one process that has loaded what they need: they begin at once, and may be killed at any moment.

Run as a script it is that process: each line of standard input is a task in JSON, each line of output what became of it. It
solves nothing itself and has one thread, so that a fork loses none.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

WRITES = {
    "os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree", "ctypes.call_function",
    "tempfile.mkdtemp", "shutil.copystat", "sqlite3.connect",
}  # fmt: skip
LOADED = (
    "pilot_planner.cli.main", "numpy", "pandas", "highspy", "docx", "openpyxl", "sqlalchemy", "alembic.command",
    "pilot_planner.studies.planning.plan", "pilot_planner.store.store", "pilot_planner.access.access",
)  # fmt: skip
LONGEST = 300
"""Seconds by the clock after which a child is ended, however little it did."""


class Driver:
    """The process that runs commands, for tests; ``scratch`` holds what they say and their folder for temporary files."""

    def __init__(self, scratch: Path) -> None:
        self.scratch, self.temporary = scratch, scratch / "tmp"
        self.temporary.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=scratch,
            env={**os.environ, "COLUMNS": "400", "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip

    def __call__(self, folder: Path, words: str | list[str], **more: float) -> dict[str, Any]:
        """Run a command in a folder. ``moment``: killed at so many writings; ``seconds``: after so long; ``cpu``: its limit.

        What became of it: ``killed``, ``hung``, and ``status`` and ``moments`` where it came to its end.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        words = words.split() if isinstance(words, str) else words
        task = {"words": words, "folder": str(folder), "temporary": str(self.temporary), **more}
        self.process.stdin.write(json.dumps({"said": str(self.scratch / "said"), **task}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())  # type: ignore[no-any-return]

    def done(self, folder: Path, words: str) -> int:
        """Run a command to its end; how many things it wrote."""
        found = self(folder, words)
        assert found.get("status") == 0, (found, self.said())
        return int(found["moments"])

    def said(self) -> str:
        """What the last command printed."""
        return (self.scratch / "said").read_text(encoding="utf-8", errors="backslashreplace")

    def close(self) -> None:
        """End the process."""
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        self.process.wait(60)


def writes(event: str, details: tuple[object, ...]) -> bool:
    """Whether an audit event (PEP 578) comes before something is written."""
    if event != "open":
        return event in WRITES
    flags = details[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def child(task: dict[str, Any], back: int) -> None:
    """Run the command; tell how many things it wrote, if it comes to its end."""
    from pilot_planner.cli.main import main

    nothing = os.open(os.devnull, os.O_RDWR)
    said = os.open(task["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(nothing, 0)
    os.dup2(said, 1)
    os.dup2(said, 2)
    # Set, not looked for: Python tries a folder by a file of four bytes, which a kill at that very moment leaves.
    os.environ["TMPDIR"] = tempfile.tempdir = task["temporary"]
    os.chdir(task["folder"])
    sys.argv = ["pilot-planner", *task["words"]]
    signal.alarm(LONGEST)
    if "cpu" in task:
        resource.setrlimit(resource.RLIMIT_CPU, (task["cpu"], task["cpu"] + 5))
    count = 0

    def hook(event: str, details: tuple[object, ...]) -> None:
        nonlocal count
        if writes(event, details):
            count += 1
            if count == task.get("moment"):
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    try:
        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
    sys.stdout.flush()
    os.write(back, json.dumps({"status": status, "moments": count}).encode())


def run(task: dict[str, Any]) -> dict[str, Any]:
    """One task in a child."""
    here, back = os.pipe()
    number = os.fork()
    if number == 0:
        try:
            os.close(here)
            child(task, back)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(0)
    os.close(back)
    if "seconds" in task:
        time.sleep(task["seconds"])
        os.kill(number, signal.SIGKILL)
    _, how = os.waitpid(number, 0)
    told = os.read(here, 1000)
    os.close(here)
    ended = json.loads(told) if told else {}
    return {"killed": how == signal.SIGKILL, "hung": how in (signal.SIGALRM, signal.SIGXCPU), "signal": how, **ended}


if __name__ == "__main__":
    for name in LOADED:
        importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
