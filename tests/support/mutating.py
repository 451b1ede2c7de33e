"""Texts and bytes broken at random, and the rule that holds for whatever reads them."""

from __future__ import annotations

import random
import time

from pilot_planner.errors import InputError

SECONDS = 10
"""Longest that reading one broken thing may take."""
WORDS = [
    *("", " ", "0", "-1", "1e999", "-1e-999", "nan", "inf", "NaN", "1,000", "١٢", "99999999999999999999", "0x10", "1_0"),
    *("true", "yes", "None", "=1+1", "@SUM(A1)", "+cmd", '"', "'", '"""', "\\", "\n", "\r", "\r\n", "\t", "\x00", "\x1b[2J"),
    *("\ufeff", "\u202e", "é", "🦀", ",", ",,,,", ";", "|", "[", "]", "[[", "{", "}", "#", "=", ".", "..", "/", "../"),
    *("hosts.x", "median(hosts.living_wage)", "min(1,", "1/0", "unit_costs[staff_p3_year]", "placements[MNG,x].y", "9**9"),
    *(
        "MNG",
        "XXX",
        "construction",
        "current",
        "superseded",
        "derived",
        "absent",
        "USD/month",
        "share",
        "2027-13-45",
        "x" * 500,
    ),
    *("[limits.hosts]", "max = 1", "extends = 'base.toml'", "name = 'a'", "usd = -1", "1979-05-27T07:32:00Z", "[" * 60),
]
PATHS = [
    "limits.hosts.max",
    "limits.x.min",
    "title",
    "programme",
    "programme.start_date",
    "oversight.levels",
    "funding.pledges",
]
PATHS += [
    "solver.seed",
    "waivers.MNG.host_tax",
    "waivers.x",
    "inputs.programme.intake_share",
    "inputs.hosts.MNG.tip_tier.low",
]
PATHS += [
    "inputs.placements.MNG.construction.market_wage",
    "inputs.x",
    "tradeoffs.axes",
    "exclusions",
    "floors.conventions",
    "a.b",
]


def mutated(raw, dice):
    """One to four cuts, copies, flips and insertions."""
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(raw) + 1)
        lines = raw.split(b"\n")
        row = dice.randrange(len(lines))
        match dice.randrange(9):
            case 0:
                raw = raw[:at] + dice.choice(WORDS).encode() + raw[at:]
            case 1:
                raw = raw[:at] + raw[at + dice.randint(1, 40) :]
            case 2:
                raw = raw[:at] + bytes([dice.randrange(256)]) + raw[at + 1 :]
            case 3:
                raw = b"\n".join(lines[:row] + [lines[row]] * dice.randint(2, 5) + lines[row + 1 :])
            case 4:
                raw = b"\n".join(lines[:row] + lines[row + dice.randint(1, 30) :])
            case 5:
                cells = lines[row].split(b",")
                cells[dice.randrange(len(cells))] = dice.choice(WORDS).encode()
                raw = b"\n".join([*lines[:row], b",".join(cells), *lines[row + 1 :]])
            case 6:
                raw = raw[:at]
            case 7:
                other = dice.randrange(len(lines))
                lines[row], lines[other] = lines[other], lines[row]
                raw = b"\n".join(lines)
            case _:
                word = dice.choice(raw[:20_000].split() or [b"x"])
                raw = raw.replace(word, dice.choice(WORDS).encode(), dice.choice([1, -1]))
    return raw


def run(cases, seeds):
    """One case for each seed, in turn: each is read or refused with faults, soon. Returns how many were refused."""
    refused = 0
    for seed in seeds:
        dice = random.Random(seed)
        started = time.perf_counter()
        try:
            cases[seed % len(cases)](dice)
        except InputError as error:
            assert error.faults, seed
            assert all(str(fault.place) and fault.what and fault.expected and fault.fix for fault in error.faults), seed
            refused += 1
        except Exception as error:
            error.add_note(f"case {seed}")
            raise
        assert time.perf_counter() - started < SECONDS, seed
    return refused
