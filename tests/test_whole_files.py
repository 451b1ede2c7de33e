"""Whatever is written is there whole or not at all: killed at every thing that writing does to files, over old ones too.

Every moment of the writers is tried with small files; ``test_killed_commands.py`` does the same to the real commands.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from killing import killed_at

from pilot_planner import whole_files
from pilot_planner.data.locations import copy_shipped, shipped
from pilot_planner.exports.formats import Export, write_export
from pilot_planner.reports.answer_files import write_files
from pilot_planner.studies.sweeps.run_folder import RunsFolder
from pilot_planner.whole_files import READY, WORKING, sweep, write_file, write_folder

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")

OLD = {"budget.csv": b"old", "hxl/people.csv": b"old people", "plan.docx": b"old words"}
NEW = {"budget.csv": b"new money", "hxl/people.csv": b"new people", "plan.docx": b"new words", "annex/map.svg": b"new map"}


def content(folder):
    """Every file below a folder by path; unfinished writing too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def of_users(folder):
    """What is not unfinished writing."""
    found = content(folder) if folder.exists() else {}
    return {name: raw for name, raw in found.items() if not name.startswith((WORKING, READY))}


def every_moment(work, prepare, look, most=400):
    """Kill at the first, second ... event until the work ends before it; ``look`` after each. How many kills there were."""
    for moment in range(1, most):
        prepare(moment)
        killed = killed_at(moment, work)
        look(moment, killed)
        if not killed:
            return moment - 1
    raise AssertionError("the work does not end")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A new folder for each moment, named like the one before."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return lambda moment: tmp_path / str(moment)


def export(folder):
    write_export(Export("p", NEW, ()), folder)


OTHERS = {"notes/mine.txt": b"mine", "mine.txt": b"mine"}


@pytest.mark.parametrize("old", [None, OLD, OLD | OTHERS], ids=["new", "old", "others"])
def test_a_folder_killed_at_any_moment_is_the_old_one_or_the_new_one(place, old):
    now = 0

    def prepare(moment):
        nonlocal now
        now = moment
        if old is not None:
            write_folder(place(moment) / "out", old)

    def look(moment, killed):
        out = place(moment) / "out"
        assert of_users(out) in ((old or {}), (old or {}) | NEW), moment
        assert out.exists() == (old is not None or of_users(out) == NEW)
        # The next start.
        export(out)
        assert [path.name for path in out.parent.iterdir()] == ["out"]
        assert content(out) == (old or {}) | NEW

    assert every_moment(lambda: export(place(now) / "out"), prepare, look) > 20


def test_in_the_working_folder_the_next_start_finishes_what_a_kill_stopped(place, monkeypatch):
    mixed, now = 0, 0

    def prepare(moment):
        nonlocal now
        now = moment
        write_folder(place(moment), OLD)

    def work():
        os.chdir(place(now))
        write_folder(".", NEW)

    def look(moment, killed):
        nonlocal mixed
        mixed += of_users(place(moment)) not in (OLD, NEW)
        sweep(place(moment))
        assert content(place(moment)) in (OLD, NEW), moment

    assert every_moment(work, prepare, look) > 20
    assert mixed > 0, "no kill fell between two files, and nothing was proven"


def test_a_file_killed_at_any_moment_is_the_old_one_or_the_new_one(place):
    now = 0

    def prepare(moment):
        nonlocal now
        now = moment
        place(moment).mkdir()
        (place(moment) / "certificate.json").write_bytes(b"old")

    def look(moment, killed):
        assert of_users(place(moment)) in ({"certificate.json": b"old"}, {"certificate.json": b"new"})
        sweep(place(moment))
        assert list(content(place(moment))) == ["certificate.json"]

    assert every_moment(lambda: write_file(place(now) / "certificate.json", b"new"), prepare, look) > 8


def test_inputs_and_models_are_copied_both_or_neither(place):
    whole = {
        f"{name}/{path}" for name in ("inputs", "models") for path in content(shipped(name)) if "__pycache__" not in path
    }
    for moment in (1, 5, 20, 60, 100, 150, 200, 10_000):
        folder = place(moment) / "new"
        killed = killed_at(moment, lambda to=folder: copy_shipped(to))
        assert set(of_users(folder)) in (set(), whole)
        assert killed == (moment != 10_000)
        if killed and not folder.exists():
            copy_shipped(folder)
        assert set(content(folder)) == whole
        assert [path.name for path in place(moment).iterdir()] == ["new"]


