import pytest
from golden import FOLDER, SHOWN, file_of, lp_text, sides, text_without

REGENERATE = "read the difference; if it is meant, run: python tests/support/regenerate_golden.py"


@pytest.mark.parametrize(("key", "side"), sides(), ids=lambda value: value)
def test_the_rows_of_a_limit_are_those_of_its_golden_file(key, side):
    file = file_of(key, side)
    assert file.is_file(), f"limits.{key}.{side} has no golden file; {REGENERATE}"
    expected = file.read_text(encoding="utf-8")
    actual = lp_text(key, side)
    assert expected == actual, f"limits.{key}.{side} makes other rows than {file.name}; {REGENERATE}"


def test_every_limit_and_side_is_shown_with_a_bound():
    without = [f"{key}.{side}" for key, side in sides() if key not in SHOWN or getattr(SHOWN[key], side) is None]
    assert without == [], "give these a bound in tests/support/golden.py"


def test_every_golden_file_belongs_to_a_limit():
    expected = sorted(file_of(key, side).name for key, side in sides())
    actual = sorted(file.name for file in FOLDER.iterdir())
    assert expected == actual, REGENERATE


@pytest.mark.parametrize(("key", "side"), sides(), ids=lambda value: value)
def test_a_limit_changes_the_programme(key, side):
    assert text_without(key) != lp_text(key, side)
