"""The command line as a user starts it: in a process of its own, or here for speed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str


def run_here(capsys: pytest.CaptureFixture[str], *words: object) -> Result:
    """``pilot-planner WORDS`` in this process."""
    from pilot_planner.cli.main import main

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["pilot-planner", *map(str, words)])
        try:
            main()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
    shown = capsys.readouterr()
    return Result(status, shown.out, shown.err)


def run_apart(*words: object, folder: Path | None = None) -> Result:
    """``python -m pilot_planner WORDS`` in ``folder``."""
    command = [sys.executable, "-m", "pilot_planner", *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=folder, timeout=120, check=False)
    return Result(ended.returncode, ended.stdout, ended.stderr)
