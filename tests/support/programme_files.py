"""Programmes for readers of files, what each file means, and whether a reader understood it."""

from __future__ import annotations

import itertools
import math
import random

from readers import plain

from pilot_planner.case.case import make_case
from pilot_planner.programme.build import build
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.files import file_of, programme_file
from pilot_planner.programme.linear import Linear
from pilot_planner.studies.planning.setup import set_up

DIGITS = {"CBC": 1e-7, "lp_solve": 1e-8, "glpsol": 1e-14}
"""Readers that tell what they read by writing it again, and how many digits they write."""


def expected(made):
    names = [column.name for column in made.columns]
    sides = {"<=": (False, True), ">=": (True, False), "=": (True, True)}
    rows = {}
    for row in made.rows:
        low, high = sides[row.sense]
        terms = {names[j]: value for j, value in row.terms.items()}
        rows[row.name] = (terms, row.right_side if low else None, row.right_side if high else None)
    columns = {column.name: (column.lower, column.upper, column.integer) for column in made.columns}
    return plain(columns, {names[j]: value for j, value in made.objective.items()}, rows)


def write(made, folder, stem):
    for suffix, text in ((".mps", made.mps()), (".lp", made.lp())):
        (folder / f"{stem}{suffix}").write_text(text, encoding="ascii")
    return folder / f"{stem}.mps", folder / f"{stem}.lp"


def same(found, wanted, digits=0.0):
    """Whether two plain descriptions agree: numbers to a relative difference, everything else exactly."""
    if isinstance(wanted, dict):
        return set(found) == set(wanted) and all(same(found[key], wanted[key], digits) for key in wanted)
    if isinstance(wanted, list | tuple):
        return len(found) == len(wanted) and all(same(a, b, digits) for a, b in zip(found, wanted, strict=True))
    if isinstance(wanted, bool) or wanted is None or found is None:
        return found is wanted
    return abs(found - wanted) <= digits * max(1.0, abs(wanted))


def agrees(name, found, wanted, where):
    """Every part is as it was written. A column that stands nowhere is not told by those who only write again."""
    digits, nowhere = DIGITS.get(name, 0.0), set()
    if digits:
        used = {one for terms, *_ in wanted["rows"].values() for one in terms} | set(wanted["objective"])
        nowhere = set(wanted["columns"]) - used
    assert found["constant"] == 0.0, where
    for part in ("columns", "objective", "rows"):
        told, meant = ({key: one for key, one in side[part].items() if key not in nowhere} for side in (found, wanted))
        assert same(told, meant, digits), (*where, part)


def of_design(model, inputs, settings):
    design, ready = set_up(model, inputs, settings)
    return programme_file(build(make_case(design, ready)))


_BOUNDS = [
    (0.0, None, True),
    (0.0, 3.0, True),
    (None, -1.0, False),
    (-4.0, -2.0, True),
    (None, None, False),
    (0.0, 1.0, True),
    (2.5, 2.5, False),
    (None, 4.0, True),
    (1.0, None, False),
    (-3.0, 0.0, False),
]
"""Whole columns without an upper bound, negative upper bounds with and without a lower one, free and fixed columns."""
_NAMES = ["workers of KAZ", "e1", "2x", "free", "pay, net", "st", "E", "x", "x ", "Übergang", "inf", "bounds", "obj", "OBJ"]


def small(seed):
    """A bounded random programme with names and bounds of every odd kind, and a column that stands in no row."""
    dice = random.Random(seed)
    kinds = [dice.choice(_BOUNDS) for _ in range(dice.randint(2, 5))]
    names = dice.sample(_NAMES, len(kinds) + 1)
    columns = [Column(name, *kind) for name, kind in zip(names, kinds, strict=False)] + [Column(names[-1], 0.0, None, True)]
    costs = {j: dice.choice([-7.0, -1.5, 0.1, 1 / 3, 2.0, 12345.678901234567]) for j in range(len(kinds))}
    rows = [
        (
            f"row {i}",
            Linear({j: float(dice.choice([-2, 1, 3, 1 / 7])) for j in range(len(kinds))}),
            "<=",
            dice.uniform(-2, 9),
        )
        for i in range(dice.randint(1, 3))
    ]
    # Everything between -6 and 6, by rows, so that there is an optimum whatever the bounds leave open.
    rows += [(f"most {j}", Linear({j: 1.0}), "<=", 6.0) for j in range(len(kinds))]
    rows += [(f"least {j}", Linear({j: 1.0}), ">=", -6.0) for j in range(len(kinds))]
    return file_of(f"small {seed}", columns, Linear(costs), rows)


def least_by_hand(made):
    """The optimum without a file: whole columns by trying all, the rest by a linear programme. None where there is none."""
    from scipy.optimize import linprog

    whole = [j for j, column in enumerate(made.columns[:-1]) if column.integer]
    ranges = [
        range(
            max(-6, math.ceil(-9 if made.columns[j].lower is None else made.columns[j].lower)),
            min(6, math.floor(9 if made.columns[j].upper is None else made.columns[j].upper)) + 1,
        )
        for j in whole
    ]
    size = len(made.columns)
    left = [[(1 if row.sense == "<=" else -1) * row.terms.get(j, 0.0) for j in range(size)] for row in made.rows]
    right = [(1 if row.sense == "<=" else -1) * row.right_side for row in made.rows]
    costs = [made.objective.get(j, 0.0) for j in range(size)]
    best = None
    for values in itertools.product(*ranges):
        fixed = dict(zip(whole, values, strict=True))
        bounds = [(fixed[j], fixed[j]) if j in fixed else (one.lower, one.upper) for j, one in enumerate(made.columns)]
        found = linprog(costs, A_ub=left, b_ub=right, bounds=bounds)
        if found.status == 0 and (best is None or found.fun < best):
            best = found.fun
    return best
