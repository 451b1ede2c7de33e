"""Imports run one way, heavy libraries have one door each, and the package is light to import."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "pilot_planner"
LAYERS = [
    "errors",
    "whole_files",
    "data",
    "design",
    "case",
    "programme",
    "solving",
    "text",
    "studies",
    "figures",
    "reports",
    "exports",
    "store",
    "access",
    "dashboard",
    "cli",
]
DOORS = {
    "pulp": {"programme/hand_over.py", "solving"},
    "highspy": {"solving"},
    "typer": {"cli"},
    "rich": {"reports", "cli"},
    "plotly": {"figures", "dashboard"},
    "dash": {"dashboard"},
    "lxml": {"exports/iati", "exports/proposal"},
    "xlsxwriter": {"reports/safe_workbook.py"},
    "docx": {"exports/proposal"},
    "docxtpl": {"exports/proposal/form_filling.py"},
    # Forms come from strangers and are filled in by a process of their own; texts are the writer's own files.
    "jinja2": {"exports/proposal/form_filling.py", "exports/proposal/prose.py"},
    "pptx": {"exports/proposal/slides.py"},
    "typst": {"exports/proposal/typesetting.py"},
    "sqlalchemy": {"store", "access"},
    "alembic": {"store", "access"},
    "argon2": {"access/passwords.py"},
    "structlog": {"dashboard/runtime/log.py"},
}


def modules():
    return sorted(PACKAGE.rglob("*.py"))


@cache
def imports(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@cache
def only_for_types(module: Path) -> set[str]:
    """Names imported under ``if TYPE_CHECKING``: they cost nothing at run time."""
    names = set()
    if "TYPE_CHECKING" not in module.read_text(encoding="utf-8"):
        return names
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for inner in ast.walk(node):
                if isinstance(inner, ast.ImportFrom) and inner.module:
                    names.add(inner.module)
                elif isinstance(inner, ast.Import):
                    names |= {alias.name for alias in inner.names}
    return names


def layer(name: str) -> int:
    return LAYERS.index(name)


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_from_data_to_interfaces(module):
    own = module.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own not in LAYERS:
        return  # __init__ and __main__ stand above all layers
    for name in imports(module):
        if name.startswith("pilot_planner."):
            other = name.split(".")[1]
            assert layer(other) <= layer(own), f"{module.name} of {own} imports {name}"


@pytest.mark.parametrize("library", DOORS)
def test_a_heavy_library_is_imported_behind_its_door_only(library):
    for module in modules():
        place = module.relative_to(PACKAGE).as_posix()
        used = {name.split(".")[0] for name in imports(module) - only_for_types(module)}
        if library in used:
            assert any(place.startswith(door) for door in DOORS[library]), f"{place} imports {library}"


def test_no_module_is_longer_than_six_hundred_lines():
    long = {path.name: n for path in modules() if (n := len(path.read_text(encoding="utf-8").splitlines())) > 600}
    assert long == {}


def run_time_imports(module: Path) -> set[str]:
    """Modules of the package that a module imports at its top when it runs, not for types and not in functions."""
    names = set()
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pilot_planner"):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_no_imports_go_round_in_a_circle():
    def name(path: Path) -> str:
        parts = ("pilot_planner", *path.relative_to(PACKAGE).with_suffix("").parts)
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    known = {name(path): path for path in modules()}
    graph = {own: run_time_imports(path) & known.keys() - {own} for own, path in known.items()}
    done, under_way = set(), []

    def visit(module):
        assert module not in under_way, " -> ".join([*under_way, module])
        if module not in done:
            under_way.append(module)
            for other in graph[module]:
                visit(other)
            done.add(under_way.pop())

    for module in graph:
        visit(module)


def test_starting_the_command_line_loads_neither_figures_nor_dash():
    heavy = ("plotly", "dash", "typst")
    asked = f"import sys, pilot_planner.cli.main; print(*(name for name in {heavy} if name in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_every_benchmark_finds_what_it_measures():
    """Each takes its names from the package at its top, so that reading it is enough to know that they are there."""
    folder = ROOT / "benchmarks"
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__main__")
    for name in names:
        tree = ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
        inner = [node for body in ast.walk(tree) if isinstance(body, ast.FunctionDef) for node in ast.walk(body)]
        late = [node.module for node in inner if isinstance(node, ast.ImportFrom) and node.module]
        assert not [module for module in late if module.startswith("pilot_planner")], name
    code = "; ".join(f"import benchmarks.{name}" for name in names)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
