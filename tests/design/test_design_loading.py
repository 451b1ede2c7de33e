"""Designs: what extends what, settings on top, and every fault at its file, row and key."""

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_planner.design.loading import load_design, parse_setting, set_path
from pilot_planner.design.settings import descriptions, known_paths
from pilot_planner.errors import InputError
from pilot_planner.studies.planning.setup import set_up

MODELS = Path(__file__).parents[2] / "models"
BASE = MODELS / "base.toml"


@pytest.fixture
def design_file(tmp_path):
    """Writes a design that extends the shipped base."""

    def write(text, name="own.toml"):
        (tmp_path / "base.toml").write_bytes(BASE.read_bytes())
        file = tmp_path / name
        file.write_text(f'extends = "base.toml"\n{text}\n', encoding="utf-8")
        return file

    return write


def faults(model=BASE, settings=None):
    with pytest.raises(InputError) as error:
        load_design(model, settings)
    return [str(fault) for fault in error.value.faults]


@pytest.mark.parametrize("file", sorted(MODELS.glob("*.toml")), ids=lambda file: file.stem)
def test_every_shipped_design_loads_and_its_names_are_known(file, inputs):
    design, _ = set_up(file, inputs, None)
    assert design.name == file.stem


def test_a_design_is_found_by_its_bare_name():
    assert load_design("two_hosts").name == "two_hosts"
    assert load_design("two_hosts.toml").name == "two_hosts"


def test_a_design_keeps_what_it_does_not_say_from_the_one_it_extends(design_file):
    design = load_design(design_file('name = "own"\n[programme]\nmin_placement = 30\n[limits.workers_total]\nmax = 900'))
    base = load_design(BASE)
    assert design.name == "own"
    assert design.programme.min_placement == 30
    assert design.programme.duration_months == base.programme.duration_months
    assert (design.limits["workers_total"].min, design.limits["workers_total"].max) == (200, 900)
    assert design.limits.keys() == base.limits.keys()


def test_lists_are_replaced_and_not_joined(design_file):
    assert load_design(design_file('exclusions = ["mining"]')).exclusions == ("mining",)


def test_a_chain_is_merged_from_its_root(tmp_path, design_file):
    design_file("[pay]\nweekly_hours = 44\nstandby_share = 0.5", "middle.toml")
    last = tmp_path / "last.toml"
    last.write_text('extends = "middle.toml"\n[pay]\nweekly_hours = 40\n', encoding="utf-8")
    design = load_design(last)
    assert (design.pay.weekly_hours, design.pay.standby_share, design.pay.wage_parity) == (40, 0.5, 1.0)


def test_a_chain_without_end_is_refused(tmp_path):
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{one}.toml").write_text(f'name = "{one}"\nextends = "{other}.toml"\n', encoding="utf-8")
    expected = f"{tmp_path}/a.toml:2:extends: extends a chain without end; expected a file; correct it"
    assert faults(tmp_path / "a.toml") == [expected]


GROUPED = "has thousands separators; expected a plain number; write"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extends = 5", "1:extends: extends something other than a file; expected a file; correct it"),
        (
            'extends = "nowhere.toml"',
            "1:extends: 'nowhere.toml' does not exist; expected a design beside this one; correct the name",
        ),
        ("a = 1\nb = = 2", "2:5: is not TOML (Invalid value); expected TOML; correct this line"),
        ("a = 8,000,000", f"1:5: '8,000,000' {GROUPED} 8000000 or 8_000_000"),
        (
            "b = 1\na = 8 000 000\n",
            "2:5: '8 000 000' has thousands separators; expected a plain number; write 8000000 or 8_000_000",
        ),
        (
            "a = 8.000.000 # budget",
            "1:5: '8.000.000' has thousands separators; expected a plain number; write 8000000 or 8_000_000",
        ),
        (
            "a = 1'200'000",
            "1:5: \"1'200'000\" has thousands separators; expected a plain number; write 1200000 or 1_200_000",
        ),
        ("[limits\n", "1:8: is not TOML (Expected ']' at the end of a table declaration); expected TOML; correct this line"),
        ("a = 1\na = 2\n", "2:6: is not TOML (Cannot overwrite a value); expected TOML; correct this line"),
        ("seed = " + "9" * 30, "1:seed: is too large; expected a whole number of at most 18 digits; correct the value"),
        ("a = " + "[" * 30 + "]" * 30, "1:a: is nested too deeply; expected values in tables; correct it"),
        ("x" * 5_000, "1: a row of 5,000 characters; expected at most 4,000; break it up"),
    ],
)
def test_what_cannot_be_read_is_placed(tmp_path, text, expected):
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    assert faults(file) == [f"{file}:{expected}"]