def test_a_study_killed_while_it_begins_can_be_begun_again(place):
    header, now = ("run", "design", "value"), 0

    def begin():
        runs = RunsFolder(place(now) / "study", header, {"seed": 1}, {})
        runs.open()
        runs.append([{"run": 1, "design": "base", "value": 2.5}])
        runs.write_summary({"runs": 1})
        runs.close()

    def prepare(moment):
        nonlocal now
        now = moment

    def look(moment, killed):
        found = content(place(moment) / "study") if (place(moment) / "study").exists() else {}
        assert found == {} or {"study.json", "runs.csv"} <= set(found)
        runs = RunsFolder(place(moment) / "study", header, {"seed": 1}, {})
        assert runs.open() in ([], [{"run": 1, "design": "base", "value": 2.5}])
        runs.write_summary({"runs": 1})
        runs.close()
        assert set(content(place(moment))) == {"study/study.json", "study/runs.csv", "study/summary.json"}

    assert every_moment(begin, prepare, look) > 20


def test_what_a_living_process_is_writing_is_not_swept(tmp_path):
    script = "import sys, time; from pathlib import Path; from pilot_planner.whole_files import beside\n"
    script += "with beside(Path(sys.argv[1]) / 'x'): print('there', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"there\n"
        sweep(tmp_path)
        assert len(list(tmp_path.iterdir())) == 1
        process.kill()
        process.wait()
        sweep(tmp_path)
        assert list(tmp_path.iterdir()) == []


def test_nothing_of_others_is_swept_or_replaced(tmp_path):
    (tmp_path / f"{WORKING}link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / f"{WORKING}file").write_text("a file of that name", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    sweep(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="pipe is neither a file nor a folder"):
        write_file(tmp_path / "pipe", b"x")
    with pytest.raises(OSError, match=r"map\.svg is a folder"):
        (tmp_path / "out" / "annex" / "map.svg").mkdir(parents=True)
        write_folder(tmp_path / "out", NEW)
    assert of_users(tmp_path / "out") == {}


def test_a_folder_keeps_its_permissions_links_and_times(tmp_path):
    out = tmp_path / "out"
    write_folder(out, {"notes/mine.txt": b"mine"})
    out.chmod(0o750)
    (out / "link").symlink_to("notes/mine.txt")
    os.utime(out / "notes" / "mine.txt", (1, 1))
    write_files(out, {"front.csv": [{"a": 1}]}, {})
    assert out.stat().st_mode & 0o777 == 0o750
    assert (out / "link").is_symlink()
    assert (out / "notes" / "mine.txt").stat().st_mtime == 1
    assert (out / "front.csv").read_bytes() == b"a\n1\n"


def test_a_command_that_is_killed_leaves_nothing_after_the_next_start(tmp_path):
    """One real command, stopped by its own writing: the whole way from the command line."""
    out = tmp_path / "made" / "out"
    script = "import sys; sys.path.insert(0, sys.argv[1]); from killing import killed_at\n"
    script += "import os; from pilot_planner.cli.main import main; sys.argv = ['pilot-planner', 'new', sys.argv[2]]\n"
    script += "print(killed_at(300, main))"
    support = Path(__file__).parent / "support"
    said = subprocess.run([sys.executable, "-c", script, support, out], capture_output=True, text=True, check=True)
    assert said.stdout == "True\n", said.stderr
    assert (
        subprocess.run([sys.executable, "-m", "pilot_planner", "new", out], check=True, capture_output=True).returncode == 0
    )
    assert [path.name for path in out.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("error", [FileNotFoundError, BlockingIOError])
def test_a_folder_that_is_swept_before_it_is_locked_is_made_again(monkeypatch, tmp_path, error):
    """Two processes at once: one clears away what the other has made and not locked yet."""
    plain, taken = whole_files._lock, []

    def lock(folder):
        if not taken:
            taken.append(folder)
            folder.rmdir()
            raise error(str(folder))
        return plain(folder)

    monkeypatch.setattr(whole_files, "_lock", lock)
    write_folder(tmp_path / "out", {"a.txt": b"whole"})
    assert (tmp_path / "out" / "a.txt").read_bytes() == b"whole"
    assert taken
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
