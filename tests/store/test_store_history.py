"""The history only grows: the database refuses changes, and a check finds what was done behind its back."""

import contextlib
import multiprocessing
import re
import sqlite3
import threading

import pytest
import sqlalchemy as sa

from pilot_planner import Store, StoreError
from pilot_planner.design.overrides import Overrides
from pilot_planner.store.database import Door

SCENARIO = Overrides({"limits.operating_cost.max": 8e6}, "Lower pay")


COPIED = (
    "'k', kind, at, who, action, name, description, archived, content, about, before, after, seal, why "
    "FROM store_revision WHERE seq = 2"
)


def scenario(value):
    return Overrides({"limits.operating_cost.max": value}, "Scenario")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_revision SET name = 'x'",
        "UPDATE store_revision SET seal = 'x' WHERE seq = 1",
        "DELETE FROM store_revision",
        "DELETE FROM store_revision WHERE seq = 2",
        "UPDATE store_content SET size = 0",
        "DELETE FROM store_content",
        f"INSERT INTO store_revision SELECT seq + 2, item, number + 1, {COPIED}",
        f"INSERT INTO store_revision SELECT seq + 1, item, number + 2, {COPIED}",
    ],
)
def test_the_database_refuses_to_change_what_is_saved(store, statement):
    item = store.save_scenario(SCENARIO)
    store.rename(item.id, "Other")
    before = store.check()

    with pytest.raises(StoreError):
        store.door.write(lambda connection: connection.execute(sa.text(statement)))
    assert store.check() == before


def test_sqlite_refuses_to_put_a_row_in_the_place_of_another(file_store):
    item = file_store.save_scenario(SCENARIO)
    before = file_store.check()
    for table in ("store_revision", "store_content"):
        with pytest.raises(StoreError):
            statement = sa.text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
            file_store.door.write(lambda connection, text=statement: connection.execute(text))
    assert file_store.check() == before
    assert file_store.get(item.id) == item


def test_postgresql_refuses_to_empty_a_table(postgresql):
    store = Store.open(postgresql.new_database())
    store.save_scenario(SCENARIO)
    with pytest.raises(StoreError):
        store.door.write(lambda connection: connection.execute(sa.text("TRUNCATE store_revision, store_content")))
    assert store.check().changes == 1


@pytest.mark.parametrize(
    ("behind", "said"),
    [
        ("UPDATE store_revision SET who = 'Ben' WHERE seq = 2", "change 2 of the history is not what was written then"),
        ("UPDATE store_revision SET before = '{}' WHERE seq = 2", "change 2 of the history is not what was written then"),
        ("DELETE FROM store_revision WHERE seq = 2", "the history has a gap before change 3"),
        ("DELETE FROM store_revision WHERE seq = 1", "the history has a gap before change 2"),
        ("UPDATE store_content SET data = x'00'", "is not what was saved"),
        ("UPDATE store_content SET size = size + 1", "is not what was saved"),
        ("DELETE FROM store_content WHERE hash NOT IN (SELECT content FROM store_revision)", "is missing"),
    ],
)
def test_what_was_done_with_other_tools_is_found(file_store, behind, said):
    item = file_store.save_scenario(SCENARIO)
    file_store.rename(item.id, "Other")
    file_store.save_scenario(scenario(9e6))
    with sqlite3.connect(file_store.door.address.file) as other:
        for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            other.execute(f"DROP TRIGGER {name}")
        other.execute(behind)
    other.close()

    with pytest.raises(StoreError, match=said) as told:
        file_store.check()
    assert told.value.reason == "damaged"
    assert "restore the last backup into a new" in str(told.value)


def damage(store, *statements):
    with contextlib.closing(sqlite3.connect(store.door.address.file)) as other, other:
        guards = other.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            other.execute(f"DROP TRIGGER {name}")
        for one in statements:
            other.execute(*one)
        for _, sql in guards:
            other.execute(sql)


def test_damage_is_told_by_the_name_of_what_was_saved_and_of_its_file(file_store, prepared):
    """Whoever has a damaged plan is told which, whose and what to do; the others are read as before."""
    parts, record, about = prepared
    good = file_store.save_scenario(SCENARIO)
    plan = file_store.save("plan", (parts, record, about), "For the board in May")
    where = file_store.record(plan.id)["parts"]
    lost = max(name for name in where if name.startswith("inputs/"))
    damage(file_store, ("UPDATE store_content SET data = x'78' WHERE hash = ?", (where["files/budget.csv"],)))
    damage(file_store, ("DELETE FROM store_content WHERE hash = ?", (where[lost],)))
    whose = f"the saved plan 'For the board in May' ({plan.id}, revision 1, of {plan.changed_at[:10]} by {plan.changed_by})"
    both = f"its file budget.csv is not what was saved, its input file {lost[7:]} is missing"
    for ask in (lambda: file_store.parts(plan.id), lambda: file_store.remake(plan.name), file_store.check):
        with pytest.raises(StoreError, match=re.escape(f"{whose} is damaged: {both}; keep a copy of the store")) as told:
            ask()
        assert told.value.reason == "damaged"
        assert where["files/budget.csv"] not in str(told.value), "a hash helps nobody"
    assert file_store.scenario(good.id).settings == SCENARIO.settings
    assert file_store.plan_document(plan.id)["plan_id"]
    damage(file_store, ("UPDATE store_content SET data = x'00' WHERE hash = ?", (plan.content,)))
    damage(file_store, ("UPDATE store_content SET data = x'00' WHERE hash = ?", (good.content,)))
    with pytest.raises(StoreError, match=r"'For the board in May' .*its record is not what was saved") as told:
        file_store.check()
    assert f"the saved scenario '{good.name}'" in str(told.value), "every item is told at once"