def test_a_file_that_is_not_utf_8_is_placed(tmp_path):
    file = tmp_path / "own.toml"
    file.write_bytes(b'name = "own"\ntitle = "Gr\xf6\xdfe"\n')
    assert faults(file) == [f"{file}:2: is not UTF-8; expected UTF-8; save it as UTF-8"]


def test_a_file_that_was_never_a_design_is_refused_by_its_size(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("# nothing\n" * 30_000, encoding="utf-8")
    assert faults(file) == [f"{file}: is 300,000 bytes long; expected at most 200,000; check the file"]


@pytest.mark.parametrize("name", ["nowhere.toml", "nowhere", "models/nowhere.toml", "x" * 400])
def test_a_missing_design_is_named(name):
    assert faults(name) == [f"{name}: does not exist; expected a design in TOML; check the name and the working folder"]


# Row, key, text of the file after its first line, and what the sentence says after the key.
WRONG = [
    (
        "2:limts",
        "limts = 5",
        "'limts' is not a setting of a design; expected a known setting; nearest: limits.*.min, limits.*.max",
    ),
    (
        "3:programme.min_placements",
        "[programme]\nmin_placements = 5",
        "'programme.min_placements' is not a setting of a design; expected a known setting; nearest: …",
    ),
    (
        "3:programme.min_placement",
        '[programme]\nmin_placement = "many"',
        "programme.min_placement = 'many' cannot be used; expected a valid integer, …; correct the value",
    ),
    (
        "3:programme.duration_months",
        "[programme]\nduration_months = 2",
        "programme.duration_months = 2 is out of bounds; expected at least 3; correct the value",
    ),
    (
        "3:programme.period_months",
        "[programme]\nperiod_months = 5",
        "programme.period_months = 5; expected 1, 2, 3, 4, 6 or 12; use one of these",
    ),
    (
        "3:programme.start_date",
        "[programme]\nstart_date = 9999-12-31",
        "programme.start_date = 9999-12-31 is out of bounds; expected at most 2099-12-31; correct the value",
    ),
    (
        "3:solver.name",
        '[solver]\nname = "higs"',
        "solver.name = 'higs'; expected 'highs', 'cbc' or 'scip'; did you mean 'highs'?",
    ),
    (
        "2:limits.workers_total",
        "[limits.workers_total]\nmin = 9\nmax = 5",
        "limits.workers_total: min 9 is above max 5; expected values that agree; correct one of them",
    ),
    (
        "3:limits.hosts.max",
        "[limits.hosts]\nmax = true",
        "limits.hosts.max = True cannot be used; expected something other than a truth value; correct the value",
    ),
    (
        "3:limits.hosts.max",
        "[limits.hosts]\nmax = nan",
        "limits.hosts.max = nan cannot be used; expected a finite number; correct the value",
    ),
    (
        "2:waivers.mng",
        "[waivers.mng]\nhost_tax = true",
        "waivers.mng has the wrong form; expected the pattern ^[A-Z]{3}$; correct it",
    ),
    (
        "2:programme",
        "[programme]\nperiod_months = 4\nduration_months = 30",
        "programme: duration_months must be a multiple of period_months; expected values that agree; correct one of them",
    ),
    (
        "2:pay",
        "[pay]\novertime_hours = 12\novertime_ceiling = 4",
        "pay: overtime_hours is above overtime_ceiling; expected values that agree; correct one of them",
    ),
    (
        "3:funding.pledges.0.usd",
        '[funding]\npledges = [{ donor = "a", month = 0, usd = -1 }]',
        "funding.pledges.0.usd = -1 is out of bounds; expected at least 0; correct the value",
    ),
    (
        "3:oversight.levels",
        "[oversight]\nlevels = []",
        "oversight.levels = [] cannot be used; expected …at least 1 item …; correct the value",
    ),
    (
        "2:exclusions",
        'exclusions = "mining"',
        "exclusions = 'mining' is no list; expected a list in brackets; write [\"mining\"]",
    ),
    ("2:name", 'name = "My Plan"', "name = 'My Plan' has the wrong form; expected the pattern ^[a-z0-9_]+$; correct it"),
]


@pytest.mark.parametrize(("place", "text", "expected"), WRONG, ids=[f"{row[0]}-{i}" for i, row in enumerate(WRONG)])
def test_a_wrong_value_is_placed_at_its_row_and_key(design_file, place, text, expected):
    file = design_file(text)
    (found,) = faults(file)
    pattern = ".*".join(re.escape(part) for part in f"{file}:{place}: {expected}".split("…"))
    assert re.fullmatch(pattern, found), found


def test_a_missing_value_is_named_with_its_table(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(BASE.read_text(encoding="utf-8").replace("\ngap = 1e-6", "\n# gap = 1e-6"), encoding="utf-8")
    (found,) = faults(file)
    assert found.startswith(f"{file}:")
    assert found.endswith("solver.gap: 'solver.gap' is missing; expected a value; add it, or extend base.toml")


def test_every_fault_of_a_design_comes_in_one_pass(design_file):
    file = design_file("limts = 5\n[pay]\nweekly_hours = 100\nhours = 3\n[limits.hosts]\nmax = 'two'\n[solver]\nname = 'x'")
    found = faults(file, {"tax.release": "some"})
    assert [line.removeprefix(f"{file}:").split(": ")[0] for line in sorted(found)] == sorted(
        ["--set tax.release", "2:limts", "4:pay.weekly_hours", "5:pay.hours", "7:limits.hosts.max", "9:solver.name"]
    )


def test_a_design_full_of_faults_ends_with_a_count_of_the_rest(design_file):
    file = design_file("\n".join(f"k{i} = {i}" for i in range(400)))
    found = faults(file)
    assert len(found) == 51
    assert found[-1] == f"{file}: 350 more faults in this design; expected a clean design; mend those above"


def test_a_wrong_setting_is_placed_at_the_setting():
    expected = (
        "--set pay.weekly_hours: pay.weekly_hours = 100 is out of bounds; expected at most 48 (ILO C001, article 2, and "
        "C030, article 3: a week of work has at most 48 hours); set 48 or less: no design can set away what law sets"
    )
    assert faults(BASE, {"pay.weekly_hours": 100}) == [expected]


@pytest.mark.parametrize("path", ["", ".", "limits..max", ".pay", "a" + ".a" * 30])
def test_what_is_not_a_path_is_refused(path):
    assert faults(BASE, {path: 1}) == [f"--set {path}: is not a path; expected words with points between; correct it"]


def test_a_misspelt_setting_gives_the_nearest_ones():
    (found,) = faults(BASE, {"solver.timelimit": 5})
    expected = "--set solver.timelimit: 'solver.timelimit' is not a setting of a design; expected a known setting; nearest: "
    assert found.startswith(expected + "solver.time_limit")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=5", 5),
        ("a = -5", -5),
        ("a=1_000", 1000),
        ("a=0.25", 0.25),
        ("a=.5", 0.5),
        ("a=5.", 5.0),
        ("a=8e6", 8e6),
        ("a=007", 7.0),
        ("a=true", True),
        ("a=false", False),
        ("a=highs", "highs"),
        ('a="two words"', "two words"),
        ("a=two words", "two words"),
        ("a=", ""),
        ("a=b=c", "b=c"),
        ("a=standard,enhanced", ["standard", "enhanced"]),
        ("a=1,2.5,x", [1, 2.5, "x"]),
        ('a=["C029", "C105"]', ["C029", "C105"]),
        ("a=[]", []),
        ("a=2027-04-01", dt.date(2027, 4, 1)),
        ("a={min = 1, max = 2}", {"min": 1, "max": 2}),
    ],
)
def test_a_setting_is_read_as_toml_a_bare_word_or_a_list(text, expected):
    assert parse_setting(text) == ("a", expected)


