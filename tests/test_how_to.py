"""Each page of ``docs/how_to`` is followed word for word in a copy of the project, and its commands are run there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOW_TO = ROOT / "docs" / "how_to"
PAGES = sorted(path for path in HOW_TO.glob("*.md") if path.name != "README.md")
PROGRAMS = {"python": [sys.executable], "pytest": [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]}
PROGRAMS["ruff"] = [sys.executable, "-m", "ruff"]
PROGRAMS["pilot-planner"] = [sys.executable, "-m", "pilot_planner"]
BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<language>\w+)\n(?P<text>.*?)```", re.S)
STEP = re.compile(
    r"(?:.* )?(?:(?P<new>New file)|(?P<end>At the end of)|In) `(?P<file>[^`]+)`"
    r"(?:, below the line that begins with (?P<ticks>`+)(?P<line>.+?)(?P=ticks))?:"
)


@dataclass(frozen=True)
class Step:
    """A change of one file."""

    file: str
    text: str
    is_new: bool
    at_end: bool
    line: str

    def follow(self, project: Path) -> None:
        path = project / self.file
        if self.is_new:
            assert not path.exists(), f"{self.file} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text, encoding="utf-8")
            return
        before = path.read_text(encoding="utf-8")
        if self.at_end:
            path.write_text(before + self.text, encoding="utf-8")
            return
        lines = before.splitlines(keepends=True)
        where = [number for number, line in enumerate(lines) if line.startswith(self.line)]
        assert len(where) == 1, f"{len(where)} lines of {self.file} begin with {self.line!r}"
        lines.insert(where[0] + 1, self.text)
        path.write_text("".join(lines), encoding="utf-8")


def parts(page: Path) -> tuple[list[Step], list[str]]:
    """The steps of a page and its commands, in order. Every block of a page is one or the other."""
    steps, commands = [], []
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        if block["language"] == "sh":
            commands += block["text"].splitlines()
            continue
        said = STEP.fullmatch(block["before"])
        assert said, f"{page.name} does not say where this goes: {block['before']}"
        steps.append(Step(said["file"], block["text"], bool(said["new"]), bool(said["end"]), _bare(said)))
    assert text.count("```") == 2 * (len(steps) + sum(1 for block in BLOCK.finditer(text) if block["language"] == "sh"))
    return steps, commands


def _bare(said: re.Match[str]) -> str:
    """What stands between the ticks; two ticks keep a blank off what itself begins with one."""
    line = said["line"] or ""
    return line.removeprefix(" ") if said["ticks"] == "``" else line


@pytest.mark.parametrize("guide", PAGES, ids=lambda path: path.stem)
def test_a_page_is_followed_word_for_word(guide, tmp_path):
    project = tmp_path / "project"
    for name in ("src", "inputs", "models", "tests/support", "tests/programme"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "tests/test_formulation.py", "tests/conftest.py"):
        shutil.copy(ROOT / name, project / name)
    steps, commands = parts(guide)
    assert steps
    assert commands
    for step in steps:
        step.follow(project)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(project / "src"), str(project / "tests" / "support")])}
    for command in commands:
        program, *arguments = shlex.split(command)
        done = subprocess.run(
            [*PROGRAMS[program], *arguments], cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    checked = [step.file for step in steps if step.file.endswith(".py")]
    if checked:
        ruff = [sys.executable, "-m", "ruff", "check", "--no-cache", *dict.fromkeys(checked)]
        done = subprocess.run(ruff, cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_list_of_pages_counts_the_files_that_each_changes():
    listed = re.findall(r"^\| \[[^]]+\]\((\w+)\.md\) \| (\d+) \| (\d+)", (HOW_TO / "README.md").read_text("utf-8"), re.M)
    assert sorted(name for name, _, _ in listed) == [page.stem for page in PAGES]
    for name, _, changed in listed:
        steps, _ = parts(HOW_TO / f"{name}.md")
        assert len({step.file for step in steps if not step.file.endswith("__init__.py")}) == int(changed), name
