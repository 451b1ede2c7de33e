"""Command lines and stores broken at random: each command ends soon, by no fault of ours, and says where the fault is."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3

import pytest
from forked_commands import Driver
from mutating import PATHS, WORDS, mutated

from pilot_planner.data.locations import copy_shipped

SECONDS = 60
"""Of a command's own time; one that solves nothing new takes less than one."""
STATUS = {0, 2, 3, 4, 5}
HERE = ("/", "~", "..")
"""What a broken word may not have: the test keeps to its own folder."""
STUDY = """
title = "Two ceilings"
why = "What a smaller grant changes."
designs = ["one_host"]
mode = "grid"
[[vary]]
path = "limits.operating_cost.max"
values = [8_000_000, 12_000_000]
"""
BEGUN = (
    "plan --model one_host --out made",
    "store save made --name saved --store saved.sqlite",
    "actuals new made happened --as-planned 2",
    "accounts add ana --role view --single-sign-on --accounts accounts.sqlite",
    "tradeoffs --model one_host --points 3 --out front",
)
LINES = (
    "plan --model one_host --set limits.operating_cost.max=9000000 --set waivers.MNG.host_tax=true --out out",
    "plan --model one_host --event fee_waiver_refused.MNG --solver highs --engine whole --json",
    "plan --model one_host --set inputs.placements.MNG.construction.market_wage=700 --set @override.toml",
    "plan --model one_host --chance signed --confidence 0.9",
    "plan --from front/front.csv:2 --set programme.duration_months=24 --inputs inputs",
    "check --inputs inputs --model one_host --values",
    "check --write --inputs inputs --json",
    "export made --to hxl --to logframe --out out",
    "export one_host --to iati --terms terms.toml --out out",
    "export --check programme.xml made",
    "tradeoffs --model one_host --points 3 --out out --workers 1",
    "alternatives --model one_host --count 2 --json",
    "explain --model one_host --seconds 1 --workers 1 --out out",
    "compare made one_host --json",
    "whatif study.toml --out out --workers 1",
    "replan happened --way go_on --today 2031-01-01 --out out",
    "actuals check happened",
    "actuals report happened --today 2031-01-01 --json",
    "actuals learned happened --today 2031-01-01",
    "actuals new made template --as-planned 2",
    "scale --model one_host --json",
    "participation --model one_host",
    "parties --model one_host --json",
    "risk --model one_host --draws 3 --seed 2 --workers 1 --out out",
    "evidence --model one_host --draws 5 --seed 1",
    "reserve --model one_host --draws 5 --json",
    "gate --model one_host --month 12 --draws 3 --fresh 3",
    "verify made --solver scip --certificate certificate.json",
    "backup copy.sqlite --replace --store saved.sqlite",
    "restore saved.sqlite --store fresh.sqlite",
    "new own",
    "add host UZB --name Uzbekistan --iso2 UZ --region central_asia --latitude 41.3 --longitude 69.2 --inputs inputs",
    "add sector fish --name Fish --isic C1020 --isic-title Processing --inputs inputs",
    "store list --store saved.sqlite",
    "store save made --name other --onto saved --why again --store saved.sqlite",
    "store show saved --store saved.sqlite",
    "store history saved --store saved.sqlite --json",
    "store rename saved better --store saved.sqlite",
    "store restore saved --store saved.sqlite",
    "store compare saved saved --store saved.sqlite",
    "store export-folder saved --out out --inputs out_inputs --revision 1 --store saved.sqlite",
    "store check --store saved.sqlite",
    "accounts role ana edit --accounts accounts.sqlite",
    "accounts log --most 5 --who ana --accounts accounts.sqlite --json",
    "accounts check --accounts accounts.sqlite",
    "accounts remove ana --accounts accounts.sqlite",
)
OVERRIDE = "[limits.operating_cost]\nmax = 9000000\n[inputs.placements.MNG.construction]\nmarket_wage = 700\n"
TERMS = "models/terms/iati_example.toml"


