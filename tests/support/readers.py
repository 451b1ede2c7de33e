"""Readers of programme files that know nothing of this package: what each understands of an MPS or LP file, as plain values.

Run as a program with files as arguments it prints, as JSON, what every reader that is installed beside it understands:
so readers that the package does not need can be tried in an environment of their own.
"""

from __future__ import annotations

import gzip
import importlib.metadata
import json
import math
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_LIMIT = 1e20
"""Larger numbers are no bound: HiGHS, SCIP and lp_solve (1e30), CBC and GLPK (the largest of all)."""


def plain(columns, objective, rows, least=None, constant=0.0):
    """What a reader understood: ``columns`` name: lower, upper, whole; ``rows`` name: terms, lower, upper.

    Bounds are None where there is none. ``least``: the optimum, where the reader solved it.
    """
    return {
        "columns": {name: [_bound(low), _bound(high), bool(whole)] for name, (low, high, whole) in columns.items()},
        "objective": {name: value for name, value in objective.items() if value},
        "rows": {
            name: [{one: value for one, value in terms.items() if value}, _bound(low), _bound(high)]
            for name, (terms, low, high) in rows.items()
        },
        "least": least,
        "constant": constant,
    }


def _bound(value):
    return None if value is None or math.isinf(value) or abs(value) >= _LIMIT else float(value) + 0.0


def by_highs(file, solve):
    import highspy

    highs = highspy.Highs()
    highs.silent()
    assert highs.readModel(str(file)) != highspy.HighsStatus.kError, file
    lp = highs.getLp()
    assert lp.sense_ == highspy.ObjSense.kMinimize
    names, whole = list(lp.col_names_), list(lp.integrality_)
    terms = [{} for _ in lp.row_names_]
    matrix = lp.a_matrix_
    start, index, value = list(matrix.start_), list(matrix.index_), list(matrix.value_)
    for j, name in enumerate(names):
        for k in range(start[j], start[j + 1]):
            terms[index[k]][name] = value[k]
    least = None
    if solve:
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.run()
        least = highs.getInfo().objective_function_value
    is_whole = [bool(whole) and whole[j] == highspy.HighsVarType.kInteger for j in range(len(names))]
    low, high = list(lp.col_lower_), list(lp.col_upper_)
    row_low, row_high = list(lp.row_lower_), list(lp.row_upper_)
    return plain(
        {name: (low[j], high[j], is_whole[j]) for j, name in enumerate(names)},
        dict(zip(names, list(lp.col_cost_), strict=True)),
        {name: (terms[i], row_low[i], row_high[i]) for i, name in enumerate(lp.row_names_)},
        least,
        lp.offset_,
    )


def by_scip(file, solve):
    import pyscipopt

    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(str(file))
    columns = {x.name: (x.getLbOriginal(), x.getUbOriginal(), x.vtype() in ("INTEGER", "BINARY")) for x in model.getVars()}
    objective = {x.name: x.getObj() for x in model.getVars()}
    rows = {row.name: (model.getValsLinear(row), model.getLhs(row), model.getRhs(row)) for row in model.getConss()}
    assert model.getObjectiveSense() == "minimize"
    least = None
    if solve:
        model.optimize()
        least = model.getObjVal() if model.getNSols() else None
    return plain(columns, objective, rows, least, model.getObjoffset())


def by_cbc(file, solve):
    """What CBC writes of what it read, as HiGHS reads it: CBC has no other way to tell."""
    import pulp

    with tempfile.TemporaryDirectory() as folder:
        again, answer = Path(folder) / "again.mps", Path(folder) / "answer.txt"
        _run([pulp.COIN_CMD().path, str(file), "-presolve", "off", "-export", str(again)])
        packed = again.with_suffix(".mps.gz")  # it packs what it writes, where it can
        if packed.exists():
            again.write_bytes(gzip.decompress(packed.read_bytes()))
        found = by_highs(again, False)
        if solve:
            _run([pulp.COIN_CMD().path, str(file), "-ratio", "0", "-allow", "0", "-solve", "-solution", str(answer)])
            status, _, value = answer.read_text().splitlines()[0].partition(" - objective value ")
            assert status.startswith("Optimal"), status  # "(within gap tolerance)" at a gap of 0 as well
            found["least"] = float(value)
    return found


