"""What readers disagree about, as ``docs/programme_file.md`` tells it: each fact is one that our files avoid.

A failure here means that a reader has changed: the page is to be brought up to date, the files need no change.
"""

import subprocess
from pathlib import Path

import pytest
from readers import APART, PROGRAMS, READERS, understood, version

PAGE = (Path(__file__).parents[2] / "docs" / "programme_file.md").read_text(encoding="utf-8")
HERE = [name for name in READERS if version(name) and name not in APART]
WHOLE = (" M1 'MARKER' 'INTORG'\n", " M2 'MARKER' 'INTEND'\n")


def mps(free="", whole=("", ""), entry="", right="", ranges="", bounds=""):
    """Least x + y with x + y >= 1 and y <= 5, with one oddity."""
    return (
        f"NAME trap\nROWS\n N OBJ\n{free} G c\nCOLUMNS\n{whole[0]} x OBJ 1\n x c 1\n{whole[1]} y OBJ 1\n y c 1\n{entry}"
        f"RHS\n RHS c 1\n{right}{ranges}BOUNDS\n{bounds} UP BND y 5\nENDATA\n"
    )


def lp(objective="x + y", row="x + y", bounds=""):
    return f"Minimize\nOBJ: {objective}\nSubject To\nc: {row} >= 1\nBounds\n{bounds}0 <= y <= 5\nEnd\n"


def bounds_of_x(found):
    return found["columns"]["x"][:2]


def row(found):
    return found["rows"]["c"]


def alike(names, what):
    return dict.fromkeys(names, what)


REFUSES = "refuses"
TRAPS = {
    "a whole column without bounds": (
        ".mps",
        mps(whole=WHOLE),
        bounds_of_x,
        {"PuLP": [0, None], "lp_solve": [0, None]} | alike(("HiGHS", "CBC", "SCIP", "GLPK", "glpsol", "OR-Tools"), [0, 1]),
    ),
    "a constant of the objective": (
        ".mps",
        mps(right=" RHS OBJ -10\n"),
        lambda found: found["constant"],
        {"PuLP": 0} | alike(("HiGHS", "SCIP", "OR-Tools", "CBC", "lp_solve"), 10) | alike(("GLPK", "glpsol"), -10),
    ),
    "a negative upper bound without a lower one": (
        ".mps",
        mps(bounds=" UP BND x -1\n"),
        bounds_of_x,
        {"CBC": [None, -1]} | alike(("HiGHS", "PuLP", "SCIP", "GLPK", "glpsol", "OR-Tools"), [0, -1]),
    ),
    "a lower bound before an open upper one": (
        ".mps",
        mps(bounds=" LO BND x 1\n PL BND x\n"),
        bounds_of_x,
        {"PuLP": [0, None]} | alike(("HiGHS", "CBC", "SCIP", "GLPK", "glpsol", "OR-Tools", "lp_solve"), [1, None]),
    ),
    "a range": (
        ".mps",
        mps(ranges="RANGES\n RNG c 4\n"),
        lambda found: row(found)[1:],
        {"PuLP": [4, None]} | alike(("HiGHS", "CBC", "SCIP", "GLPK", "glpsol", "OR-Tools", "lp_solve"), [1, 5]),
    ),
    "a second free row": (
        ".mps",
        mps(free=" N other\n", entry=" y other 3\n"),
        lambda found: found["objective"],
        {"PuLP": {"y": 3}} | alike(("HiGHS", "CBC", "SCIP", "GLPK", "glpsol", "OR-Tools", "lp_solve"), {"x": 1, "y": 1}),
    ),
    "a number that touches a name": (
        ".lp",
        lp(row="2x + y"),
        lambda found: row(found)[0],
        {"CBC": "another column"} | alike(("HiGHS", "SCIP", "GLPK", "glpsol"), {"x": 2, "y": 1}),
    ),
    "a term twice in a row": (
        ".lp",
        lp(row="x + y + x"),
        lambda found: row(found)[0],
        {"CBC": REFUSES, "GLPK": REFUSES, "glpsol": REFUSES, "SCIP": {"x": 1, "y": 1}, "HiGHS": {"x": 2, "y": 1}},
    ),
    "a term twice in the objective": (
        ".lp",
        lp(objective="x + y + x"),
        lambda found: found["objective"],
        {"CBC": REFUSES, "GLPK": REFUSES, "glpsol": REFUSES, "SCIP": {"x": 2, "y": 1}, "HiGHS": {"x": 1, "y": 1}},
    ),
    "a second set of right-hand sides": (
        ".mps",
        mps(right=" RHS2 c 4\n"),
        lambda found: row(found)[1:],
        alike(("PuLP", "lp_solve", "OR-Tools"), [4, None])
        | alike(("HiGHS", "SCIP", "CBC"), [1, None])
        | alike(("GLPK", "glpsol"), REFUSES),
    ),
    "a decimal comma": (
        ".mps",
        mps(bounds=" UP BND x 7,5\n"),
        bounds_of_x,
        alike(("HiGHS", "SCIP"), [0, 7]) | alike(("PuLP", "CBC", "lp_solve", "GLPK", "glpsol", "OR-Tools"), REFUSES),
    ),
    "a sense of the objective": (
        ".mps",
        mps().replace("ROWS\n", "OBJSENSE\n MAX\nROWS\n"),
        lambda found: found["objective"],
        {"PuLP": {"x": 1, "y": 1}} | alike(("HiGHS", "SCIP", "glpsol"), REFUSES),
    ),
}


def seen(name, file, ask):
    try:
        found = understood(name, file)
    except (AssertionError, OSError, RuntimeError, subprocess.CalledProcessError):
        return REFUSES
    return ask(found) if "x" in found["columns"] else "another column"


@pytest.mark.parametrize("trap", TRAPS)
def test_readers_disagree_as_the_page_says(trap, tmp_path):
    suffix, text, ask, wanted = TRAPS[trap]
    file = tmp_path / f"trap{suffix}"
    file.write_text(text, encoding="ascii")
    assert {name: seen(name, file, ask) for name in HERE if name in wanted} == {
        name: what for name, what in wanted.items() if name in HERE
    }
    assert trap in PAGE


def test_the_page_has_every_reader_with_the_version_that_is_installed():
    rows = {line.split("|")[1].strip(): line for line in PAGE.splitlines() if line.startswith("|")}
    assert set(READERS) <= set(rows)
    # Programs are those of the machine; packages are those of the lock.
    for name in set(HERE) - set(PROGRAMS):
        told = rows[name].split("|")[2].strip()
        assert told == version(name), f"{name}: look whether the traps still stand, then bring the page up to date"