@pytest.mark.parametrize("text", ["", "a", "=5", " = "])
def test_what_has_no_path_or_no_value_is_not_a_setting(text):
    with pytest.raises(InputError) as error:
        parse_setting(text)
    assert str(error.value) == f"--set {text}: is not a setting; expected PATH=VALUE; write it with an '='"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=" + "9" * 40, "--set a: is too large; expected a whole number of at most 18 digits; correct the value"),
        ("a=0x" + "f" * 3000, "--set a: is too large; expected a whole number of at most 18 digits; correct the value"),
        ("a=" + "[" * 50 + "]" * 50, "--set a: is nested too deeply; expected values in tables; correct it"),
        ("a=" + "x" * 5000, "--set a: has 5,002 characters; expected at most 4,000; put it into a design of its own"),
    ],
)
def test_a_setting_without_measure_is_refused(text, expected):
    with pytest.raises(InputError) as error:
        parse_setting(text)
    assert expected == str(error.value)


def test_settings_are_put_on_top_of_the_file(inputs):
    settings = {"limits.operating_cost.max": 8e6, "programme.start_date": dt.date(2028, 1, 1), "waivers.KAZ.host_tax": True}
    design, _ = set_up(BASE, inputs, settings)
    assert design.bounds("operating_cost").max == 8e6
    assert design.programme.start_date == dt.date(2028, 1, 1)
    assert design.waivers["KAZ"].host_tax