def by_pulp(file, solve):
    import pulp

    _, problem = pulp.LpProblem.fromMPS(str(file))
    assert problem.sense == pulp.LpMinimize
    rows = {}
    for row in problem.constraints():
        low = None if row.sense == pulp.LpConstraintLE else -row.constant
        high = None if row.sense == pulp.LpConstraintGE else -row.constant
        rows[row.name] = ({x.name: value for x, value in row.items()}, low, high)
    found = plain(
        {x.name: (x.lowBound, x.upBound, x.cat == "Integer") for x in problem.variables()},
        {x.name: value for x, value in problem.objective.items()},
        rows,
        constant=problem.objective.constant,
    )
    if solve:
        problem.solve(pulp.HiGHS(msg=False, gapRel=0.0))
        found["least"] = pulp.value(problem.objective)
    return found


def by_glpk(file, solve):
    """GLPK's library through swiglpk; the program glpsol reads by the same code."""
    import swiglpk as glpk

    glpk.glp_term_out(glpk.GLP_OFF)
    model = glpk.glp_create_prob()
    failed = (
        glpk.glp_read_mps(model, glpk.GLP_MPS_FILE, None, str(file))
        if file.suffix == ".mps"
        else glpk.glp_read_lp(model, None, str(file))
    )
    assert not failed
    assert glpk.glp_get_obj_dir(model) == glpk.GLP_MIN
    columns, objective, rows = {}, {}, {}
    for j in range(1, glpk.glp_get_num_cols(model) + 1):
        name, kind = glpk.glp_get_col_name(model, j), glpk.glp_get_col_type(model, j)
        low = None if kind in (glpk.GLP_FR, glpk.GLP_UP) else glpk.glp_get_col_lb(model, j)
        high = None if kind in (glpk.GLP_FR, glpk.GLP_LO) else glpk.glp_get_col_ub(model, j)
        columns[name] = (low, high, glpk.glp_get_col_kind(model, j) != glpk.GLP_CV)
        objective[name] = glpk.glp_get_obj_coef(model, j)
    size = glpk.glp_get_num_cols(model)
    index, value = glpk.intArray(size + 1), glpk.doubleArray(size + 1)
    for i in range(1, glpk.glp_get_num_rows(model) + 1):
        kind = glpk.glp_get_row_type(model, i)
        if kind == glpk.GLP_FR:
            continue  # the objective is a row of its own
        count = glpk.glp_get_mat_row(model, i, index, value)
        terms = {glpk.glp_get_col_name(model, index[k]): value[k] for k in range(1, count + 1)}
        low = None if kind == glpk.GLP_UP else glpk.glp_get_row_lb(model, i)
        high = None if kind == glpk.GLP_LO else glpk.glp_get_row_ub(model, i)
        rows[glpk.glp_get_row_name(model, i)] = (terms, low, high)
    least = None
    if solve:
        how = glpk.glp_iocp()
        glpk.glp_init_iocp(how)
        how.presolve = glpk.GLP_ON
        least = None if glpk.glp_intopt(model, how) else glpk.glp_mip_obj_val(model)
    return plain(columns, objective, rows, least, glpk.glp_get_obj_coef(model, 0))


def by_ortools(file, solve):
    from ortools.linear_solver.python import model_builder

    model = model_builder.Model()
    assert (model.import_from_mps_file if file.suffix == ".mps" else model.import_from_lp_file)(str(file))
    helper = model.helper
    assert not helper.maximize()
    names = [helper.var_name(j) for j in range(helper.num_variables())]
    columns = {
        name: (helper.var_lower_bound(j), helper.var_upper_bound(j), helper.var_is_integral(j))
        for j, name in enumerate(names)
    }
    objective = {name: helper.var_objective_coefficient(j) for j, name in enumerate(names)}
    rows = {}
    for i in range(helper.num_constraints()):
        terms = {
            names[j]: value
            for j, value in zip(helper.constraint_var_indices(i), helper.constraint_coefficients(i), strict=True)
        }
        rows[helper.constraint_name(i)] = (terms, helper.constraint_lower_bound(i), helper.constraint_upper_bound(i))
    least = None
    if solve:
        solver = model_builder.Solver("scip")
        least = solver.objective_value if solver.solve(model) == model_builder.SolveStatus.OPTIMAL else None
    return plain(columns, objective, rows, least, helper.objective_offset())


def by_lp_solve(file, solve):
    """What lp_solve writes of what it read, as HiGHS reads it."""
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / "again.mps"
        _run(["lp_solve", "-fmps", str(file), "-S1", "-parse_only", "-wfmps", str(again)])
        found = by_highs(again, False)
    if solve:
        said = _run(["lp_solve", "-fmps", str(file), "-S4", "-e", "1e-7"])
        found["least"] = float(re.search(r"Value of objective function: (\S+)", said).group(1))
    return found