def test_a_damaged_page_is_told_by_the_names_of_what_lies_on_it(file_store, prepared):
    """SQLite itself tells of the file alone."""
    parts, record, about = prepared
    names = ["For the board", "For the donor", "For nobody"]
    plans = [file_store.save("plan", ({**parts, "files/note.txt": name.encode()}, record, about), name) for name in names]
    whole, file = file_store.door.address.file.read_bytes(), file_store.door.address.file
    found = set()
    for page in range(1, len(whole) // 4096, 4):
        file.write_bytes(whole[: 4096 * page] + b"\xff" * 64 + whole[4096 * page + 64 :])
        for one in plans:
            try:
                file_store.parts(one.id)
            except StoreError as error:
                said = str(error)
                if one.name in said:
                    found.add(one.name)
                assert "keep a copy" in said or "restore the last backup" in said or "nothing of the name" in said
        try:
            file_store.check()
        except StoreError as error:
            assert any(words in str(error) for words in ("cannot be read", "can be read", "the saved")), error
        else:
            assert all(file_store.parts(one.id) for one in plans), "what check does not find is no damage"
    assert found == set(names)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DROP TRIGGER store_revision_no_update", "trigger store_revision_no_update is missing"),
        ("CREATE TRIGGER more AFTER INSERT ON store_content BEGIN SELECT 1; END", "trigger more was added"),
        ("CREATE VIEW v AS SELECT 1", "view v was added"),
        ("ALTER TABLE store_revision ADD COLUMN note TEXT", "column store_revision.note was added"),
    ],
)
def test_a_store_that_is_not_built_as_it_was_made_is_told(file_store, change, told):
    file_store.save_scenario(SCENARIO)
    file_store.check()
    with contextlib.closing(sqlite3.connect(file_store.door.address.file)) as other, other:
        other.execute(change)
    with pytest.raises(StoreError, match=f"is not built as it was made: {told}"):
        file_store.check()


def test_the_seal_of_the_last_change_says_whether_the_history_is_the_same(store, new_address):
    store.save_scenario(SCENARIO)
    first = store.check()
    store.save_scenario(scenario(9e6))

    assert (first.changes, store.check().changes) == (1, 2)
    assert first.seal != store.check().seal


def _save_many(address, name, count):
    store = Store.open(address, who=name)
    for turn in range(count):
        item = store.save_scenario(scenario(float(turn)), f"{name} {turn}")
        store.describe(item.id, name)


def test_two_processes_save_at_once_and_nothing_is_lost(new_address):
    """Both open a store that is not there yet, and then write forty changes each."""
    address = new_address()
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_save_many, args=(address, name, 20)) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)

    assert [worker.exitcode for worker in workers] == [0, 0]
    store = Store.open(address)
    assert store.check().changes == 80
    assert {item.name for item in store.list()} == {f"{name} {turn}" for name in ("one", "two") for turn in range(20)}
    assert all(item.revision == 2 and item.description == item.changed_by for item in store.list())


def test_threads_save_and_read_at_once(store):
    wrong = []

    def work(name):
        try:
            mine = store.by(name)
            for turn in range(5):
                item = mine.save_scenario(scenario(float(turn)), f"{name} {turn}")
                if mine.get(item.id).changed_by != name or not mine.list():
                    wrong.append(name)
        except Exception as error:  # told by the test
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(f"person {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert store.check().changes == 20


def test_two_who_change_one_item_at_once_make_two_revisions(store):
    item = store.save_scenario(SCENARIO)
    threads = [threading.Thread(target=store.by(name).rename, args=(item.id, name)) for name in ("Ben", "Cy", "Di")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    changes = store.history(item.id)
    assert [one.number for one in changes] == [4, 3, 2, 1]
    assert {one.who for one in changes[:3]} == {"Ben", "Cy", "Di"}
    assert [one.before["name"] for one in changes[:-1]] == [one.name for one in changes[1:]]


def test_a_store_can_be_used_after_a_fork(store):
    store.save_scenario(SCENARIO)
    fork = multiprocessing.get_context("fork")
    child = fork.Process(target=store.save_scenario, args=(scenario(9e6), "of the child"))
    child.start()
    child.join(60)
    store.save_scenario(scenario(7e6), "of the parent")

    assert child.exitcode == 0
    assert [item.name for item in store.list()] == ["of the parent", "of the child", "Lower pay"]


def test_an_answer_that_is_lost_after_the_write_is_not_written_twice(store, monkeypatch):
    """The connection breaks after the commit and before its answer: the second attempt finds what the first has written."""
    once, broken = Door._once, []

    def answer_lost(self, work, writing):
        result = once(self, work, writing)
        if writing and not broken:
            broken.append(result)
            raise sa.exc.OperationalError("COMMIT", {}, OSError("connection lost"), connection_invalidated=True)
        return result

    monkeypatch.setattr(Door, "_once", answer_lost)
    item = store.save_scenario(SCENARIO)

    assert [item] == broken
    assert [one.item for one in store.history()] == [item.id]