PLACE = re.compile(r"--\w|'[^']*'|[\w./-]+\.(?:csv|toml|json|sqlite|xlsx|xml)\b|[A-Z_]{4,}|(event|change) -?\d|account \w")


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    made = Driver(tmp_path_factory.mktemp("driver"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def start(tmp_path_factory, driver):
    """A folder with inputs, a plan, a store, accounts, actuals, a front and the files that command lines name."""
    folder = tmp_path_factory.mktemp("start") / "work"
    copy_shipped(folder)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "override.toml").write_text(OVERRIDE, encoding="utf-8")
    for words in BEGUN:
        driver.done(folder, words)
    return folder


def broken_line(dice):
    """One of the lines with one to three words broken, left out, doubled, moved or made up."""
    words = dice.choice(LINES).split()
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        at = dice.randrange(len(words))
        match dice.randrange(8):
            case 0:
                words = words[:at] + words[at + 1 :] or ["plan"]
            case 1:
                words.insert(at, words[at])
            case 2:
                words[at] = mutated(words[at].encode(), dice).decode("utf-8", "replace")
            case 3:
                words[at] = dice.choice(WORDS)
            case 4:
                other = dice.randrange(len(words))
                words[at], words[other] = words[other], words[at]
            case 5:
                words += ["--set", f"{dice.choice(PATHS)}={dice.choice(WORDS)}"]
            case 6:
                name, equals, _ = words[at].partition("=")
                words[at] = f"{name}{equals or '='}{dice.choice(WORDS)}"
            case _:
                words.insert(at, dice.choice([word for line in LINES for word in line.split() if word.startswith("--")]))
        # No word of a process may hold a zero; and nothing outside the folder is read or written.
    return [word.replace("\0", "") for word in words if not any(one in word for one in HERE) or "front/" in word]


def judge(driver, words, ended):
    """Fails unless the command came to its end and every refusal says where; the status."""
    said = driver.said()
    told = f"{words}\n{ended}\n{said[-2000:]}"
    assert not ended["hung"], told
    assert ended.get("status") in STATUS, told
    assert "Traceback" not in said, told
    assert "fault of pilot-planner itself" not in said, told
    if ended["status"] == 2:
        refusals = re.findall(r"^(?:error: |│ |Error: )(.+)$", said, re.MULTILINE)
        assert refusals, told
        for one in refusals:
            assert names_a_place(one, words), f"{one!r} has no place: {told}"
    return ended["status"]


def names_a_place(refusal, words):
    """An option, an argument, a setting, a file or an item: something that whoever typed the line finds again."""
    if re.search(
        r"--\w|'[^']*'|[\w./-]+\.(?:csv|toml|json|sqlite|xlsx|xml)\b|[A-Z_]{4,}|(?:event|change) -?\d|account \w", refusal
    ):
        return True
    setting = refusal.partition(":")[0]
    return any(len(word) > 1 and (word in refusal or word.startswith(setting)) for word in map(str.strip, words))


def run_lines(driver, start, place, seeds):
    """One broken line for each seed; how many were refused."""
    refused = 0
    for seed in seeds:
        words = broken_line(random.Random(seed))
        folder = place / "one"
        shutil.copytree(start, folder)
        try:
            refused += judge(driver, words, driver(folder, words, cpu=SECONDS)) == 2
        except AssertionError as error:
            error.add_note(f"case {seed}")
            raise
        finally:
            shutil.rmtree(folder)
    return refused


def test_broken_command_lines_are_obeyed_or_refused_with_a_place(driver, start, tmp_path):
    assert 15 < run_lines(driver, start, tmp_path, range(30)) < 30


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_two_thousand_broken_command_lines_are_obeyed_or_refused_with_a_place(driver, start, tmp_path, part):
    assert 100 < run_lines(driver, start, tmp_path, range(1000 + 200 * part, 1200 + 200 * part)) < 200


READING = {
    "saved.sqlite": (
        "store check --store saved.sqlite",
        "store list --store saved.sqlite",
        "store show saved --store saved.sqlite",
        "store history saved --store saved.sqlite --json",
        "store export-folder saved --out out --inputs out_inputs --store saved.sqlite",
        "store save made --name other --store saved.sqlite",
        "store rename saved better --store saved.sqlite",
        "backup copy.sqlite --store saved.sqlite",
        "restore saved.sqlite --store fresh.sqlite",
    ),
    "accounts.sqlite": (
        "accounts check --accounts accounts.sqlite",
        "accounts list --accounts accounts.sqlite",
        "accounts log --accounts accounts.sqlite --json",
        "accounts role ana edit --accounts accounts.sqlite",
        "accounts unlock ana --accounts accounts.sqlite",
    ),
}
"""Commands that read a database, the one that reads all of it first."""


def rows_of(file):
    """All that is in a database, by table; None where it cannot be read."""
    try:
        with sqlite3.connect(file) as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
            return {name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"'))) for name in tables}
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def break_bytes(file, dice):
    """Bits and pages of the file, its length, or files that a database leaves beside itself."""
    raw = bytearray(file.read_bytes())
    match dice.randrange(6):
        case 0:
            for _ in range(dice.randint(1, 3)):
                raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        case 1:
            at = dice.randrange(len(raw))
            size = dice.choice([16, 512, 4096])
            raw[at : at + size] = bytes(min(size, len(raw) - at))
        case 2:
            raw = raw[: dice.randrange(len(raw))]
        case 3:
            one, other = (4096 * dice.randrange(len(raw) // 4096) for _ in range(2))
            raw[one : one + 4096], raw[other : other + 4096] = raw[other : other + 4096], raw[one : one + 4096]
        case 4:
            raw = bytearray(mutated(bytes(raw), dice))
        case _:
            beside = file.with_name(file.name + dice.choice(["-journal", "-wal"]))
            beside.write_bytes(dice.randbytes(dice.choice([0, 20, 5000])))
    file.write_bytes(raw)


def break_rows(file, dice):
    """Somebody with an editor of databases: rows altered, doubled or taken away, columns and tables renamed."""
    with sqlite3.connect(file) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            if dice.random() < 0.7:
                database.execute(f'DROP TRIGGER "{trigger}"')
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        table = dice.choice([name for name in tables if not name.startswith("sqlite_")])
        columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
        column, value = dice.choice(columns), dice.choice([*WORDS, None, -1, 10**18, 2.5, b"\x00\xff"])
        some = f'rowid IN (SELECT rowid FROM "{table}" ORDER BY random() LIMIT 1)' if dice.random() < 0.5 else "1"
        wanted = [
            (f'UPDATE "{table}" SET "{column}" = ? WHERE {some}', (value,)),
            (f'DELETE FROM "{table}" WHERE {some}', ()),
            (f'ALTER TABLE "{table}" RENAME COLUMN "{column}" TO "other"', ()),
            (f'ALTER TABLE "{table}" RENAME TO "other"', ()),
            (f'INSERT INTO "{table}" SELECT * FROM "{table}" LIMIT 1', ()),
        ]
        statement, values = dice.choice(wanted)
        try:
            database.execute(statement, values)
        except sqlite3.Error:
            database.rollback()


def run_stores(driver, start, place, seeds):
    """One broken store, or accounts, for each seed, by one of the commands that read it; how many were refused."""
    refused = 0
    for seed in seeds:
        dice = random.Random(seed)
        file = dice.choice(["saved.sqlite"] * 3 + ["accounts.sqlite"])
        folder = place / "one"
        folder.mkdir()
        shutil.copytree(start / "made", folder / "made")
        shutil.copy(start / file, folder)
        (break_bytes if dice.random() < 0.6 else break_rows)(folder / file, dice)
        check, *_ = READING[file]
        words = dice.choice(READING[file]) if dice.random() < 0.7 else check
        try:
            status = judge(driver, words.split(), driver(folder, words, cpu=SECONDS))
            if status == 0 and words == check:
                assert rows_of(folder / file) == rows_of(start / file), f"an altered store is called whole\n{driver.said()}"
            refused += status == 2
        except AssertionError as error:
            error.add_note(f"case {seed}: {words}")
            raise
        finally:
            shutil.rmtree(folder)
    return refused


def test_broken_stores_are_read_or_refused_with_a_place(driver, start, tmp_path):
    assert 10 < run_stores(driver, start, tmp_path, [7, 265, *range(1060, 1088)]) < 30


@pytest.mark.slow
@pytest.mark.parametrize("part", range(5))
def test_a_thousand_broken_stores_are_read_or_refused_with_a_place(driver, start, tmp_path, part):
    assert 50 < run_stores(driver, start, tmp_path, range(1000 + 200 * part, 1200 + 200 * part)) < 200
