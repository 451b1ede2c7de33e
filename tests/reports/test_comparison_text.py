"""Two plans in print: what differs in their inputs, labels, points, and changes that follow from what is shown."""

import io
import json
import re

import pytest
from rich.console import Console

from pilot_planner.data.loading import load_inputs
from pilot_planner.reports import chance_text
from pilot_planner.reports.comparison_text import in_step, print_comparison, print_side_by_side
from pilot_planner.reports.plan_folder import write_plan
from pilot_planner.studies.planning.comparison import compare, side_by_side
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.uncertainty.chance import chance_of, read_chance


def printed(comparison):
    out = io.StringIO()
    print_comparison(comparison, Console(file=out, width=200, highlight=False))
    return out.getvalue()


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan("one_host", shipped_inputs)


@pytest.fixture
def other_inputs(copied):
    """The shipped inputs with another value in a file, as a colleague would have them."""
    folder = copied() / "inputs"
    file = folder / "estimates" / "programme.csv"
    text = file.read_text(encoding="utf-8")
    changed = re.sub(r"^(attrition_yearly,[^,]*,)([^,]*),", r"\g<1>0.13,", text, count=1, flags=re.M)
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    return load_inputs(folder)


def test_plans_on_other_inputs_are_never_the_same_and_say_what_differs(plan, other_inputs, tmp_path):
    other = make_plan("one_host", other_inputs)
    folders = [write_plan(one, tmp_path / name) or tmp_path / name for one, name in ((plan, "a"), (other, "b"))]
    for found in (compare(plan, other), compare(*folders)):
        assert found.settings == ()
        assert found.same_inputs is False
        assert [one["input"] for one in found.inputs] == ["programme.attrition_yearly"]
        assert found.document()["same_inputs"] is False
        text = printed(found)
        assert "Inputs  1 differs of those that both plans rest on" in text
        assert "Attrition yearly" in text


def test_how_sure_each_plan_is_stands_there_as_signed_and_as_run_with_what_fails(plan, tmp_path):
    known = plan.with_chance(chance_of(plan, draws=60))
    folders = [write_plan(one, tmp_path / name) or tmp_path / name for one, name in ((plan, "a"), (known, "b"))]
    rows = chance_text.rows([plan.chance, known.chance])
    assert rows[0][1] == "not known" and "of 100" in rows[0][2] and "of 100" in rows[2][1]
    assert rows[1][2] not in ("nothing", "") and rows[3][1] not in ("nothing", "")
    for found in (compare(plan, known), compare(*folders)):
        text = " ".join(printed(found).split())
        for row in rows:
            assert " ".join(row) in text
        assert found.document()["chances"][1]["as_run"]["count"] == known.chance.as_run.holds.count
    many = side_by_side([*folders, plan])
    out = io.StringIO()
    print_side_by_side(many, ["a", "b", "c"], Console(file=out, width=200, highlight=False))
    assert " ".join(chance_text.rows([plan.chance, known.chance, plan.chance])[2]) in " ".join(out.getvalue().split())


@pytest.mark.parametrize("broken", [None, {}, {"draws": "many"}, {"draws": 3, "as_run": None, "as_signed": 4}])
def test_a_document_without_a_chance_that_can_be_read_has_none(broken):
    assert read_chance(broken) is None


def test_a_chance_is_read_as_it_was_written(plan):
    known = chance_of(plan, draws=40)
    assert read_chance(json.loads(json.dumps(known.document()))) == known


def test_other_inputs_that_neither_plan_rests_on_are_told_too(plan, shipped_inputs):
    elsewhere = shipped_inputs.with_values({"hosts.AGO.willingness": 0.11})
    other = make_plan("one_host", elsewhere)
    found = compare(plan, other)
    assert found.same_inputs is False
    assert "Inputs  differ" in printed(found)


