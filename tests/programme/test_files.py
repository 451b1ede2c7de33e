"""``programme.mps`` and ``programme.lp`` are read alike by every reader installed: the same columns, rows, optimum."""

import re
from pathlib import Path

import pytest
from programme_files import agrees, expected, least_by_hand, of_design, small, write
from random_designs import random_settings
from readers import READERS, understood, version

from pilot_planner.programme.decisions import Column
from pilot_planner.programme.files import file_of
from pilot_planner.programme.linear import Linear

ROOT = Path(__file__).parents[2]
MODELS = sorted(ROOT.glob("models/*.toml"))
INSTALLED = [name for name in READERS if version(name)]


def check(made, folder, names=INSTALLED):
    wanted = expected(made)
    for file in write(made, folder, "programme"):
        for name in names:
            if file.suffix not in READERS[name][2]:
                continue
            agrees(name, understood(name, file), wanted, (name, file.suffix))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_every_reader_sees_the_same_programme_in_both_files(model, shipped_inputs, tmp_path):
    check(of_design(model, shipped_inputs, {}), tmp_path)


@pytest.mark.parametrize("seed", range(30))
def test_every_reader_sees_the_same_programme_of_a_random_design(seed, shipped_inputs, tmp_path):
    # Every reader takes its turn; all of them read the nine designs above and the small programmes below.
    names = ["HiGHS", INSTALLED[seed % len(INSTALLED)]]
    check(of_design(None, shipped_inputs, random_settings(seed)), tmp_path, names)


# --- small programmes full of what readers disagree about ---


@pytest.mark.parametrize("seed", range(30))
def test_every_reader_finds_the_optimum_of_a_small_programme_full_of_traps(seed, tmp_path):
    made = small(seed)
    least = least_by_hand(made)
    wanted = expected(made)
    for file in write(made, tmp_path, "small"):
        for name in INSTALLED:
            if file.suffix not in READERS[name][2]:
                continue
            found = understood(name, file, solve=least is not None)
            agrees(name, found, wanted, (name, file.suffix))
            if least is not None:
                assert found["least"] == pytest.approx(least, rel=1e-6, abs=1e-6), (name, file.suffix)


# --- what the files never hold ---


@pytest.mark.parametrize("made", [small(seed) for seed in range(8)], ids=lambda made: made.name)
def test_nothing_is_left_to_be_taken_for_granted(made):
    mps, lp = made.mps(), made.lp()
    lines = mps.splitlines()
    assert "RANGES" not in lines
    assert [line for line in lines if line.startswith(" N ")] == [" N OBJ"]
    assert not [line for line in lines if line.startswith(" RHS OBJ")]
    bounds = lines[lines.index("BOUNDS") + 1 : -1]
    told = {}
    for line in bounds:
        kind, _, column, *_ = line.split()
        told.setdefault(column, []).append(kind)
    assert set(told) == {column.name for column in made.columns}
    assert all(kinds in (["FR"], ["LO", "UP"], ["PL", "LO"], ["MI", "UP"]) for kinds in told.values())
    terms = [line.split() for line in lp.splitlines() if re.match(r" [+-] ", line)]
    assert all(len(term) == 3 for term in terms), "a number touches a name"
    assert max(map(len, lp.splitlines())) < 255
    for row in lp.split("Subject To")[1].split("Bounds")[0].split(":")[1:]:
        names = [line.split()[2] for line in row.splitlines() if re.match(r" [+-] ", line)]
        assert len(names) == len(set(names)), "a term is repeated"


def test_names_that_would_be_read_as_something_else_are_changed_and_stay_apart():
    columns = [Column(name, 0.0, 1.0, False) for name in ("a b", "a_b", "e12", "3d", "free", "x" * 300, "x" * 301)]
    made = file_of("two words", columns, Linear({0: 1.0}), [("OBJ", Linear({0: 1.0}), "<=", 1.0)])
    assert [column.name for column in made.columns[:5]] == ["a_b", "a_b_2", "n_e12", "n_3d", "n_free"]
    assert len({column.name for column in made.columns}) == len(columns)
    assert all(len(column.name) <= 100 for column in made.columns)
    assert made.rows[0].name != "OBJ"
    assert made.name == "two_words"
