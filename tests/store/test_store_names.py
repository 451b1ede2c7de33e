"""Names may be anything that can be read; files made from them stay where they should."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilot_planner import Store, StoreError
from pilot_planner.design.overrides import Overrides
from pilot_planner.store.records import Item, check_name, file_name

SCENARIO = Overrides({"limits.operating_cost.max": 8e6}, "Lower pay")
HOSTILE = [
    "../../etc/passwd",
    "..",
    ".",
    "C:\\Windows\\system.ini",
    "CON",
    "nul.txt",
    'a/b\\c:d*e?f"g<h>i|j',
    "; DROP TABLE store_revision; --",
    "' OR '1'='1",
    "%s %(x)s {0} $HOME `id`",
    '=HYPERLINK("x")',
    "<script>alert(1)</script>",
    "-rf",
    "~root",
    " trailing . ",
    "مسودة الميزانية",
    "예산 초안",
    "👩‍🏭 plan",
    "\u202egnp.exe",
    "é" * 200,
    "𝔘" * 200,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_comes_back_as_it_was_and_exports_inside_the_folder(store, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    item = store.save_scenario(SCENARIO, name, description=name, why=name)
    folder = store.by(name.strip()).export_folder(item.id)

    assert store.get(item.id).name == store.get(item.id).description == store.history()[0].why == name
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".sqlite"] == [folder.name]
    assert (tmp_path / folder.name / "scenario.toml").is_file()


@pytest.mark.parametrize("name", ["", " ", "\t", "a\nb", "a\0b", "\x1b[31mred", "\x7f", "\u2028", "\ud800", "n" * 201])
def test_a_name_that_cannot_be_kept_is_refused_in_words(store, name):
    for attempt in (
        lambda: store.save_scenario(SCENARIO, name or " "),
        lambda: store.by(name),
        lambda: store.rename("x", name),
    ):
        with pytest.raises(StoreError, match=r"is empty|at most 200 fit|none to be read") as told:
            attempt()
        assert not set(str(told.value)) & set("\n\0\x1b\x7f")
    assert store.list(archived=None) == []


@pytest.mark.parametrize("text", ["a\0b", "\x1b[31mred", "\ud800", "d" * 10_001])
def test_a_description_that_cannot_be_kept_is_refused_in_words(store, text):
    with pytest.raises(StoreError, match=r"at most 10,000 fit|none to be read"):
        store.save_scenario(SCENARIO, description=text)
    with pytest.raises(StoreError, match=r"at most 10,000 fit|none to be read"):
        store.save_scenario(SCENARIO, why=text)
    assert store.list() == []


@settings(max_examples=300)
@given(st.text(max_size=200))
def test_every_name_that_is_kept_makes_a_safe_file_name(name):
    try:
        check_name(name)
    except StoreError:
        return
    made = file_name(Item("0123456789abcdef", "plan", name, "", False, 1, "", "", {}, ""))

    assert made.endswith("_01234567")
    assert len(made.encode()) <= 100
    assert made[0] not in ".-~ " or made[0] == "-"
    assert not set(made) & set('/\\:*?"<>|\0')
    assert made.isprintable()


@settings(max_examples=25)
@given(name=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=200))
def test_any_name_goes_through_sqlite(tmp_path_factory, name):
    store = Store.open(tmp_path_factory.mktemp("names") / "store.sqlite")
    if name.strip():
        item = store.save_scenario(SCENARIO, name)
        assert store.get(item.id).name == name
        assert [found.name for found in store.list(containing=name)] == [name]


def test_a_file_name_of_a_store_from_anybody_stays_in_the_folder(file_store, tmp_path):
    item = file_store.save("study", ({"files/../../evil.csv": b"x"}, {}, {}), "Study")

    with pytest.raises(StoreError, match="will not be written"):
        file_store.export_folder(item.id, tmp_path / "a" / "b" / "c")
    assert not list(tmp_path.rglob("evil.csv"))
