"""A store that version 1 wrote opens after an upgrade; one of a newer version is left alone.

``old/version_1.sqlite`` was written with the tables of version 1: a plan, renamed, and a scenario, archived.
"""

import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from pilot_planner import Store, StoreError
from pilot_planner.store.addresses import find_address
from pilot_planner.store.database import Door
from pilot_planner.store.open_database import upgrade_store
from pilot_planner.store.schema import content, metadata, revision
from pilot_planner.store.versions import known, upgrade, version_of

OLD = Path(__file__).parent / "old" / "version_1.sqlite"
SEAL = "526e5d77fea6d93e29357c1273d794aa5cce6052ce3f8ef1ef7a8ed0108b8413"
"""Of the last change in it, noted when it was written."""


@pytest.fixture
def old(tmp_path):
    return Path(shutil.copy(OLD, tmp_path / "old.sqlite"))


def columns(door, table="store_revision"):
    return door.read(lambda connection: [one["name"] for one in sa.inspect(connection).get_columns(table)])


def test_a_store_of_the_first_version_opens_and_goes_on(old):
    assert "why" not in columns(Door(find_address(old)))
    store = Store.open(old, who="Cy")

    found = store.check()
    assert (found.changes, found.items, found.seal) == (4, 2, SEAL)
    assert [(one.who, one.action, one.why) for one in store.history("Plan of the first version")] == [
        ("Ben", "rename", ""),
        ("Ana", "save", ""),
    ]
    assert store.scenario("Scenario of the first version").settings == {"limits.operating_cost.max": 9e6}
    assert store.get("Scenario of the first version").archived
    store.rename("Plan of the first version", "Goes on", why="a new version")
    assert store.history("Goes on")[0].why == "a new version"
    assert store.check().changes == 5


def test_its_plan_is_made_again_or_it_is_said_why_not(old, shipped_inputs):
    """Its inputs have other files and columns than those of today, which must be said; with those of today it is solved."""
    store = Store.open(old)
    with pytest.raises(StoreError, match=r"saved with it, by version 0\.1\.0, are not read by this version \(inputs/facts/"):
        store.remake("Plan of the first version")
    result = store.remake("Plan of the first version", inputs=shipped_inputs)

    assert result.plan.status == "optimal"
    assert result.same or "are not those that were saved with it" in result.sentence
    assert set(store.files("Plan of the first version")) >= {"plan.json", "programme.mps", "manifest.json"}


def test_its_bytes_are_the_same_after_the_upgrade(old):
    def everything():
        with sqlite3.connect(old) as connection:
            named = ", ".join(column.name for column in revision.columns if column.name != "why")
            rows = connection.execute(f"SELECT {named} FROM store_revision ORDER BY seq").fetchall()
            contents = connection.execute("SELECT * FROM store_content ORDER BY hash").fetchall()
        connection.close()
        return rows, contents

    before = everything()
    Store.open(old)

    assert everything() == before
    assert columns(Door(find_address(old))) == [column.name for column in revision.columns]


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(old, monkeypatch):
    from alembic import command

    real = command.upgrade

    def fail(*arguments):
        real(*arguments)
        raise sa.exc.OperationalError("ALTER", {}, OSError("disk full"))

    monkeypatch.setattr(command, "upgrade", fail)
    before = old.read_bytes()
    with pytest.raises(StoreError):
        Store.open(old)
    assert old.read_bytes() == before
    monkeypatch.undo()
    assert Store.open(old).check().seal == SEAL


def test_a_shared_store_is_upgraded_only_when_asked(postgresql):
    address = postgresql.new_database()
    door = Door(find_address(address))
    upgrade(door, "1")
    source = Door(find_address(OLD))
    earlier = sa.table("store_revision", *(sa.column(one.name) for one in revision.columns if one.name != "why"))

    def fill(to):
        for table, order in ((content, "hash"), (earlier, "seq")):
            rows = source.read(lambda of, t=table, o=order: of.execute(sa.select(t).order_by(sa.column(o))).mappings().all())
            for row in rows:
                to.execute(
                    table.insert().values({**row, **({"archived": bool(row["archived"])} if "archived" in row else {})})
                )

    door.write(fill)
    with pytest.raises(StoreError, match=r"is of an older version \(1; this is 2\).*store upgrade") as told:
        Store.open(address)
    assert told.value.reason == "older"
    assert upgrade_store(address) == ("1", known()[-1])
    assert upgrade_store(address) == (known()[-1], known()[-1])
    assert Store.open(address).check().seal == SEAL


def test_a_newer_store_is_left_alone(store):
    store.door.write(lambda connection: connection.execute(sa.text("UPDATE store_version SET version_num = '99'")))

    for attempt in (lambda: Store.open(store.address if store.door.address.is_file else _again(store)),):
        with pytest.raises(
            StoreError, match=r"written by a newer pilot-planner \(version 99 .*install that version"
        ) as told:
            attempt()
        assert told.value.reason == "newer"


def _again(store):
    return store.door.address.url.render_as_string(hide_password=False)


def test_the_steps_make_the_tables_that_this_version_has(store):
    """The migrations, which made this store, against the tables as the code describes them."""
    for table in metadata.tables.values():
        found = store.door.read(lambda connection, name=table.name: sa.inspect(connection).get_columns(name))
        assert [one["name"] for one in found] == [column.name for column in table.columns]
        assert [one["nullable"] for one in found] == [column.nullable for column in table.columns]
        kinds = [type(one["type"].as_generic()) for one in found]
        assert kinds == [type(column.type.as_generic()) for column in table.columns]
    assert store.door.read(lambda connection: version_of(connection, store.door.address)) == known()[-1]
