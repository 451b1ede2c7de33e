"""A study: what is varied, how, and what is written down of each run. Read from TOML, every fault in one pass."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pilot_planner.data.inputs import Inputs
from pilot_planner.data.locations import shipped
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.design.loading import TomlSource, _read
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS
from pilot_planner.studies.sweeps.sweep import INPUTS
from pilot_planner.studies.uncertainty.sampling import latin_hypercube, pert_quantile

MODES = ("grid", "list", "sample")
DEFAULT_METRICS = (
    "worker_income",
    "secured_income",
    "income_gain",
    "operating_cost",
    "net_donor_ask",
    "state_revenue",
    "expected_state_take",
    "funds_at_risk",
    "people_reached",
    "worker_months",
    "operating_cost_per_worker_month",
    "net_pay_per_worker_month",
    "funds_at_risk_share",
    "card_share",
)
MOST_RUNS = 200_000

_KEYS = ("title", "why", "designs", "mode", "vary", "draws", "seed", "metrics")
_VARY_KEYS = ("path", "why", "values", "from", "to", "steps", "pert", "low", "mode", "high")

Case = dict[str, Any]
"""Paths to values of one run."""


@dataclass(frozen=True, slots=True)
class Variation:
    """One path and the values that it takes: a list, or for a sample a range (uniform) or low, mode and high (PERT).

    ``pert`` is None in each place that the inputs are to fill with the low, base and high of that estimate.
    """

    path: str
    row: int | None
    values: tuple[Any, ...] = ()
    between: tuple[float, float] | None = None
    pert: tuple[float | None, float | None, float | None] | None = None


@dataclass(frozen=True)
class Study:
    """A study as its file says it. ``rows`` maps keys of the file to rows, for messages."""

    file: str
    title: str
    why: str
    mode: str
    designs: tuple[str, ...]
    vary: tuple[Variation, ...]
    draws: int
    seed: int
    metrics: tuple[str, ...]
    rows: Mapping[str, int] = field(default_factory=dict, repr=False)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(one.path for one in self.vary)

    @property
    def runs_of_a_design(self) -> int:
        match self.mode:
            case "grid":
                return math.prod(len(one.values) for one in self.vary)
            case "list":
                return len(self.vary[0].values) if self.vary else 1
            case _:
                return self.draws

    def cases(self, inputs: Inputs) -> list[Case]:
        """The values of each run of one design, in order. PERT ranges that name none are those of the estimate."""
        if self.mode == "grid":
            return [dict(zip(self.paths, row, strict=True)) for row in itertools.product(*(v.values for v in self.vary))]
        if self.mode == "list":
            rows = zip(*(one.values for one in self.vary), strict=True) if self.vary else [()]
            return [dict(zip(self.paths, row, strict=True)) for row in rows]
        shares = latin_hypercube(self.draws, len(self.vary), self.seed)
        columns = [_drawn(one, shares[:, place], inputs) for place, one in enumerate(self.vary)]
        return [dict(zip(self.paths, row, strict=True)) for row in zip(*columns, strict=True)]


def _drawn(variation: Variation, shares: Any, inputs: Inputs) -> list[Any]:
    """The values of one path at these shares of its distribution."""
    if variation.values:
        count = len(variation.values)
        return [variation.values[min(count - 1, int(share * count))] for share in shares]
    if variation.between is not None:
        low, high = variation.between
        return [float(low + share * (high - low)) for share in shares]
    return [float(value) for value in pert_quantile(shares, *_range(variation, inputs))]


def _range(variation: Variation, inputs: Inputs) -> tuple[float, float, float]:
    given = variation.pert or (None, None, None)
    estimate = inputs.estimates.get(address_of(variation.path))
    own = (None, None, None) if estimate is None else (estimate.low, estimate.base, estimate.high)
    low, mode, high = (mine if mine is not None else theirs for mine, theirs in zip(given, own, strict=True))
    return low or 0.0, mode or 0.0, high or 0.0


def address_of(path: str) -> tuple[str, ...]:
    """The address of the estimate that a path below ``inputs.`` names."""
    return tuple(path.removeprefix(INPUTS).split("."))


def find_study(file: str | Path) -> Path:
    """The study of that path, or of that name in ``models/studies`` here or as shipped."""
    path = Path(file)
    if path.parent == Path() and not path.exists():
        for folder in (Path("models"), shipped("models")):
            named = folder / "studies" / f"{path.stem}.toml"
            if named.is_file():
                return named
    if not path.is_file():
        what = "is not a file" if path.exists() else "does not exist"
        raise InputError([Fault(Place(str(path)), what, "a study in TOML", "check the name and the working folder")])
    return path


def read_study(file: str | Path) -> tuple[Study, list[Fault]]:
    """A study and what is wrong in the file itself. Raises InputError when it is not TOML at all."""
    tree, source = _read(find_study(file))
    reader = _Reader(tree, source)
    return reader.study(), reader.faults


class _Reader:
    """Reads the tree of one study and collects its faults."""

    def __init__(self, tree: Mapping[str, Any], source: TomlSource) -> None:
        self.tree = tree
        self.file = source.file
        self.rows = _rows(source.text)
        self.faults: list[Fault] = []

    def fault(self, key: str, what: str, expected: str, fix: str) -> None:
        row = self.rows.get(key, self.rows.get(key.rpartition(".")[0]))
        column = re.sub(r"\[\d+\]", "", key)
        self.faults.append(Fault(Place(self.file, row, column), what, expected, fix))

    def unknown(self, prefix: str, keys: Iterable[str], known: Sequence[str]) -> None:
        for key in keys:
            if key not in known:
                what = f"{key!r} is not a key of a {'variation' if prefix else 'study'}"
                fix = did_you_mean(key, known, fallback=f"use one of {', '.join(known)}")
                self.fault(prefix + key, what, "a known key", fix)

    def study(self) -> Study:
        self.unknown("", self.tree, _KEYS)
        mode = self.tree.get("mode", "grid")
        if mode not in MODES:
            fix = did_you_mean(str(mode), MODES, fallback="use one of these")
            self.fault("mode", f"{mode!r} is not a mode", ", ".join(MODES), fix)
            mode = "grid"
        for key in ("draws", "seed"):
            if key in self.tree and mode != "sample":
                self.fault(key, f"{key!r} is for samples", 'mode = "sample"', "remove it or change the mode")
        if mode == "sample" and "draws" not in self.tree:
            self.fault("draws", "'draws' is missing", "how many runs to draw", "add it")
        study = Study(
            file=self.file,
            title=self.text("title"),
            why=self.text("why"),
            mode=mode,
            designs=self.texts("designs"),
            vary=tuple(self.variations(mode)),
            draws=self.whole("draws", 1, MOST_RUNS, 1),
            seed=self.whole("seed", 0, 2**32 - 1, 1),
            metrics=self.texts("metrics") or DEFAULT_METRICS,
            rows=self.rows,
        )
        self.check_whole(study)
        return study

    def check_whole(self, study: Study) -> None:
        for name in study.metrics:
            if name not in METRICS and name not in RATIOS:
                fix = did_you_mean(name, [*METRICS, *RATIOS])
                self.fault("metrics", f"{name!r} is not known", "metrics and ratios", fix)
        if not study.vary and not study.designs and not self.faults:
            self.fault("vary", "nothing is varied", "a [[vary]] table or some designs", "add one")
        if study.mode == "list" and len({len(one.values) for one in study.vary}) > 1:
            lengths = ", ".join(f"{one.path}: {len(one.values)}" for one in study.vary)
            self.fault("vary", f"the lists differ in length ({lengths})", "one value of each for every run", "complete them")
        seen: list[str] = []
        for place, one in enumerate(study.vary):
            other = next((path for path in seen if overlap(path, one.path)), None)
            if other is not None:
                self.fault(
                    f"vary[{place}].path", f"{one.path} is varied twice (see {other})", "each path once", "remove one"
                )
            seen.append(one.path)
        runs = study.runs_of_a_design * max(1, len(study.designs))
        if runs > MOST_RUNS:
            self.fault("vary", f"makes {runs:,} runs", f"at most {MOST_RUNS:,}", "take fewer values, or a sample")

    def text(self, key: str) -> str:
        value = self.tree.get(key)
        if isinstance(value, str) and value.strip():
            return value
        what = f"{key!r} is missing" if key not in self.tree else f"{key!r} is not a text"
        self.fault(key, what, "a sentence for whoever reads the results", "add it")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.tree.get(key, [])
        if isinstance(value, list) and all(isinstance(one, str) and one for one in value):
            if len(set(value)) < len(value):
                self.fault(key, "a name stands twice", "each name once", "remove one")
            return tuple(dict.fromkeys(value))
        self.fault(key, f"{key!r} is not a list of names", '["name", ...]', "correct it")
        return ()

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        value = self.tree.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.fault(key, f"{key} = {value!r} cannot be used", f"a whole number from {low:,} to {high:,}", "correct it")
        return default

    def variations(self, mode: str) -> Iterable[Variation]:
        tables = self.tree.get("vary", [])
        if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
            self.fault("vary", "'vary' is not a list of tables", "[[vary]] tables", "write each as [[vary]]")
            return
        for place, table in enumerate(tables):
            prefix = f"vary[{place}]."
            self.unknown(prefix, table, _VARY_KEYS)
            path = table.get("path")
            if not isinstance(path, str) or not all(path.split(".")):
                what = "'path' is missing" if path is None else f"{path!r} is not a path"
                self.fault(prefix + "path", what, "words with points between", "add the path that is varied")
                continue
            found = self.variation(prefix, path, table, mode)
            if found is not None:
                yield found

    def variation(self, prefix: str, path: str, table: Mapping[str, Any], mode: str) -> Variation | None:
        row = self.rows.get(prefix + "path", self.rows.get(prefix[:-1]))
        ways = [way for way, keys in _WAYS.items() if any(key in table for key in keys)]
        if len(ways) != 1:
            what = "no values are given" if not ways else f"values are given in {len(ways)} ways ({', '.join(ways)})"
            self.fault(prefix + "path", f"{path}: {what}", "one of values, from and to, pert", "keep one")
            return None
        match ways[0]:
            case "values":
                return self.listed(prefix, path, row, table["values"])
            case "from and to":
                return self.ranged(prefix, path, row, table, mode)
            case _:
                return self.pert(prefix, path, row, table, mode)

    def listed(self, prefix: str, path: str, row: int | None, values: Any) -> Variation | None:
        if not isinstance(values, list) or not values:
            self.fault(prefix + "values", f"{path}: 'values' is not a list with something in it", "[...]", "correct it")
            return None
        if path.startswith(INPUTS):
            for value in values:
                if not _is_number(value):
                    self.fault(prefix + "values", f"{path}: {value!r} is not a number", "numbers", "correct the value")
                    return None
        return Variation(path, row, tuple(values))

    def ranged(self, prefix: str, path: str, row: int | None, table: Mapping[str, Any], mode: str) -> Variation | None:
        needed = ("from", "to") if mode == "sample" else ("from", "to", "steps")
        missing = [key for key in needed if key not in table]
        if missing:
            self.fault(prefix + "path", f"{path}: {', '.join(missing)} missing", ", ".join(needed), "add it")
            return None
        low, high, steps = table["from"], table["to"], table.get("steps", 2)
        for key, value in (("from", low), ("to", high)):
            if not _is_number(value):
                self.fault(prefix + key, f"{path}: {value!r} is not a number", "a number", "correct it")
                return None
        if mode == "sample":
            if "steps" in table:
                self.fault(prefix + "steps", f"{path}: a sample has no steps", "from and to", "remove it")
            return Variation(path, row, between=(float(low), float(high)))
        if not isinstance(steps, int) or isinstance(steps, bool) or not 2 <= steps <= MOST_RUNS:
            expected = f"a whole number from 2 to {MOST_RUNS:,}"
            self.fault(prefix + "steps", f"{path}: steps = {steps!r} cannot be used", expected, "correct it")
            return None
        return Variation(path, row, tuple(_tidy(value, low, high) for value in np.linspace(low, high, steps)))

    def pert(self, prefix: str, path: str, row: int | None, table: Mapping[str, Any], mode: str) -> Variation | None:
        if mode != "sample":
            self.fault(
                prefix + "path", f"{path}: a range with a mode is drawn from", 'mode = "sample"', "give values instead"
            )
            return None
        if table.get("pert", True) is not True:
            self.fault(prefix + "pert", f"{path}: pert = {table['pert']!r}", "true", "remove it")
            return None
        given = tuple(table.get(key) for key in ("low", "mode", "high"))
        wrong = [value for value in given if value is not None and not _is_number(value)]
        if wrong:
            self.fault(prefix + "path", f"{path}: {wrong[0]!r} is not a number", "numbers", "correct it")
            return None
        if None in given and (not path.startswith(INPUTS) or any(value is not None for value in given)):
            self.fault(prefix + "path", f"{path}: low, mode and high are not all given", "all three", "add them")
            return None
        if None not in given and not given[0] <= given[1] <= given[2]:  # type: ignore[operator]
            what = f"{path}: {given[0]:g}, {given[1]:g}, {given[2]:g} are out of order"
            self.fault(prefix + "low", what, "low <= mode <= high", "correct them")
            return None
        return Variation(path, row, pert=(given[0], given[1], given[2]))


_WAYS = {"values": ("values",), "from and to": ("from", "to", "steps"), "pert": ("pert", "low", "mode", "high")}


def _tidy(value: Any, low: Any, high: Any) -> float | int:
    """A step as people write it: whole where both ends are whole and the step is, without noise in the last digits."""
    rounded = float(f"{float(value):.12g}")
    whole = isinstance(low, int) and isinstance(high, int) and rounded.is_integer()
    return int(rounded) if whole else rounded


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def overlap(first: str, second: str) -> bool:
    """Whether two paths are the same, or one lies within the other."""
    return first == second or first.startswith(f"{second}.") or second.startswith(f"{first}.")


def _rows(text: str) -> dict[str, int]:
    """The row of each key; the keys of the n-th ``[[vary]]`` table stand under ``vary[n]`` (from 0)."""
    found: dict[str, int] = {}
    prefix, count = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\[\[\s*vary\s*\]\]", line):
            prefix = f"vary[{count}]."
            found.setdefault("vary", number)
            found[prefix[:-1]] = number
            count += 1
        elif header := re.match(r"\s*\[\[?([^\[\]]+)\]", line):
            prefix = header[1].strip() + "."
            found.setdefault(prefix[:-1], number)
        elif key := re.match(r'\s*"?([A-Za-z0-9_-]+)"?\s*=', line):
            found.setdefault(prefix + key[1], number)
    return found
