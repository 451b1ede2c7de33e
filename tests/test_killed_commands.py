"""Each command that writes, killed at what it writes, over older folders too: nothing mixed, nothing left behind.

What is there afterwards is what was there before, or what the command makes; the next start clears the rest away.
"""

from __future__ import annotations

import os
import random
import shutil

import pytest
from forked_commands import Driver

from pilot_planner.data.locations import copy_shipped
from pilot_planner.whole_files import is_working_name, sweep

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
HOSTS = "inputs/estimates/hosts.csv"
UZBEKISTAN = "--name Uzbekistan --iso2 UZ --region central_asia --latitude 41.3 --longitude 69.2 --landlocked"
BEGUN = (
    "plan --model one_host --out made",
    "store save made --name saved --store saved.sqlite",
    "actuals new made happened --as-planned 3",
)
"""What stands before each kill."""

COMMANDS = {
    "plan": "plan --model one_host --out out",
    "export": "export one_host --to hxl --to iati --to logframe --out out",
    "tradeoffs": "tradeoffs --model one_host --points 3 --out out",
    "alternatives": "alternatives --model one_host --count 2 --out out",
    "explain": "explain --model one_host --seconds 1 --workers 1 --out out",
    "scale": "scale --model one_host --out out",
    "participation": "participation --model one_host --out out",
    "parties": "parties --model one_host --out out",
    "risk": "risk --model one_host --draws 3 --workers 1 --out out",
    "whatif": "whatif study.toml --out out",
    "new": "new out",
    "certificate": "verify made --certificate out/certificate.json",
    "actuals": "actuals new made out --as-planned 1",
    "report": "actuals report happened --today 2031-01-01 --out out",
    "replan": "replan happened --way go_on --today 2031-01-01 --out out",
    "host": f"add host UZB {UZBEKISTAN} --inputs inputs",
    "sector": "add sector fish --name Fish --isic C1020 --isic-title Processing --inputs inputs",
    "derived": "check --write --inputs inputs",
    "save": "store save made --store out/store.sqlite",
    "folder": "store export-folder saved --out out --inputs out_inputs --store saved.sqlite",
    "backup": "backup out/copy.sqlite --replace --store saved.sqlite",
    "restore": "restore saved.sqlite --store out/store.sqlite",
    "account": "accounts add ana --role view --single-sign-on --accounts out/accounts.sqlite",
}
STUDY = """
title = "Two ceilings"
why = "What a smaller grant changes."
designs = ["one_host"]
mode = "grid"
[[vary]]
path = "limits.operating_cost.max"
values = [8_000_000, 12_000_000]
"""
GROWS = ("risk", "whatif")
"""What writes one row after another: an unfinished one goes on."""
DATABASES = {
    "save": "store check --store out/store.sqlite",
    "restore": "store check --store out/store.sqlite",
    "account": "accounts check --accounts out/accounts.sqlite",
}
"""What is whole by the transactions of its database, and the command that reads all of it: a file may be made and empty."""
OVER_OLD = (
    "plan", "export", "tradeoffs", "alternatives", "explain", "scale", "participation", "parties", "report", "replan",
    "backup",
)  # fmt: skip
REFUSE = ("new", "actuals", "host", "sector", "folder", *DATABASES)
"""What says so where it has been done already."""


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    made = Driver(tmp_path_factory.mktemp("driver"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def start(tmp_path_factory, driver):
    """A folder with inputs, a plan, a store and actuals, from which each kill begins."""
    folder = tmp_path_factory.mktemp("start") / "work"
    copy_shipped(folder)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    for words in BEGUN:
        driver.done(folder, words)
    return folder


def content(folder):
    """Every file by path, without unfinished writing."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and not any(map(is_working_name, name.parts)):
            found[name.as_posix()] = path.read_bytes()
    return found


def left(folder):
    """Unfinished writing, by path."""
    return [path for path in folder.rglob("*") if is_working_name(path.name)]


class Kills:
    """One command over one beginning: what was there before, what it makes, and kills in between."""

    def __init__(self, driver, start, place, name, over):
        self.driver, self.place, self.name, self.words = driver, place, name, COMMANDS[name]
        self.folder = place / "first"
        shutil.copytree(start, self.folder)
        if name in ("certificate", "backup", *DATABASES):
            (self.folder / "out").mkdir()
        if name == "derived":
            rows = (self.folder / HOSTS).read_text(encoding="utf-8").splitlines(keepends=True)
            kept = "".join(row for row in rows if not row.startswith("KAZ,employee_contribution_rate,"))
            (self.folder / HOSTS).write_text(kept, encoding="utf-8")
        if over:
            driver.done(self.folder, self.words)
            for path in (self.folder / "out").rglob("*"):
                if path.is_file():
                    path.write_bytes(b"old")
        self.before = content(self.folder)
        whole, again = place / "whole", place / "again"
        shutil.copytree(self.folder, whole)
        shutil.copytree(self.folder, again)
        self.moments = driver.done(whole, self.words)
        driver.done(again, self.words)
        self.after = content(whole)
        # What is the same whenever it is made, without a time or a random name in it.
        self.steady = {one for one, raw in content(again).items() if self.after.get(one) == raw}
        self.changed = {one for one in self.before.keys() & self.after.keys() if self.before[one] != self.after[one]}
        assert self.changed or self.after.keys() - self.before.keys(), "the command writes nothing"

    def __call__(self, how, again):
        """One kill, and the next start; ``again``: by the same command, which comes to its end then."""
        one = self.place / "one"
        shutil.copytree(self.folder, one)
        found = self.driver(one, self.words, **how)
        assert found["killed"] or "seconds" in how, (found, self.driver.said())
        self.look(one)
        if again:
            ended = self.driver(one, self.words)
            assert ended["status"] == 0 or self.name in REFUSE, self.driver.said()
            assert self.name in DATABASES or set(content(one)) == set(self.after)
        else:
            # As a start does that stands in this folder and writes into the other.
            sweep(one)
            sweep(one / "out")
            sweep(self.driver.temporary, "pilot-planner-work-")
        assert left(one) == []
        assert list((self.driver.temporary).iterdir()) == []
        if self.name in DATABASES:
            self.read_through(one)
        elif not again:
            self.look(one)
        shutil.rmtree(one)

    def look(self, folder):
        """What a kill left is what was there before or what the command makes."""
        found = content(folder)
        if self.name in GROWS or self.name in DATABASES:
            beside = {f"{one}{end}" for one in self.after for end in ("-journal", "-wal", "-shm")}
            assert set(self.before) <= set(found) <= set(self.after) | beside
            return
        assert set(found) in (set(self.before), set(self.after))
        old = {one for one in self.changed if found[one] == self.before[one]}
        assert old in (set(), self.changed), "old and new files are mixed"
        if old != self.changed or set(found) != set(self.before):
            assert {one for one in self.steady if found[one] != self.after[one]} == set(), "half a file"

    def read_through(self, folder):
        """A database that is there reads whole; or it has no tables yet, and the same command makes it."""
        words = DATABASES[self.name]
        file = folder / words.split()[-1]
        if not file.exists() or not file.stat().st_size:
            return
        if self.driver(folder, words)["status"] != 0:
            assert self.driver.said().startswith("error: there is no "), self.driver.said()
            self.driver.done(folder, self.words)
            self.driver.done(folder, words)


@pytest.mark.parametrize("name", ["export", "actuals", "derived", "backup", "save", "account"])
def test_what_a_killed_command_leaves_is_whole_and_the_next_start_clears_up(driver, start, tmp_path, name):
    """Four kills of each, at moments that are spread over all that it writes."""
    kill = Kills(driver, start, tmp_path, name, over=name in OVER_OLD)
    for number in range(4):
        kill({"moment": 1 + (2 * number + 1) * kill.moments // 8}, again=number % 2 == 0)


@pytest.mark.slow
@pytest.mark.parametrize("over", [False, True], ids=["new", "over"])
@pytest.mark.parametrize("name", COMMANDS)
def test_two_hundred_kills_of_each_command_leave_nothing_mixed_and_nothing_behind(
    driver, start, tmp_path, capsys, name, over
):
    """Three of four at what it writes, the others at random times of its run; half over older files where it may."""
    if over and name not in OVER_OLD:
        pytest.skip("it never writes over what is there")
    kills = 100 if name in OVER_OLD else 200
    kill, chance = Kills(driver, start, tmp_path, name, over), random.Random(f"{name} {over}")
    for number in range(kills):
        how = {"moment": 1 + number * kill.moments // kills}
        if number % 4 == 3:
            how = {"seconds": chance.uniform(0.0, 1.0)}
        kill(how, again=number % 8 == 0)
    with capsys.disabled():
        print(f"\n{name} ({'over older files' if over else 'new'}): {kills} kills over {kill.moments} moments")
