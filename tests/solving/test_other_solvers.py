"""The file programme.mps, read by solvers that know nothing of this package, has the optimum that the plan states."""

import json
import subprocess
from pathlib import Path

import pulp
import pyscipopt
import pytest

MODELS = Path(__file__).parents[2] / "models"
SECONDS = 60
EXACT, LOOSE = 1e-6, 1e-4


@pytest.fixture(scope="module")
def folder_of(shipped_inputs, tmp_path_factory):
    """Makes the plan folder of a shipped design, once."""
    from pilot_planner import make_plan, write_plan

    made = {}

    def make(name):
        if name not in made:
            plan = make_plan(MODELS / f"{name}.toml", shipped_inputs)
            made[name] = write_plan(plan, tmp_path_factory.mktemp("mps") / name)
        return made[name]

    return make


def _stated(folder):
    """The optimum of the plan as a minimisation, and the gap to which it is proven."""
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    sign = -1.0 if plan["objective"]["sense"] == "max" else 1.0
    return sign * plan["objective"]["value"], plan["design"]["solver"]["gap"]


def _by_cbc(mps, answer, gap):
    """Status and objective by the cbc command on the file as it stands."""
    cbc = pulp.COIN_CMD().path
    options = ["-ratio", str(gap), "-allow", "0", "-sec", str(SECONDS), "-solve", "-solution", str(answer)]
    subprocess.run([cbc, str(mps), *options], check=True, capture_output=True, timeout=4 * SECONDS)
    status, _, value = answer.read_text(encoding="utf-8").splitlines()[0].partition(" - objective value ")
    return status, float(value)


def _by_scip(mps, gap):
    """Status, objective and bound by SCIP on the file as it stands."""
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(str(mps))
    model.setParam("limits/gap", gap)
    model.setParam("limits/time", SECONDS)
    model.optimize()
    return model.getStatus(), model.getObjVal(), model.getDualbound()


def _check_cbc(folder, answer, gap):
    value, proven = _stated(folder)
    status, found = _by_cbc(folder / "programme.mps", answer, gap)
    if status == "Optimal":
        assert found == pytest.approx(value, rel=gap + proven)
    else:
        # Stopped by time: what it has is a plan, so it cannot be better than our proof allows.
        assert found >= value - proven * abs(value) - EXACT * abs(value)


def _check_scip(folder, gap):
    value, proven = _stated(folder)
    status, found, bound = _by_scip(folder / "programme.mps", gap)
    room = (proven + EXACT) * abs(value)
    assert bound <= value + room
    assert found >= value - room
    if status in ("optimal", "gaplimit"):
        assert found == pytest.approx(value, rel=gap + proven)


def test_cbc_finds_the_optimum_of_the_base_plan(folder_of, tmp_path):
    folder = folder_of("base")
    value, _ = _stated(folder)
    status, found = _by_cbc(folder / "programme.mps", tmp_path / "answer.txt", EXACT)
    assert status == "Optimal"
    assert found == pytest.approx(value, rel=EXACT)


@pytest.mark.slow
def test_scip_finds_the_optimum_of_the_base_plan(folder_of):
    folder = folder_of("base")
    value, _ = _stated(folder)
    status, found, bound = _by_scip(folder / "programme.mps", EXACT)
    assert status in ("optimal", "gaplimit")
    assert found == pytest.approx(value, rel=EXACT)
    assert bound == pytest.approx(value, rel=EXACT)


def test_pulp_reads_the_file_back_as_the_same_problem(folder_of):
    _, problem = pulp.LpProblem.fromMPS(str(folder_of("base") / "programme.mps"))
    value, _ = _stated(folder_of("base"))
    problem.solve(pulp.HiGHS(msg=False, gapRel=EXACT))
    assert pulp.value(problem.objective) == pytest.approx(value, rel=EXACT)


def test_cbc_finds_the_optimum_of_another_design(folder_of, tmp_path):
    _check_cbc(folder_of("in_kind_first"), tmp_path / "answer.txt", LOOSE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["low_budget", "one_host", "released_revenue", "secured_income", "strict_oversight", "two_hosts", "wide_eligibility"],
)
def test_cbc_finds_the_optimum_of_the_rest(name, folder_of, tmp_path):
    _check_cbc(folder_of(name), tmp_path / "answer.txt", LOOSE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "in_kind_first",
        "low_budget",
        "one_host",
        "released_revenue",
        "secured_income",
        "strict_oversight",
        "two_hosts",
        "wide_eligibility",
    ],
)
def test_scip_finds_the_optimum_of_the_rest(name, folder_of):
    _check_scip(folder_of(name), LOOSE)


def test_names_in_the_file_have_no_blanks_and_the_problem_is_a_minimisation(folder_of):
    lines = (folder_of("base") / "programme.mps").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "*SENSE:Minimize"
    rows = lines[lines.index("ROWS") + 1 : lines.index("COLUMNS")]
    assert all(len(line.split()) == 2 for line in rows)


def test_every_shipped_design_is_solved_by_other_solvers_in_some_test():
    tested = {"base", "in_kind_first", "strict_oversight", "low_budget", "one_host", "released_revenue"}
    tested |= {"secured_income", "two_hosts", "wide_eligibility"}
    assert tested == {file.stem for file in MODELS.glob("*.toml")}