def by_glpsol(file, solve):
    """GLPK's program, which tells what it read in a format of its own, with 15 digits."""
    read = ["glpsol", "--freemps" if file.suffix == ".mps" else "--lp", str(file)]
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "read.glp"
        _run([*read, "--check", "--wglp", str(told)])
        found = _of_glp(told.read_text())
        if solve:
            solution = Path(folder) / "solution.txt"
            _run([*read, "--write", str(solution)])
            line = next(line for line in solution.read_text().splitlines() if line.startswith("s "))
            # Optimal is one letter for whole columns, two for none: primal and dual feasible.
            assert line.split()[4:-1] in (["o"], ["f", "f"]), line
            found["least"] = float(line.split()[-1])
    return found


def _of_glp(text):
    """A programme in GLPK's own format: rows, columns and coefficients by number, names beside them."""
    names, sides, bounds, whole, terms = {}, {}, {}, {}, {}
    first, *lines = text.splitlines()
    _, kinds, sense, *_ = first.split()
    assert sense == "min"
    with_kinds = kinds == "mip"
    for line in lines:
        match line.split():
            case ["n", "i" | "j" as part, number, name]:
                names[part, number] = name
            case ["i", number, *side]:
                sides[number] = _of_glp_bounds(side)
            case ["j", number, kind, *rest]:
                whole[number] = with_kinds and kind in "ib"
                bounds[number] = _of_glp_bounds(rest if with_kinds else [kind, *rest])
            case ["a", row, column, value]:
                terms.setdefault(row, {})[column] = float(value)
    constant = terms.get("0", {}).pop("0", 0.0)
    named = {row: {names["j", column]: value for column, value in found.items()} for row, found in terms.items()}
    columns, rows = {}, {}
    for (part, number), name in names.items():
        # What is not told is a column of 0 or 1 where there are whole ones, else one of 0 and up; a row that is 0.
        if part == "j":
            columns[name] = (*bounds.get(number, (0.0, 1.0 if with_kinds else None)), whole.get(number, with_kinds))
        elif sides.get(number) != (None, None):
            rows[name] = (named.get(number, {}), *sides.get(number, (0.0, 0.0)))
    return plain(columns, named.get("0", {}), rows, None, constant)


def _of_glp_bounds(told):
    """Free, lower, upper, double, fixed ("s")."""
    kind, *values = told[0], *map(float, told[1:])
    return {"f": (None, None), "l": (*values, None), "u": (None, *values), "d": tuple(values), "s": (*values, *values)}[kind]


def _run(command):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


READERS = {
    "HiGHS": ("highspy", by_highs, (".mps", ".lp")),
    "CBC": ("cbcbox", by_cbc, (".mps", ".lp")),
    "SCIP": ("pyscipopt", by_scip, (".mps", ".lp")),
    "PuLP": ("pulp", by_pulp, (".mps",)),
    "GLPK": ("swiglpk", by_glpk, (".mps", ".lp")),
    "OR-Tools": ("ortools", by_ortools, (".mps",)),
    "lp_solve": ("lp_solve", by_lp_solve, (".mps",)),
    "glpsol": ("glpsol", by_glpsol, (".mps", ".lp")),
}
PROGRAMS = {"lp_solve": "-help", "glpsol": "--version"}
"""Readers that are programs, and what makes them tell their version."""
"""Name: package (or program) that has it, how it is asked, and the files that it reads."""


APART = ("OR-Tools",)
"""Readers that cannot be loaded into one process with HiGHS."""


def understood(name, file, solve=False):
    """What a reader makes of a file, in this process or in one of its own."""
    if name not in APART:
        return READERS[name][1](file, solve)
    command = [sys.executable, __file__, name, str(file)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    return json.loads(said)["read"][name][str(file)]


def version(name):
    """The installed version of a reader, or None."""
    package = READERS[name][0]
    if package in PROGRAMS:
        if shutil.which(package) is None:
            return None
        said = subprocess.run([package, PROGRAMS[package]], capture_output=True, text=True).stdout
        found = re.search(r"(?:version|Solver) (\d[\d.]*\d)", said)
        return found.group(1) if found else "unknown"
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def main(arguments):
    found = {}
    for name in arguments[0].split(","):
        _, ask, suffixes = READERS[name]
        for file in map(Path, arguments[1:]):
            if file.suffix in suffixes:
                found.setdefault(name, {})[str(file)] = ask(file, file.stem.startswith("small"))
    json.dump({"versions": {name: version(name) for name in found}, "read": found}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
