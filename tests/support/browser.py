"""A dashboard on a port of its own, for as long as it is wanted, and where the browser is."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOP = Path(__file__).parents[2]
HELD = Path(__file__).with_name("held_dashboard.py")

SEEN = "try { localStorage.setItem('tour-seen', 'true') } catch (e) {}"
"""Run before a page: its visitor has seen the tour."""

QUIET = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
"""Options that keep a headless Chromium from talking to anybody."""


def chromium() -> str | None:
    """The browser of this machine, if there is one; first the one without windows, which takes a third less work."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next((found for name in names if (found := shutil.which(name))), None)


@contextmanager
def served(*words: str, held: bool = False) -> Iterator[str]:
    """The address of ``pilot-planner dashboard WORDS``, in a process of its own that ends with the context."""
    with serving(*words, held=held) as (address, _):
        yield address


@contextmanager
def serving(*words: str, held: bool = False) -> Iterator[tuple[str, int]]:
    """The same with the number of the process. ``held``: its long work stops where ``held_work`` says."""
    program = [str(HELD)] if held else ["-m", "pilot_planner"]
    command = [sys.executable, *program, "dashboard", "--port", "0", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=TOP) as process:
        try:
            said = process.stderr.readline() if process.stderr else ""
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert found is not None, said + (process.stderr.read() if process.stderr else "")
            yield found[0], process.pid
        finally:
            # As a service is ended: SIGINT may be ignored here, and children inherit that.
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
