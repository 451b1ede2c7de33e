"""Disk full, read-only, busy, damaged, not there: each ends in a sentence, and nothing that was saved is lost."""

import contextlib
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import zlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from postgres import Server, find_programs

from pilot_planner import Store, StoreError
from pilot_planner.design.overrides import Overrides
from pilot_planner.store.addresses import find_address
from pilot_planner.store.blobs import LARGEST, unpacked
from pilot_planner.store.database import Door

SCENARIO = Overrides({"limits.operating_cost.max": 8e6}, "Scenario")
NOBODY = 65534


@contextlib.contextmanager
def without_rights():
    """As somebody whom permissions bind: they do not bind root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder():
    """A folder that everybody can reach, which pytest's are not."""
    path = Path(tempfile.mkdtemp(prefix="store."))
    path.chmod(0o755)
    yield path
    path.chmod(0o755)
    shutil.rmtree(path)


@pytest.fixture
def filled(folder):
    store = Store.open(folder / "store.sqlite", who="Ana")
    store.save_scenario(SCENARIO)
    store.rename("Scenario", "Saved")
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        os.chown(folder / "store.sqlite", NOBODY, NOBODY)
    return store


def says(error, reason, *words):
    text = str(error.value)
    assert error.value.reason == reason, text
    assert all(word in text for word in words), text
    assert "\n" not in text
    assert text.endswith((".", "now is not saved.")) or "; " in text
    return text


def test_a_file_that_may_only_be_read_can_be_read(filled, folder):
    (folder / "store.sqlite").chmod(0o444)
    folder.chmod(0o555)
    with without_rights():
        store = Store.open(folder / "store.sqlite")
        assert store.get("Saved").revision == 2
        assert store.check().changes == 2
        with pytest.raises(StoreError) as told:
            store.rename("Saved", "Other")
    says(told, "read_only", "may only be read", "is not saved")
    assert filled.check().changes == 2


def test_a_folder_that_may_only_be_read_refuses_to_save(filled, folder):
    folder.chmod(0o555)
    with without_rights():
        store = Store.open(folder / "store.sqlite")
        assert store.get("Saved").revision == 2
        with pytest.raises(StoreError) as told:
            store.rename("Saved", "Other")
        with pytest.raises(StoreError) as new:
            Store.open(folder / "new.sqlite")
    assert told.value.reason in ("read_only", "gone")
    assert "written beside it" in str(told.value) or "may only be read" in str(told.value)
    says(new, "read_only", "cannot be made", "--store")
    assert filled.check().changes == 2


def test_a_store_in_write_ahead_mode_where_nothing_may_be_written_says_how_to_bring_it_back(filled, folder):
    filled.close()
    with contextlib.closing(sqlite3.connect(folder / "store.sqlite")) as other:
        assert other.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
    folder.chmod(0o555)
    with without_rights(), pytest.raises(StoreError) as told:
        Store.open(folder / "store.sqlite", create=False)
    says(told, "read_only", "write-ahead logging (WAL)", "sqlite3 store.sqlite 'PRAGMA journal_mode=DELETE'")
    folder.chmod(0o755)
    with contextlib.closing(sqlite3.connect(folder / "store.sqlite")) as other:
        assert other.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    folder.chmod(0o555)
    with without_rights():
        again = Store.open(folder / "store.sqlite", create=False)
        assert again.get("Saved").revision == 2
        again.close()


def test_a_file_that_may_not_be_read_is_said(filled, folder):
    (folder / "store.sqlite").chmod(0)
    with without_rights(), pytest.raises(StoreError) as told:
        Store.open(folder / "store.sqlite")
    says(told, "gone", "cannot be opened", "permissions")


def test_a_new_store_is_for_its_owner_alone(tmp_path):
    Store.open(tmp_path / "deep" / "er" / "store.sqlite")

    assert stat.S_IMODE((tmp_path / "deep" / "er" / "store.sqlite").stat().st_mode) == 0o600


FILL = """
import resource, sys
from pilot_planner import Store, StoreError
limit = int(sys.argv[2])
store = Store.open(sys.argv[1], who="Ana")
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
import os
try:
    while True:
        item = store.save("study", ({"files/runs.csv": os.urandom(100_000)}, {}, {}), "Study")
        print("ack", item.id, flush=True)
except StoreError as error:
    print("error", error.reason, error, flush=True)
    print("readable", len(store.list()), flush=True)
"""


