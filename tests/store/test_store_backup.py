"""Backup, delete, restore: the same bytes come back; from SQLite to PostgreSQL and back as well."""

import sqlite3
import threading

import pytest
import sqlalchemy as sa

from pilot_planner import Store, StoreError
from pilot_planner.design.overrides import Overrides
from pilot_planner.store.backup import backup, restore
from pilot_planner.store.schema import TABLES


def scenario(value):
    return Overrides({"limits.operating_cost.max": value}, "Scenario")


def rows(store):
    """Every byte of every row of every table."""

    def work(connection):
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in TABLES
        }

    return store.door.read(work)


@pytest.fixture
def filled(store, prepared):
    item = store.save("plan", prepared, "First draft — 예산", description="a\nb\tc")
    store.rename(item.id, "Draft", why="shorter")
    store.by("Ben").save_scenario(scenario(8e6))
    store.archive("Scenario")
    return store


def test_backup_delete_restore_gives_the_same_bytes(filled, new_address, tmp_path):
    before = rows(filled)
    told = backup(filled, tmp_path / "backup.sqlite")
    second = Store.open(new_address())
    restored = restore(second, tmp_path / "backup.sqlite")

    assert rows(second) == before
    assert told == restored == filled.check() == second.check()
    assert second.remake("Draft").identical
    second.rename("Draft", "Goes on")
    assert second.check().changes == told.changes + 1


def test_a_store_file_that_was_deleted_comes_back(file_store, prepared, tmp_path):
    file_store.save("plan", prepared, "Draft")
    before = rows(file_store)
    backup(file_store, tmp_path / "backup.sqlite")
    file_store.door.address.file.unlink()
    with pytest.raises(StoreError) as told:
        file_store.list()
    assert told.value.reason == "gone"
    again = Store.open(tmp_path / "store.sqlite")
    restore(again, tmp_path / "backup.sqlite")

    assert rows(again) == before


def test_a_file_moves_to_postgresql_and_back(file_store, prepared, postgresql, tmp_path):
    file_store.save("plan", prepared, "Draft")
    backup(file_store, tmp_path / "one.sqlite")
    shared = Store.open(postgresql.new_database())
    restore(shared, tmp_path / "one.sqlite")
    shared.rename("Draft", "Shared")
    backup(shared, tmp_path / "two.sqlite")

    assert rows(Store.open(tmp_path / "two.sqlite")) == rows(shared)
    back = Store.open(tmp_path / "back.sqlite")
    restore(back, tmp_path / "two.sqlite")
    assert [one.name for one in back.history()] == ["Shared", "Draft"]


def test_a_backup_while_others_save_is_one_state(store, tmp_path):
    stop = threading.Event()

    def save():
        turn = 0
        while not stop.is_set():
            store.save_scenario(scenario(float(turn)))
            turn += 1

    writer = threading.Thread(target=save)
    writer.start()
    try:
        found = [backup(store, tmp_path / f"{number}.sqlite") for number in range(4)]
    finally:
        stop.set()
        writer.join()

    everything = [one.item for one in reversed(store.history())]
    for number, told in enumerate(found):
        copy = Store.open(tmp_path / f"{number}.sqlite")
        assert copy.check() == told
        assert [one.item for one in reversed(copy.history())] == everything[: told.changes]


def test_a_store_that_holds_anything_is_not_overwritten(filled, tmp_path):
    backup(filled, tmp_path / "backup.sqlite")
    before = rows(filled)

    with pytest.raises(StoreError, match="is not empty; restore into a new one"):
        restore(filled, tmp_path / "backup.sqlite")
    assert rows(filled) == before


def test_files_that_are_there_are_kept(file_store, tmp_path):
    file_store.save_scenario(scenario(1.0))
    taken = tmp_path / "taken.txt"
    taken.write_text("mine")

    with pytest.raises(StoreError, match="is there already"):
        backup(file_store, taken)
    with pytest.raises(StoreError, match="is the store itself"):
        backup(file_store, tmp_path / "store.sqlite", replace=True)
    with pytest.raises(StoreError, match="is a folder"):
        backup(file_store, tmp_path, replace=True)
    with pytest.raises(StoreError, match="cannot be written"):
        backup(file_store, tmp_path / "nowhere" / "backup.sqlite")
    assert taken.read_text() == "mine"
    backup(file_store, taken, replace=True)
    assert Store.open(taken).check() == file_store.check()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    "content", [b"", b"no database at all, but long enough to be one" * 50, b"SQLite format 3\0" + b"\1" * 500]
)
def test_what_is_no_backup_is_refused(file_store, tmp_path, content):
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(StoreError):
        restore(file_store, tmp_path / "file")
    with pytest.raises(StoreError, match="is no file"):
        restore(file_store, tmp_path / "missing")
    assert file_store.check().changes == 0
    assert (tmp_path / "file").read_bytes() == content


def test_a_damaged_backup_is_refused_and_nothing_of_it_is_taken(file_store, prepared, tmp_path):
    file_store.save("plan", prepared, "Draft")
    backup(file_store, tmp_path / "backup.sqlite")
    with sqlite3.connect(tmp_path / "backup.sqlite") as other:
        other.execute("DROP TRIGGER store_content_no_update")
        other.execute("UPDATE store_content SET data = x'789c0300' WHERE hash = (SELECT max(hash) FROM store_content)")
    other.close()
    second = Store.open(tmp_path / "second.sqlite")

    with pytest.raises(StoreError, match="is not what was saved"):
        restore(second, tmp_path / "backup.sqlite")
    assert second.check().changes == 0
