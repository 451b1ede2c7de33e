"""A certificate of a plan, checked in exact rational arithmetic.

Shares nothing with the search: it reads the rows of a programme and a certificate, and adds up. Every number of a
computer is a fraction, so nothing is rounded but bounds of columns, and these outwards. What has to be true, and what a
certificate holds, is in docs/structure.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from pilot_planner.programme.programme import Programme
from pilot_planner.studies.verification.exact_programme import Box, ExactProgramme, Side, Terms

FORMAT = "pilot-planner certificate 1"
TOLERANCE = Fraction(1, 10**6)
"""Relative: a row of the plan may be missed by so much of the largest of 1, its side and its parts."""
MOST_SETS = 400_000


@dataclass
class Checked:
    """What came of a certificate.

    Attributes:
        faults: why it proves nothing; empty where it holds.
        objective, bound: of the plan, and what no plan passes, in the sense of the design; None where there is no plan.
        sets: hosts with levels that the programme allows; ``by_sums`` closed by multipliers, ``by_nodes`` by ``leaves``.
        miss: the largest relative miss of a row of the plan.
    """

    faults: list[str] = field(default_factory=list)
    objective: float | None = None
    bound: float | None = None
    miss: float = 0.0
    sets: int = 0
    by_sums: int = 0
    by_nodes: int = 0
    leaves: int = 0

    @property
    def holds(self) -> bool:
        return not self.faults


def check(programme: Programme, certificate: Mapping[str, Any]) -> Checked:
    """Check a certificate against the rows of a programme. Never raises for what a certificate holds."""
    try:
        return _Checker(programme, certificate).run()
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
        return Checked(faults=[f"the certificate cannot be read ({type(error).__name__}: {error})"])


class _Checker(ExactProgramme):
    def __init__(self, programme: Programme, certificate: Mapping[str, Any]) -> None:
        super().__init__(programme)
        self.certificate = certificate
        self.found = Checked()

    # --- the whole ---

    def run(self) -> Checked:
        found, certificate = self.found, self.certificate
        if certificate.get("format") != FORMAT:
            return self._fault(f"the format is {certificate.get('format')!r}; expected {FORMAT!r}")
        shape = [len(self.rows), len(self.lower)]
        if certificate["shape"] != shape:
            return self._fault(f"it is of {certificate['shape']} rows and columns, the programme has {shape}")
        self._check_plan()
        told = certificate["bound"]
        sign = -1 if self.maximise else 1
        self.target: Side = None if told is None else sign * Fraction(told)
        found.bound = told
        if self.target is None and certificate["solution"]:
            return self._fault("it has a plan and no bound")
        if found.objective is not None and self.target is not None and sign * Fraction(found.objective) < self.target:
            return self._fault("the plan is better than the bound, so one of them is wrong")
        if self._read_groups():
            self._make_boxes()
            self._check_sets()
        return found

    def _fault(self, text: str) -> Checked:
        self.found.faults.append(text)
        return self.found

    def _check_plan(self) -> None:
        solution = self.certificate["solution"]
        if not solution:
            return
        x = [Fraction(value) for value in solution]
        worst = Fraction(0)
        for terms, sense, right in self.plain_rows:
            parts = [value * x[j] for j, value in terms.items()]
            if not math.isfinite(right):
                continue
            side = Fraction(right)
            over = sum(parts, Fraction(0)) - side
            miss = {"<=": over, ">=": -over, "=": abs(over)}[sense]
            if miss > 0:
                worst = max(worst, miss / max(Fraction(1), abs(side), *map(abs, parts)))
        for j, value in enumerate(x):
            size = max(Fraction(1), abs(value))
            low, high = self.lower[j], self.upper[j]
            worst = worst if low is None else max(worst, (low - value) / size)
            worst = worst if high is None else max(worst, (value - high) / size)
            worst = max(worst, abs(value - round(value))) if self.whole[j] else worst
        self.found.miss = float(worst)
        if worst > TOLERANCE:
            self._fault(f"the plan misses a row, a bound or a whole number by {float(worst):.1e} of its size")
        value = sum((cost * x[j] for j, cost in self.objective.items()), Fraction(0))
        self.found.objective = float(-value if self.maximise else value)

    # --- hosts and their levels ---

    def _read_groups(self) -> bool:
        """Whose each column is, and that no host can have two levels; False where the certificate's split is none."""
        self.owner = [-1] * len(self.lower)
        self.names: list[str] = []
        self.levels: list[list[int]] = []
        for name, group in self.certificate["hosts"].items():
            for j in group["columns"]:
                if self.owner[j] >= 0:
                    self._fault(f"column {j} belongs to two hosts")
                    return False
                self.owner[j] = len(self.names)
            self.names.append(name)
            self.levels.append(list(group["levels"]))
        levels = {j for some in self.levels for j in some}
        for number, some in enumerate(self.levels):
            if any(self.owner[j] != number or not self._is_binary(j) for j in some) or not self._one_at_most(some):
                self._fault(f"nothing says that {self.names[number]} has one level at most")
                return False
        self.own: list[list[int]] = [[] for _ in self.names]
        self.linking: list[int] = []
        self.choice: list[int] = []
        for number, terms in enumerate(self.rows):
            owners = {self.owner[j] for j in terms}
            if len(owners) == 1 and -1 not in owners:
                self.own[owners.pop()].append(number)
                continue
            self.linking.append(number)
            if terms and levels.issuperset(terms):
                self.choice.append(number)
        return True

    def _is_binary(self, column: int) -> bool:
        low, high = self.lower[column], self.upper[column]
        return self.whole[column] and low is not None and high is not None and low >= 0 and high <= 1

    def _one_at_most(self, columns: list[int]) -> bool:
        if len(columns) < 2:
            return True
        for terms, (_, high) in zip(self.rows, self.sides, strict=True):
            if high is not None and set(terms) == set(columns):
                two = sorted(terms.values())[:2]
                if min(two) > 0 and sum(two) > high:
                    return True
        return False

    def _make_boxes(self) -> None:
        """Bounds of the columns of each host in each state, from its own rows; of columns of no host from all rows."""
        count = len(self.lower)
        self.of_host: list[list[int]] = [[] for _ in self.names]
        for j, owner in enumerate(self.owner):
            if owner >= 0:
                self.of_host[owner].append(j)
        self.boxes: dict[tuple[int, int], Box | None] = {}
        low, high = list(self.lower), list(self.upper)
        for host, own in enumerate(self.own):
            possible = []
            for state in range(len(self.levels[host]) + 1):
                box = (list(self.lower), list(self.upper))
                alive = self._settle_levels(box, host, state) and self.narrow(box, own)
                ray = self.certificate["dead"].get(f"{self.names[host]}:{state}") if alive else None
                alive = alive and not (ray and self._is_ray(host, _rational(ray), box))
                self.boxes[host, state] = box if alive else None
                possible += [box] if alive else []
            for j in self.of_host[host]:
                lows, highs = [box[0][j] for box in possible], [box[1][j] for box in possible]
                low[j] = (
                    None if not lows or any(one is None for one in lows) else min(one for one in lows if one is not None)
                )
                high[j] = (
                    None if not highs or any(one is None for one in highs) else max(one for one in highs if one is not None)
                )
        self.shared = [j for j in range(count) if self.owner[j] < 0]
        self.narrow((low, high), self.linking)
        self.whole_box: Box = (low, high)

    def _is_ray(self, host: int, ray: Terms, box: Box) -> bool:
        """Whether multipliers of a host's own rows show that nothing in a box meets them all."""
        if not set(ray) <= set(self.own[host]):
            raise ValueError(f"a ray of {self.names[host]} stands on rows of others")
        taken, earned = self.reduced({}, ray)
        least = self.least(taken, self.of_host[host], box)
        return earned is not None and least is not None and earned + least > 0

    def _settle_levels(self, box: Box, host: int, state: int) -> bool:
        for place, j in enumerate(self.levels[host], start=1):
            value = Fraction(int(place == state))
            low, high = box[0][j], box[1][j]
            if (low is not None and low > value) or (high is not None and high < value):
                return False
            box[0][j] = box[1][j] = value
        return True

    # --- every set ---

    def _check_sets(self) -> None:
        sums = [self._sum_of(entry) for entry in self.certificate["multipliers"]]
        trees = {_key(one["set"]): one["tree"] for one in self.certificate["trees"]}
        found = self.found
        for states in self._sets():
            found.sets += 1
            if found.sets > MOST_SETS:
                self._fault(f"there are more than {MOST_SETS:,} sets of hosts")
                return
            if any(one.closes(states, self.target) for one in sums):
                found.by_sums += 1
                continue
            named = {self.names[h]: s for h, s in states.items()}
            tree = trees.get(_key(named))
            box = self._box_of(states)
            if box is None or (tree is not None and self._closed(tree, box)):
                found.by_nodes += 1
                continue
            where = ", ".join(f"{name} at level {state}" for name, state in named.items()) or "nobody"
            self._fault(f"the set {where} is not closed")
            if len(found.faults) >= _MOST_FAULTS:
                return

    def _sets(self) -> Iterator[dict[int, int]]:
        """Every choice of hosts and levels that rows of levels alone, and the hosts' own rows, allow."""
        packing = [
            (self.rows[number], high)
            for number in self.choice
            if (high := self.sides[number][1]) is not None and min(self.rows[number].values()) >= 0
        ]
        waiting: list[tuple[int, dict[int, int]]] = [(0, {})]
        while waiting:
            first, states = waiting.pop()
            if self._allowed(states):
                yield states
            for host in range(first, len(self.names)):
                for state in range(1, len(self.levels[host]) + 1):
                    if self.boxes[host, state] is None:
                        continue
                    more = {**states, host: state}
                    taken = {self.levels[h][s - 1] for h, s in more.items()}
                    if all(sum((terms.get(j, Fraction(0)) for j in taken), Fraction(0)) <= high for terms, high in packing):
                        waiting.append((host + 1, more))

    def _allowed(self, states: dict[int, int]) -> bool:
        if any(self.boxes[host, 0] is None for host in range(len(self.names)) if host not in states):
            return False
        taken = {self.levels[h][s - 1] for h, s in states.items()}
        for number in self.choice:
            total = sum((self.rows[number].get(j, Fraction(0)) for j in taken), Fraction(0))
            low, high = self.sides[number]
            if (low is not None and total < low) or (high is not None and total > high):
                return False
        return True

    def _sum_of(self, entry: Mapping[str, Any]) -> _Sum:
        """What multipliers prove of every set, as a sum over hosts."""
        impossible = bool(entry["impossible"])
        links = _rational(entry["rows"])
        if not set(links) <= set(self.linking):
            raise ValueError("multipliers of linking rows stand on others")
        reduced, base = self.reduced({} if impossible else dict(self.costs), links)
        total = self.least(reduced, self.shared, self.whole_box)
        start = None if total is None or base is None else total + base + (0 if impossible else self.constant)
        values: dict[tuple[int, int], Side] = {}
        for host, name in enumerate(self.names):
            for state in range(len(self.levels[host]) + 1):
                box = self.boxes[host, state]
                if box is None:
                    continue
                duals = _rational(entry["hosts"].get(f"{name}:{state}", {}))
                if not set(duals) <= set(self.own[host]):
                    raise ValueError(f"duals of {name} stand on rows of others")
                mine = {j: reduced[j] for j in self.of_host[host] if j in reduced}
                left, paid = self.reduced(mine, duals)
                least = self.least(left, self.of_host[host], box)
                values[host, state] = None if least is None or paid is None else least + paid
        return _Sum(impossible, start, values, len(self.names))

    def _box_of(self, states: dict[int, int]) -> Box | None:
        """Bounds of all columns in one set, all rows asked; None where it has no solution."""
        low, high = list(self.whole_box[0]), list(self.whole_box[1])
        for host in range(len(self.names)):
            box = self.boxes[host, states.get(host, 0)]
            if box is None:
                return None
            for j in self.of_host[host]:
                low[j], high[j] = box[0][j], box[1][j]
        return (low, high) if self.narrow((low, high), self.linking) else None

    def _closed(self, tree: Mapping[str, Any], box: Box) -> bool:
        """Whether a tree of nodes closes everything in a box: each branching on a whole number, each leaf by duals."""
        waiting = [(tree, box)]
        while waiting:
            node, (low, high) = waiting.pop()
            if "column" in node:
                j, at = node["column"], Fraction(int(node["at"]))
                if not self.whole[j]:
                    return False
                before, after = high[j], low[j]
                below = (low, [*high[:j], at if before is None else min(before, at), *high[j + 1 :]])
                above = ([*low[:j], at + 1 if after is None else max(after, at + 1), *low[j + 1 :]], high)
                waiting += [(node["below"], below), (node["above"], above)]
                continue
            self.found.leaves += 1
            if not self._leaf(node, (low, high)):
                return False
        return True

    def _leaf(self, node: Mapping[str, Any], box: Box) -> bool:
        if any(a is not None and b is not None and a > b for a, b in zip(*box, strict=True)):
            return True
        impossible = bool(node["impossible"])
        reduced, earned = self.reduced({} if impossible else dict(self.costs), _rational(node["rows"]))
        least = self.least(reduced, list(reduced), box)
        if least is None or earned is None:
            return False
        value = least + earned + (0 if impossible else self.constant)
        return value > 0 if impossible else self.target is not None and value >= self.target


@dataclass
class _Sum:
    """A bound of every set: ``start`` and one value for each host in each state."""

    impossible: bool
    start: Side
    values: dict[tuple[int, int], Side]
    hosts: int

    def __post_init__(self) -> None:
        left_out = [self.values.get((host, 0), Fraction(0)) for host in range(self.hosts)]
        self._endless = {host for host, one in enumerate(left_out) if one is None}
        self._nobody = sum((one for one in left_out if one is not None), Fraction(0))

    def closes(self, states: dict[int, int], target: Side) -> bool:
        if self.start is None or not self._endless <= states.keys():
            return False
        total = self.start + self._nobody
        for host, state in states.items():
            value = self.values[host, state]
            if value is None:
                return False
            total += value - (self.values.get((host, 0)) or Fraction(0))
        return total > 0 if self.impossible else target is not None and total >= target


def _rational(numbers: Mapping[str, float]) -> Terms:
    return {int(key): Fraction(value) for key, value in numbers.items()}


def _key(states: Mapping[str, int]) -> str:
    return "+".join(f"{name}:{state}" for name, state in sorted(states.items()))


_MOST_FAULTS = 5