def fill(file, limit):
    ended = subprocess.run(
        [sys.executable, "-c", FILL, file, str(limit)], capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    lines = ended.stdout.splitlines()
    acknowledged = [line.removeprefix("ack ") for line in lines if line.startswith("ack")]
    assert lines[-2].startswith("error full"), lines[-2:]
    assert "free some space" in lines[-2]
    assert "is not saved" in lines[-2]
    assert lines[-1] == f"readable {len(acknowledged)}"
    return acknowledged


def test_a_file_that_may_not_grow_loses_nothing(tmp_path):
    file = tmp_path / "store.sqlite"
    acknowledged = fill(file, 1_000_000)
    store = Store.open(file)

    assert len(acknowledged) >= 3
    assert [item.id for item in reversed(store.list())] == acknowledged
    assert store.check().changes == len(acknowledged)
    store.save_scenario(SCENARIO)
    assert store.check().changes == len(acknowledged) + 1


@pytest.fixture
def small_disk(folder):
    """A disk of two megabytes."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("no disk can be mounted here: that takes root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_loses_nothing(small_disk):
    file = small_disk / "store.sqlite"
    acknowledged = fill(file, 0)
    store = Store.open(file)

    assert len(acknowledged) >= 3
    assert [item.id for item in reversed(store.list())] == acknowledged
    assert store.check().changes == len(acknowledged)
    with pytest.raises(StoreError) as told:
        store.save("study", ({"files/runs.csv": os.urandom(1_000_000)}, {}, {}), "Study")
    says(told, "full", "free some space")
    assert store.check().changes == len(acknowledged)
    subprocess.run(["mount", "-o", "remount,size=4m", small_disk], check=True)
    store.save("study", ({"files/runs.csv": os.urandom(1_000_000)}, {}, {}), "Study")
    assert store.check().changes == len(acknowledged) + 1


def test_a_full_disk_of_a_server_loses_nothing(folder):
    """A server of its own on a disk of 64 megabytes; about ten seconds."""
    if find_programs() is None:
        pytest.skip("PostgreSQL is not installed here (apt-get install postgresql)")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("no disk can be mounted here: that takes root")
    server = Server(folder, ("-c", "max_wal_size=4MB", "-c", "min_wal_size=2MB", "-c", "shared_buffers=4MB"))
    acknowledged = []
    try:
        store = Store.open(server.start().address("postgres"))
        with pytest.raises(StoreError) as told:
            while True:
                item = store.save("study", ({"files/runs.csv": os.urandom(400_000)}, {}, {}), "Study")
                acknowledged.append(item.id)
        # Where no data fits, the server says so; where its log does not fit, it ends itself.
        assert told.value.reason in ("full", "gone"), str(told.value)
        assert len(acknowledged) > 5
        subprocess.run(["mount", "-o", "remount,size=128m", folder], check=True)
        # An orderly end may wait for what the full disk has broken; an end at once is harder on what was saved.
        server.stop(signal.SIGQUIT)
        server.start()
        assert [item.id for item in reversed(store.list())] == acknowledged
        assert store.check().changes == len(acknowledged)
        store.save("study", ({"files/runs.csv": os.urandom(400_000)}, {}, {}), "Study")
        store.close()
    finally:
        server.stop(signal.SIGQUIT)
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_leaves_no_half_backup(small_disk, tmp_path):
    from pilot_planner.store.backup import backup

    store = Store.open(tmp_path / "store.sqlite")
    store.save("study", ({"files/runs.csv": os.urandom(3_000_000)}, {}, {}), "Study")
    with pytest.raises(StoreError) as told:
        backup(store, small_disk / "backup.sqlite")
    says(told, "full", "was not completed")
    assert list(small_disk.iterdir()) == []


def test_a_store_that_others_write_to_for_long_is_busy(file_store):
    item = file_store.save_scenario(SCENARIO)
    hasty = Store(Door(file_store.door.address, wait_seconds=0.2), "Ben")
    held, release = threading.Event(), threading.Event()

    def hold(_connection):
        held.set()
        release.wait(30)

    other = threading.Thread(target=file_store.door.write, args=(hold,))
    other.start()
    held.wait(30)
    try:
        assert hasty.get(item.id) == item
        with pytest.raises(StoreError) as told:
            hasty.rename(item.id, "Other")
        says(told, "busy", "try again")
    finally:
        release.set()
        other.join()
    assert hasty.rename(item.id, "Other").revision == 2


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"title = 'A design, not a store'\n" * 100, "not_a_store"),
        (b"SQLite format 3\0" + b"\xff" * 4000, "not_a_store"),
        (b"x", "not_a_store"),
    ],
)
def test_a_file_that_is_no_store_is_refused_and_kept(tmp_path, raw, reason):
    file = tmp_path / "file"
    file.write_bytes(raw)
    with pytest.raises(StoreError) as told:
        Store.open(file)
    says(told, reason, "no store", "name another")
    assert file.read_bytes() == raw


def test_a_database_of_another_program_is_refused_and_kept(tmp_path):
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    raw = file.read_bytes()
    with pytest.raises(StoreError) as told:
        Store.open(file)
    says(told, "not_a_store", "something else")
    assert file.read_bytes() == raw


def test_a_damaged_store_is_found(filled, folder):
    file = folder / "store.sqlite"
    raw = bytearray(file.read_bytes())
    raw[4096 * 2 : 4096 * 6] = os.urandom(4096 * 4)
    file.write_bytes(raw)
    with pytest.raises(StoreError) as told:
        Store.open(file).check()
    assert told.value.reason in ("damaged", "not_a_store")
    assert "backup" in str(told.value)


@pytest.mark.parametrize(
    "altered",
    [
        "content SET size = 'many'", "content SET size = -1", "content SET size = 2.5", "content SET data = 'text'",
        "content SET data = 7", "revision SET about = 'no JSON'", "revision SET about = x'00ff'", "revision SET seal = 5.5",
        "revision SET before = x'01'", "revision SET number = 'second'", "revision SET name = x'00'",
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_told_as_altered(filled, folder, altered):
    """SQLite takes any value for any column; a bare number in a column of texts becomes one."""
    with contextlib.closing(sqlite3.connect(folder / "store.sqlite")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(f"UPDATE store_{altered} WHERE rowid = (SELECT max(rowid) FROM store_{altered.split()[0]})")
        database.commit()
    store = Store.open(folder / "store.sqlite")
    with pytest.raises(StoreError) as told:
        store.check()
    says(told, "damaged", "backup")
    for read in (store.list, store.history, lambda: store.files("Saved"), lambda: store.record("Saved")):
        try:
            read()
        except StoreError as error:
            assert str(error)


def test_a_size_below_nothing_lifts_no_limit_of_unpacking():
    """A row that says so would become as large as its bytes unpack to, before anybody looks at what they are."""
    bomb = zlib.compress(bytes(2**20))
    assert unpacked("x" * 64, -1, bomb) is None
    assert unpacked("x" * 64, LARGEST + 1, bomb) is None


def test_a_store_that_is_taken_away_is_said_and_not_made_anew(filled, folder):
    (folder / "store.sqlite").rename(folder / "moved.sqlite")
    for attempt in (filled.list, lambda: filled.rename("Saved", "Other")):
        with pytest.raises(StoreError) as told:
            attempt()
        says(told, "gone", "cannot be opened")
    assert not (folder / "store.sqlite").exists()
    (folder / "moved.sqlite").rename(folder / "store.sqlite")
    assert filled.rename("Saved", "Other").revision == 3


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://a:secret@b/c", "mysql:// is no store"),
        ("", "cannot be the address"),
        ("postgre\0sql://ana:secret@host/x", "a text with a null character cannot be the address"),
        ("postgresql://ana:secret@host", "names no database"),
        ("postgresql://ana:secret@host:port/x", "cannot be read"),
        ("/tmp", "is a folder"),
        ("/dev/null/store.sqlite", "cannot be made"),
        ("/" + "x" * 300, "cannot be"),
    ],
)
def test_an_address_that_no_store_can_have_is_refused_without_its_password(address, words):
    with pytest.raises(StoreError, match=words) as told:
        Store.open(address)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("slip", ["ana../:secret@host:5432/x", "ana/secret@host/x", "host/%3Asecret%40host"])
def test_a_password_in_the_wrong_place_is_not_shown(slip):
    assert find_address(f"postgresql://{slip}").shown == "postgresql://…"


def test_a_server_that_is_not_there_is_said_without_its_password():
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as told:
        Store.open("postgresql://ana:secret@127.0.0.1:1/plans?application_name=secret")
    assert "secret" not in says(told, "gone", "postgresql://ana@127.0.0.1:1/plans", "cannot be reached")


def test_a_missing_library_is_said_with_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'pilot-planner\[postgres\]'"):
        Store.open("postgresql://ana@127.0.0.1:1/plans")


def test_a_database_that_does_not_exist_is_said(postgresql):
    with pytest.raises(StoreError) as told:
        Store.open(postgresql.address("nowhere"))
    says(told, "gone", '"nowhere" does not exist')


def test_a_database_in_another_encoding_is_refused(postgresql):
    with pytest.raises(StoreError, match="is in SQL_ASCII; create one in UTF8"):
        Store.open(postgresql.new_database("ENCODING 'SQL_ASCII' TEMPLATE template0"))


def test_a_user_who_may_only_read_reads(postgresql):
    address = postgresql.new_database("ENCODING 'UTF8' TEMPLATE template0")
    store = Store.open(address)
    item = store.save_scenario(SCENARIO)
    name = store.door.address.url.database
    postgresql.run("DROP ROLE IF EXISTS reader")
    postgresql.run("CREATE ROLE reader LOGIN")
    postgresql.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name)
    reader = Store.open(address.replace("tester@", "reader@"))

    assert reader.get(item.id) == item
    with pytest.raises(StoreError) as told:
        reader.rename(item.id, "Other")
    says(told, "read_only", "may not do that")
    postgresql.run("GRANT INSERT ON ALL TABLES IN SCHEMA public TO reader", name)
    assert reader.rename(item.id, "Other").revision == 2


def test_a_database_that_may_only_be_read_reads(postgresql):
    address = postgresql.new_database()
    item = Store.open(address).save_scenario(SCENARIO)
    reader = Store.open(address.replace("options=", "options=-cdefault_transaction_read_only%3Don%20"))

    assert reader.get(item.id) == item
    with pytest.raises(StoreError) as told:
        reader.rename(item.id, "Other")
    says(told, "read_only", "may only be read")


def test_a_database_that_others_write_to_for_long_is_busy(postgresql):
    address = postgresql.new_database()
    store = Store.open(address)
    item = store.save_scenario(SCENARIO)
    hasty = Store(Door(find_address(address), wait_seconds=0.2), "Ben")

    def meanwhile(_connection):
        with pytest.raises(StoreError) as told:
            hasty.rename(item.id, "Other")
        says(told, "busy", "try again")

    store.door.write(meanwhile)
    assert hasty.rename(item.id, "Other").revision == 2


def test_a_connection_that_was_cut_is_made_again(postgresql):
    store = Store.open(postgresql.new_database())
    store.save_scenario(SCENARIO)
    postgresql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pilot-planner'")

    assert store.rename("Scenario", "Other").revision == 2


def test_a_connection_that_is_cut_in_mid_save_is_made_again_and_saves_once(postgresql):
    """The server ends the session after the row was written and before it was committed."""
    store = Store.open(postgresql.new_database())
    cut = []

    def progress(connection, *_):
        if not cut:
            cut.append(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
            postgresql.run(f"SELECT pg_terminate_backend({cut[0]})")

    sa.event.listen(store.door._engine, "commit", progress)
    item = store.save_scenario(SCENARIO)

    assert cut
    assert [one.item for one in store.history()] == [item.id]


@pytest.mark.parametrize("committed", [True, False], ids=["after its commit", "before its commit"])
def test_a_server_that_goes_while_it_commits_is_not_said_to_have_saved_nothing(committed):
    """The answer to COMMIT never came, and nobody answers afterwards: whether it was done is not known here."""
    server = Server().start()
    try:
        store = Store.open(server.new_database())
        store.save_scenario(SCENARIO)

        moment = []

        def writes(connection):
            return connection.get_execution_options().get("writes")

        def goes(connection, *_):
            if moment.pop() == "after":
                connection.connection.driver_connection.commit()
                # So that there is something to commit, the answer to which then does not come.
                connection.connection.driver_connection.execute("SELECT 1")
            server.stop(signal.SIGQUIT)

        sa.event.listen(store.door._engine, "commit", lambda one: moment[-1:] in (["after"], ["before"]) and goes(one))
        sa.event.listen(store.door._engine, "begin", lambda one: moment[-1:] == ["early"] and writes(one) and goes(one))
        moment.append("after" if committed else "before")
        with pytest.raises(StoreError) as told:
            store.rename("Scenario", "Other")
        assert told.value.reason == "gone"
        assert "may be saved or not: look for it before you save it again" in str(told.value)
        assert "is not saved" not in str(told.value)
        server.start()
        assert [one.name for one in store.list()] == ["Other" if committed else "Scenario"]

        moment.append("early")
        with pytest.raises(StoreError, match="what was being saved now is not saved"):
            store.rename(store.list()[0].id, "Third")
        server.start()
        assert store.rename(store.list()[0].id, "Third").revision == (3 if committed else 2)
    finally:
        server.remove()


def test_a_session_may_not_acknowledge_before_it_has_written(postgresql):
    address = postgresql.new_database().replace("options=", "options=-csynchronous_commit%3Doff%20")
    store = Store.open(address)

    assert store.door.read(lambda one: one.execute(sa.text("SHOW synchronous_commit")).scalar_one()) == "on"
