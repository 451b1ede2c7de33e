"""The pages of ``docs`` say what happens: their blocks are run, their links lead somewhere, README's commands exist."""

from __future__ import annotations

import ast
import contextlib
import datetime as dt
import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from pilot_planner.cli.main import app

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
RUN = [DOCS / "first_plan.md", *sorted((DOCS / "tutorials").glob("*.md"))]
NOTEBOOKS = sorted(DOCS.rglob("*.ipynb"))
BLOCK = re.compile(r"^```(python|sh)(?: status=(\d))?\n(.*?)^```", re.M | re.S)


@pytest.mark.parametrize("guide", RUN, ids=lambda path: path.stem)
def test_the_blocks_of_a_page_run_from_first_to_last(guide, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "docs"}
    blocks = BLOCK.findall(guide.read_text(encoding="utf-8"))
    assert blocks
    for language, status, text in blocks:
        if language == "python":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(text, guide.name, "exec"), names)
            continue
        for line in text.splitlines():
            program, *arguments = shlex.split(line)
            assert program == "pilot-planner", line
            command = [sys.executable, "-m", "pilot_planner", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "130"})
            assert done.returncode == int(status or 0), f"{line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_cells_of_a_notebook_print_what_stands_below_them(notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    document = json.loads(notebook.read_text(encoding="utf-8"))
    names: dict[str, object] = {"__name__": "notebook"}
    cells = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile("".join(cell["source"]), notebook.name, "exec"), names)
        assert all(output["output_type"] == "stream" for output in cell["outputs"])
        assert printed.getvalue() == "".join(line for output in cell["outputs"] for line in output["text"])
        assert printed.getvalue()


def test_a_notebook_is_linked_and_holds_nothing_of_the_machine_it_was_made_on():
    assert NOTEBOOKS
    for notebook in NOTEBOOKS:
        text = notebook.read_text(encoding="utf-8")
        assert notebook.relative_to(DOCS).as_posix() in (DOCS / "index.md").read_text(encoding="utf-8")
        assert len(text) < 20_000
        assert re.findall(r"/(?:home|tmp|root|work|Users)/|C:\\", text) == []


def test_every_block_that_is_python_or_shell_stands_on_a_page_that_is_run():
    followed = {*RUN, *(DOCS / "how_to").glob("*.md")}
    others = [path for path in DOCS.rglob("*.md") if path not in followed and "```python" in path.read_text("utf-8")]
    assert [path.name for path in others] == []


def test_every_link_within_the_docs_leads_to_a_file():
    pages = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_page_stands_in_the_list_of_the_site():
    class Loader(yaml.SafeLoader):
        pass

    site = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)

    def pages(entries):
        for one in entries:
            if isinstance(one, str):
                yield one
            else:
                yield from pages(next(iter(one.values())))

    listed = sorted(pages(site["nav"]))
    assert listed == sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if "pictures" not in path.parts)


def test_every_test_that_is_named_with_a_promise_is_there():
    page = (DOCS / "promises.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 10
    for row in rows:
        promise, how, figure, date = row.strip("| ").split(" | ")
        assert "::" in how, promise
        assert figure
        dt.date.fromisoformat(date)
    named = re.findall(r"`(tests/[^`]*)`", page)
    missing = []
    for one in named:
        file, _, test = one.partition("::")
        path = ROOT / file
        there = (
            {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}
            if path.exists()
            else ()
        )
        missing += [] if test in there else [one]
    assert missing == []


def commands() -> list[str]:
    """Of README in indented lines, of the page of all commands in its fences."""
    pages = [(ROOT / "README.md").read_text(encoding="utf-8"), (DOCS / "commands.md").read_text(encoding="utf-8")]
    lines = [line for page in pages for line in re.findall(r"^(?:    )?(pilot-planner [^\n]*)", page, re.M)]
    return list(dict.fromkeys(re.split(r"\s+#", line)[0] for line in lines))


def names_of_commands(group, before=""):
    for name, command in group.commands.items():
        yield from names_of_commands(command, f"{name} ") if hasattr(command, "commands") else [before + name]


def test_the_page_of_all_commands_names_every_command():
    """A group's commands may stand as words behind the first of them."""
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    lines = re.findall(r"^pilot-planner [^\n]*", page, re.M)
    missing = []
    for name in names_of_commands(typer.main.get_command(app)):
        group, _, last = name.rpartition(" ")
        there = any(line.startswith(f"pilot-planner {group} ") and re.search(rf"\b{last}\b", line) for line in lines)
        missing += [] if there or any(line.startswith(f"pilot-planner {name}") for line in lines) else [name]
    assert missing == []


@pytest.mark.parametrize("line", commands())
def test_a_command_that_is_told_is_understood(line):
    command = typer.main.get_command(app)
    context, arguments = None, shlex.split(line)[1:]
    while hasattr(command, "commands"):
        name, *arguments = arguments
        context = typer.Context(command, info_name=name, parent=context)
        command = command.commands[name]
    command.make_context(command.name, arguments, parent=context)