def test_settings_change_a_design_that_is_loaded_already(inputs):
    design, _ = set_up(load_design(BASE), inputs, {"limits.hosts.max": 1})
    assert design.bounds("hosts").max == 1


def test_a_limit_that_a_design_does_not_name_has_no_bounds():
    bounds = load_design(BASE).bounds("nothing")
    assert (bounds.min, bounds.max) == (None, None)


def test_set_path_replaces_what_is_not_a_table():
    tree = {"a": 1, "b": {"c": 2}}
    set_path(tree, ("a", "x"), 5)
    set_path(tree, ("b", "d"), 6)
    assert tree == {"a": {"x": 5}, "b": {"c": 2, "d": 6}}


def test_every_path_that_may_be_set_is_described():
    assert set(known_paths()) == set(descriptions())
    assert {"limits.*.max", "waivers.*.host_tax", "solver.time_limit", "programme.start_date"} <= set(known_paths())


@given(st.text(max_size=30), st.sampled_from(["limits.hosts.max", "title", "programme", "oversight.levels", "solver.seed"]))
def test_any_setting_is_taken_or_refused_with_its_place(text, path):
    try:
        where, value = parse_setting(f"{path}={text}")
        load_design(BASE, {where: value})
    except InputError as error:
        assert all(str(fault.place).startswith("--set ") for fault in error.faults)


@pytest.mark.parametrize("value", ["8,000,000", "8.000.000", "8 000 000", "8'000'000", "8,000,000.00"])
def test_a_setting_with_thousands_separators_is_told_how_to_write_it(value):
    with pytest.raises(InputError, match=r"has thousands separators; expected a plain number; write 8000000 or 8_000_000"):
        parse_setting(f"limits.operating_cost.max={value}")
    with pytest.raises(InputError, match=r"has thousands separators; expected a plain number; write 8000000"):
        load_design("base", {"limits.operating_cost.max": value})


def test_lists_and_decimals_are_no_grouped_numbers():
    assert parse_setting("exclusions=KAZ,MOZ") == ("exclusions", ["KAZ", "MOZ"])
    assert parse_setting("pay.wage_parity=1.125") == ("pay.wage_parity", 1.125)
    assert parse_setting("x=[8,0]") == ("x", [8, 0])


def test_a_byte_order_mark_before_a_design_says_nothing(tmp_path):
    file = tmp_path / "own.toml"
    shipped = (Path(__file__).parents[2] / "models" / "base.toml").read_bytes()
    file.write_bytes(b"\xef\xbb\xbf" + shipped)
    assert load_design(file).limits == load_design("base").limits
