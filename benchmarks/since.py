"""Commands beside the same commands of an older commit, whole processes in turn; what is quoted is the ratio of each pair.

Both by the clock and in CPU time, which holds where others use the machine.

Run: python -m benchmarks.since [COMMIT [PAIRS [COMMAND...]]], such as: python -m benchmarks.since 3089bfa 5 plan --json

The older code is checked out into a folder of its own and taken away at the end. Each side has its own inputs and designs;
its modules are compiled beforehand, so neither pays for it. Needs git and the repository's history.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RELEASE = "3089bfa"
"""Version 0.1.0."""
PAIRS = 5
COMMANDS = (
    ("plan", "--json"),
    ("explain",),
    ("alternatives",),
    ("verify",),
    ("scale", "--model", "models/wide_eligibility.toml"),
)
_ANSWERED = (0, 3, 4)
"""Exits that are an answer: done, no plan, doubtful."""


def seconds(root: Path, command: tuple[str, ...]) -> tuple[float, float]:
    """Wall and CPU time of one command, start and imports included."""
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    started, before = time.perf_counter(), _cpu_of_children()
    done = subprocess.run(
        [sys.executable, "-m", "pilot_planner", *command], cwd=root, env=environment, capture_output=True, check=False
    )
    took = time.perf_counter() - started, _cpu_of_children() - before
    if done.returncode not in _ANSWERED:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.decode(errors='replace')[-400:]}")
    return took


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compared(older: Path, newer: Path, command: tuple[str, ...], pairs: int) -> str:
    """One line: medians of both and of the ratios, pair by pair."""
    for root in (older, newer):
        seconds(root, command)
    both = [(seconds(older, command), seconds(newer, command)) for _ in range(pairs)]
    return f"{' '.join(command):44s} {_told('clock', both, 0)};  {_told('CPU', both, 1)}"


def _told(name: str, both: list[tuple[tuple[float, float], tuple[float, float]]], place: int) -> str:
    old, new = ([one[place] for one in side] for side in zip(*both, strict=True))
    ratios = sorted(before / now for before, now in zip(old, new, strict=True))
    ratio = f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    return f"{name} {statistics.median(old):.2f} s before, {statistics.median(new):.2f} s now, {ratio}"


def main(commit: str, pairs: int, commands: tuple[tuple[str, ...], ...]) -> None:
    newer = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory() as folder:
        older = Path(folder) / "older"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(older), commit], cwd=newer, check=True)
        try:
            for root in (older, newer):
                subprocess.run([sys.executable, "-m", "compileall", "-q", str(root / "src")], check=False)
            for command in commands:
                print(compared(older, newer, command, pairs), flush=True)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(older)], cwd=newer, check=False)


if __name__ == "__main__":
    words = sys.argv[1:]
    main(
        words[0] if words else RELEASE,
        int(words[1]) if len(words) > 1 else PAIRS,
        (tuple(words[2:]),) if len(words) > 2 else COMMANDS,
    )