def test_the_same_inputs_are_said_to_be_the_same(plan, shipped_inputs):
    found = compare(plan, make_plan("one_host", shipped_inputs, {"limits.operating_cost.max": 8e6}))
    assert found.same_inputs is True
    text = printed(found)
    assert "Settings  1 differs" in text
    assert "Inputs  the same" in text
    assert "Budget, at most [limits.operating_cost.max]" in text
    assert re.search(r"Mongolia, [a-z ]+, worker cap", text)
    assert "Oversight over operating cost" in text


def test_a_folder_of_an_earlier_version_is_read_from_its_manifest(plan, other_inputs, tmp_path):
    other = make_plan("one_host", other_inputs)
    for one, name in ((plan, "a"), (other, "b")):
        write_plan(one, tmp_path / name)
        file = tmp_path / name / "plan.json"
        document = json.loads(file.read_text(encoding="utf-8"))
        del document["input_hash"], document["input_values"]
        file.write_text(json.dumps(document), encoding="utf-8")
    found = compare(tmp_path / "a", tmp_path / "b")
    assert found.same_inputs is False
    assert "Inputs  differ, but in none" in printed(found)
    (tmp_path / "a" / "manifest.json").unlink()
    assert "does not say which inputs" in printed(compare(tmp_path / "a", tmp_path / "b"))


def number(text):
    return float(re.sub(r"[^0-9.\-]", "", text.replace("−", "-")))


@pytest.mark.parametrize("unit", ["USD", "share", "persons", "score", "", "months"])
@pytest.mark.parametrize(
    ("a", "b"),
    [(8_959_296.4, 8_906_910.6), (0.4571, 0.4537), (0.64113, 0.64128), (454.016, 454.037), (0.0, -1234.5), (1e-9, 0)],
)
def test_a_change_is_that_of_the_values_that_are_shown(a, b, unit):
    first, second, change = map(number, in_step(a, b, unit))
    assert change == pytest.approx(second - first, abs=1e-7)


def test_shares_change_by_points_and_texts_by_nothing():
    assert in_step(0.457, 0.454, "share") == ("45.7 %", "45.4 %", "−0.3 points")
    assert in_step("open", "closed", "") == ("open", "closed", "")
    assert in_step(None, 12.0, "persons") == ("–", "12", "")


def test_limits_of_a_plans_own_are_told_by_their_label_and_a_whole_one_in_one_row(shipped_inputs):
    settings = {"hosts.allowed": ["MNG"], "limits.operating_cost.max": 9e6}
    rule = {"label": "Women everywhere", "unit": "share", "of": [{"metric": "women_worker_months"}]}
    rule |= {"over": [{"metric": "worker_months"}], "kind": "capacity", "sentence": "Women: {side} {bound}."}
    own = settings | {f"rules.w_1.{part}": value for part, value in rule.items()} | {"limits.w_1.min": 0.25}
    without, low = make_plan(inputs=shipped_inputs, settings=settings), make_plan(inputs=shipped_inputs, settings=own)
    high = make_plan(inputs=shipped_inputs, settings=own | {"limits.w_1.min": 0.3, "rules.w_1.owner": "women's council"})

    def printed(show, *arguments):
        console = Console(width=160, file=io.StringIO())
        show(*arguments, console)
        return console.file.getvalue()

    for text in (
        printed(print_comparison, compare(without, low)),
        printed(print_side_by_side, side_by_side([without, low, low]), ["a", "b", "c"]),
    ):
        assert "Settings  2 differ" in text
        (bound,) = [line for line in text.splitlines() if "[limits.w_1.min]" in line]
        assert bound.split()[:4] == ["Women", "everywhere,", "at", "least"]
        assert "25.0 %" in bound
        (own_limit,) = [line for line in text.splitlines() if "[rules.w_1]" in line]
        assert own_limit.startswith("Women everywhere, a limit of its own")
        assert "yes" in own_limit
        assert "rules.w_1.per" not in text
    text = printed(print_comparison, compare(low, high))
    assert "Settings  2 differ" in text
    assert "Women everywhere, owner [rules.w_1.owner]" in text
