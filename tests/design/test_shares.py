"""Every share of a design ends at 1, or at a stated other number: a percentage typed as a share is refused with help."""

import pytest

from pilot_planner.data.units import range_of
from pilot_planner.errors import InputError
from pilot_planner.programme.limits import find_limit, known_limits
from pilot_planner.studies.planning.setup import set_up

SHARES = [
    (key, side)
    for key in known_limits()
    if find_limit(key, None).unit in ("share", "score")
    for side in find_limit(key, None).sides
]
STATED = {"operating_cost_share_of_contract_value": 10, "state_participation": 10}
"""Shares that may exceed 1: a small pilot costs more than its workers earn, a state may get more than it asks for."""


def faults(model=None, inputs=None, settings=None):
    with pytest.raises(InputError) as error:
        set_up(model, inputs, settings)
    return [str(one) for one in error.value.faults]


@pytest.mark.parametrize(("key", "side"), SHARES)
def test_a_percentage_typed_as_the_bound_of_a_share_is_refused_with_the_share_it_means(key, side, inputs):
    most, unit = STATED.get(key, 1), find_limit(key, None).unit
    typed = 6 * most
    found = faults(None, inputs, {f"limits.{key}": {side: typed}})
    (negative,) = faults(None, inputs, {f"limits.{key}": {side: -0.1}})
    assert f"limits.{key}.{side} = -0.1 is out of bounds" in negative
    if f"limits.{key}.{side}" == "limits.in_kind_share.max":
        # Law ends this one at half; the help is the same.
        assert "; expected at most 0.5 (ILO C095" in found[0] and "; write 0.06 for 6 %; " in found[0]
        return
    assert found == [
        f"--set limits.{key}: limits.{key}.{side} = {typed:g} is out of bounds; expected a {unit} between 0 and {most}; "
        f"write {typed / 100:g} for {typed:g} %"
    ]


def test_every_ratio_in_shares_is_among_them():
    assert {key for key, _ in SHARES} >= {"funds_at_risk_share", "women_share", "permits", "visit_coverage", "host_share"}


@pytest.mark.parametrize(
    ("path", "typed", "most", "write"),
    [
        ("levies.programme_levy", 3, 1, "0.03"),
        ("floors.host_willingness", 40, 1, "0.4"),
        ("floors.gain_over_today", 25, 10, "0.25"),
        ("pay.standby_share", 60, 1, "0.6"),
        ("hedge.weight", 50, 1, "0.5"),
        ("hedge.tail", 20, 1, "0.2"),
    ],
)
def test_other_shares_of_a_design_likewise(path, typed, most, write, inputs):
    assert faults(None, inputs, {path: typed}) == [
        f"--set {path}: {path} = {typed} is out of bounds; expected at most {most}; write {write} for {typed} %"
    ]


def test_a_ratio_to_a_local_worker_is_no_percentage(inputs):
    assert (
        "floors.employer_cost_ratio = 125 is out of bounds" in faults(None, inputs, {"floors.employer_cost_ratio": 125})[0]
    )


def test_in_a_file_each_is_told_at_its_row(tmp_path, inputs, copied):
    base = copied() / "models" / "base.toml"
    own = base.with_name("own.toml")
    own.write_text('extends = "base.toml"\nname = "own"\n[limits.funds_at_risk_share]\nmax = 6\n', encoding="utf-8")
    (found,) = faults(own, inputs)
    assert found.startswith(f"{own}:4:limits.funds_at_risk_share.max: limits.funds_at_risk_share.max = 6 is out of bounds")


def test_a_design_made_in_python_is_refused_as_well(inputs):
    design, _ = set_up(None, inputs, None)
    limits = {**design.limits, "visit_coverage": design.limits["visit_coverage"].model_copy(update={"min": 90.0})}
    found = faults(design.model_copy(update={"limits": limits}), inputs)
    assert found == [
        "limits.visit_coverage.min: limits.visit_coverage.min = 90 is out of bounds; expected a share between "
        "0 and 1; write 0.9 for 90 %"
    ]


# --- inputs, by unit where the data dictionary says nothing ---


def test_every_input_in_shares_is_closed_in(inputs):
    shares = [one for one in inputs.estimates.values() if range_of(one.unit) == (0.0, 1.0) and one.base is not None]
    assert len(shares) > 300
    for one in shares:
        with pytest.raises(InputError, match="out of bounds"):
            inputs.with_values({one.path: 60})


def test_a_percentage_in_a_file_of_inputs_is_refused_by_check(copied):
    from edited_inputs import cell

    from pilot_planner.data.loading import read_inputs

    folder = copied() / "inputs"
    for bound in ("low", "base", "high"):
        cell("estimates/cost_lines.csv", ("contingency",), bound, "3")(folder)
    _, found = read_inputs(folder)
    errors = [str(one) for one in found if one.severity == "error"]
    assert len(errors) == 3
    assert all(
        "cost_lines.contingency = 3 is out of bounds; expected between 0 and 1 share; correct" in one for one in errors
    )


def test_a_graduated_schedule_that_lost_its_brackets_is_no_tax_of_nothing(copied):
    from pilot_planner.data.loading import read_inputs

    folder = copied() / "inputs"
    file = folder / "facts" / "tax_brackets.csv"
    rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(row for row in rows if not row.startswith("SIMPLE_0_5_10_15,")), encoding="utf-8")
    _, found = read_inputs(folder)
    (error,) = [str(one) for one in found if one.severity == "error"]
    assert "tax_schedules.csv:9:schedule_id: SIMPLE_0_5_10_15 is graduated and has no brackets" in error
