"""What law sets cannot be set away: from no file, setting, address or call, and each refusal names its article."""

import tomllib
from pathlib import Path

import pytest

from pilot_planner.design.loading import load_design
from pilot_planner.design.overrides import read_overrides
from pilot_planner.design.rights import held_to_law, law, loosened, safeguards
from pilot_planner.design.schema import Design
from pilot_planner.errors import InputError
from pilot_planner.programme.limits import LIMITS
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up

MODELS = Path(__file__).parents[2] / "models"

BEYOND = [
    ("limits.in_kind_share.max", 0.9, "at most 0.5 (ILO C095, article 4"),
    ("limits.in_kind_share.max", 0.51, "at most 0.5 (ILO C095, article 4"),
    ("limits.card_share.min", 0.1, "at least 0.5 (ILO C095, articles 3, 5 and 6"),
    ("limits.card_share.min", 0.49, "at least 0.5 (ILO C095, articles 3, 5 and 6"),
    ("limits.in_kind_usd_month.max", 1000, "at most 400 (ILO C095, article 4"),
    ("floors.conventions", [], "C029 and C105 among them (ILO C029, article 1, and C105, article 1"),
    ("floors.conventions", ["C105", "C095"], "C029 and C105 among them (ILO C029, article 1, and C105, article 1"),
    ("pay.weekly_hours", 49, "at most 48 (ILO C001, article 2, and C030, article 3"),
    ("pay.overtime_ceiling", 13, "at most 12 (ILO C001, article 6"),
    ("pay.overtime_premium", 1.2, "at least 1.25 (ILO C001, article 6"),
    ("pay.wage_parity", 0.9, "at least 1 (ILO C097, article 6"),
]
POLICY = {
    "limits.visit_coverage.min": 0.1,
    "floors.living_wage": False,
    "floors.tip_tier": 3,
}


def refusal(call):
    with pytest.raises(InputError) as error:
        call()
    (fault,) = error.value.faults
    return fault


@pytest.mark.parametrize(("path", "value", "expected"), BEYOND)
def test_as_a_setting_it_is_refused_with_its_article_and_how_to_mend_it(path, value, expected, inputs):
    for call in (
        lambda: set_up(None, inputs, {path: value}),
        lambda: set_up(load_design(), inputs, {path: value}),
        lambda: load_design(None, {path: value}),
    ):
        fault = refusal(call)
        assert fault.place.file == f"--set {path}"
        assert fault.expected.startswith(expected)
        assert fault.fix.endswith("no design can set away what law sets")


@pytest.mark.parametrize(("path", "value", "expected"), BEYOND)
def test_in_a_file_it_is_refused_at_its_row(path, value, expected, copied):
    from pilot_planner.design.writing import toml_value

    own = copied() / "models" / "own.toml"
    own.write_text(f'extends = "base.toml"\nname = "own"\n{path} = {toml_value(value)}\n', encoding="utf-8")
    fault = refusal(lambda: load_design(own))
    assert (fault.place.file, fault.place.row) == (own.as_posix(), 3)
    assert fault.expected.startswith(expected)


def test_in_what_a_file_extends_it_is_refused_there(copied):
    folder = copied() / "models"
    (folder / "middle.toml").write_text('extends = "base.toml"\nlimits.in_kind_share.max = 0.6\n', encoding="utf-8")
    (folder / "own.toml").write_text('extends = "middle.toml"\nname = "own"\n', encoding="utf-8")
    place = refusal(lambda: load_design(folder / "own.toml")).place
    assert (place.file, place.row) == ((folder / "middle.toml").as_posix(), 2)


@pytest.mark.parametrize(("path", "value", "expected"), BEYOND)
def test_in_python_a_design_changed_by_hand_is_refused(path, value, expected, inputs):
    tree = load_design().model_dump()
    table = tree
    *parents, last = path.split(".")
    for part in parents:
        table = table[part]
    table[last] = value
    fault = refusal(lambda: make_plan(Design.model_validate(tree), inputs))
    assert fault.place.file == path
    assert fault.expected.startswith(expected)


def test_in_an_override_file_it_is_refused_at_its_row(tmp_path, inputs):
    from pilot_planner.design.overrides import relocated

    file = tmp_path / "own.toml"
    file.write_text("[settings]\nlimits.card_share.min = 0.1\n", encoding="utf-8")
    read = read_overrides(file)
    fault = refusal(lambda: set_up(None, inputs, read.settings))
    (placed,) = relocated([fault], read.places)
    assert (placed.place.file, placed.place.row) == (file.as_posix(), 2)


def test_every_setting_beyond_law_is_told_in_one_pass(inputs):
    with pytest.raises(InputError) as error:
        set_up(None, inputs, {path: value for path, value, _ in BEYOND[::-1]})
    assert {fault.place.file for fault in error.value.faults} == {f"--set {path}" for path, _, _ in BEYOND}


@pytest.mark.parametrize("gone", ["limits", "limits.in_kind_share", "limits.card_share", "limits.in_kind_usd_month"])
def test_a_design_that_leaves_a_limit_of_law_out_is_held_to_it(gone, inputs):
    design, _ = set_up(None, inputs, {gone: {}})
    held = {rule.setting: rule.bound for rule in law() if rule.setting.startswith(f"{gone}.")}
    assert held
    for setting, bound in held.items():
        _, key, side = setting.split(".")
        assert getattr(design.bounds(key), side) == bound
    assert held_to_law(design) is design


@pytest.mark.parametrize(("path", "value"), POLICY.items())
def test_what_is_policy_is_not_refused_but_told_as_loosened(path, value, inputs):
    design, _ = set_up(None, inputs, {path: value})
    (one,) = loosened(design, load_design(MODELS / "base.toml"))
    assert (one.safeguard.setting, one.own) == (path, value)
    assert one.safeguard.indicators


def test_a_copy_of_the_law_in_a_folder_of_ones_own_changes_nothing(copied, monkeypatch, inputs):
    folder = copied()
    file = folder / "models" / "rights" / "law.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("at_most = 0.5", "at_most = 1.0"), encoding="utf-8")
    monkeypatch.chdir(folder)
    refusal(lambda: set_up(folder / "models" / "base.toml", inputs, {"limits.in_kind_share.max": 0.9}))


# --- the data ---


def test_every_limit_of_law_and_every_safeguard_has_its_row():
    rules = {rule.setting for rule in law()}
    told = {one.setting for one in safeguards().safeguard}
    for key, limit in LIMITS.items():
        path = f"limits.{key}.{limit.usual}"
        if limit.kind in ("legal", "safeguard"):
            assert path in told
        if limit.kind == "legal":
            assert path in rules
    assert {path for path in rules if not path.startswith("limits.")} <= told
    assert {f"floors.{name}" for name in load_design().floors.model_dump()} <= told


def test_every_indicator_named_is_one_of_the_eleven_and_agrees_with_the_table_of_safeguards(inputs):
    rows = {int(row["indicator_no"]): row.text("limit_keys") for row in inputs.rows("facts/ilo_indicators.csv")}
    by_key = {
        part: set(one.indicators)
        for one in safeguards().safeguard
        for part in one.setting.split(".")
        if part not in ("limits", "floors", "pay", "min", "max")
    }
    assert set(rows) == set(range(1, 12)) >= set().union(*by_key.values())
    for number, keys in rows.items():
        for key in (part.strip() for part in keys.split(";")):
            if key in by_key:
                assert number in by_key[key], (number, key)
    assert safeguards().source_id in {row.text("source_id") for row in inputs.rows("lists/sources.csv")}


def test_the_reference_loosens_nothing_and_is_within_the_law():
    base = load_design(MODELS / f"{safeguards().reference}.toml")
    assert list(loosened(base, base)) == []
    assert tomllib.loads((MODELS / "base.toml").read_text(encoding="utf-8"))["name"] == safeguards().reference
