"""Everything that is uncertain in a plan, and samples of it: inputs, price levels and currencies of hosts, events.

- *Inputs*: as ``risk_draws`` has them, each family with a coordinate of its own.
- *The price level of a host* has no figure: it makes the draws of the host's wages, living wage and local costs rise and
  fall together, with the rank correlation that ``lists/local_prices.csv`` states. The distribution of each stays.
- *Exchange rate and inflation of a host* (``exchange_rate_factor``, ``inflation_factor``): two factors that multiply what
  is paid in the host's money, as the same file says, whether it has a range of its own or not.
- *Events* (``data/events.py``): so or not so, with the base of their probability. Those that exclude each other share one
  coordinate. What they set in inputs is in the drawn values; what they set in the design makes a *variant* of it.

Nothing else depends on anything. A family's draws hang on its name, the seed and the number of draws alone: other inputs,
plans and designs have the same. Each coordinate is stratified: one draw falls into each of as many equal parts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import compress
from statistics import NormalDist
from typing import Any

import numpy as np

from pilot_planner.case.case import make_case
from pilot_planner.data.estimates import Address, Bound, Estimate
from pilot_planner.data.events import EVERYWHERE, OF_INPUTS, Event, events_of
from pilot_planner.data.inputs import Inputs, bounds_of
from pilot_planner.design.schema import Design
from pilot_planner.studies.uncertainty.event_settings import Trees, input_value, settings_of, touched
from pilot_planner.studies.uncertainty.sampling import Seed
from pilot_planner.studies.uncertainty.uncertain_inputs import (
    Fixed,
    Uncertain,
    families_of,
    family_of,
    uncertain_value,
    uncertain_values,
)

LOCAL_PRICES = "lists/local_prices.csv"
FACTORS = {"exchange_rate": "exchange_rate_factor", "inflation": "inflation_factor"}
"""Column of ``LOCAL_PRICES`` and the indicator of a host that it multiplies by."""
PRICE_LEVEL = "price_level"


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of one host. ``moves``: paths of the inputs that it multiplies."""

    family: str
    value: Uncertain
    moves: tuple[str, ...]


@dataclass(frozen=True)
class Draws:
    """Draws of everything that is uncertain.

    Attributes:
        families: of inputs, factors and events (those that exclude each other as one), in the order of their names.
        coordinates: draws x families, in (0, 1).
        paths, values: inputs without ``inputs.`` in front, and what they are: draws x paths. Whatever an event or a factor
            does to an input is in it.
        factors: value of each factor, by family.
        events, happened: names, and whether each happens: draws x events, boolean.
        variants, variant: settings of the design that events make, the first empty, and which of them each draw has.
    """

    families: tuple[str, ...]
    coordinates: Any
    paths: tuple[str, ...]
    values: Any
    factors: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    happened: Any = None
    variants: tuple[Mapping[str, Any], ...] = ({},)
    variant: Any = None

    def __len__(self) -> int:
        return len(self.coordinates)

    def row(self, number: int) -> dict[str, float]:
        """The values of one draw, from 0."""
        return dict(zip(self.paths, map(float, self.values[number]), strict=True))

    def column(self, path: str) -> Any:
        """The values of one input over the draws."""
        return self.values[:, self.paths.index(path)]

    def part(self, start: int, end: int) -> Draws:
        """Some draws, from ``start`` (from 0) up to ``end``."""
        its = slice(start, end)
        return replace(
            self,
            coordinates=self.coordinates[its],
            values=self.values[its],
            factors={name: one[its] for name, one in self.factors.items()},
            happened=None if self.happened is None else self.happened[its],
            variant=None if self.variant is None else self.variant[its],
        )

    def settings(self, number: int) -> Mapping[str, Any]:
        """Settings of the design in one draw, from 0."""
        return self.variants[0] if self.variant is None else self.variants[int(self.variant[number])]

    def happening(self, number: int) -> tuple[str, ...]:
        """Events of one draw, from 0."""
        return tuple(name for name, so in zip(self.events, self.happened[number], strict=True) if so) if self.events else ()


@dataclass(frozen=True)
class Uncertainty:
    """What is uncertain for a plan, or for the candidates of one.

    Attributes:
        values, fixed: inputs that are drawn, and those that are not and why.
        factors: exchange rate and inflation of each host.
        events: those that change anything here.
        loads: rank correlation of a family with the price level of its host, by family; the host beside it.
    """

    design: Design
    inputs: Inputs
    values: tuple[Uncertain, ...]
    fixed: tuple[Fixed, ...]
    factors: tuple[Factor, ...]
    events: tuple[Event, ...]
    loads: Mapping[str, tuple[str, float]]
    trees: Trees = field(default_factory=dict, repr=False, compare=False)
    """The design as plain values under events that were asked about."""

    @cached_property
    def families(self) -> tuple[str, ...]:
        """Of inputs, factors and events, in the order of their names."""
        named = {*families_of(self.values), *(one.family for one in self.factors), *map(coordinate_of, self.events)}
        return tuple(sorted(named))

    def draw(self, draws: int, seed: Seed) -> Draws:
        """So many draws. The same seed gives the same, whoever works on them."""
        levels = {host: _normal(stratified(f"{PRICE_LEVEL}.{host}", draws, seed)) for host, _ in set(self.loads.values())}
        shares = {name: self._shares(name, draws, seed, levels) for name in self.families}
        factors = {one.family: one.value.at(shares[one.family]) for one in self.factors}
        happened = self._happened(shares)
        columns = self._columns(shares, factors, happened, draws)
        variants, variant = self._variants(happened, draws)
        paths = tuple(sorted(columns))
        return Draws(
            families=self.families,
            coordinates=np.array([shares[name] for name in self.families]).reshape(len(self.families), draws).T,
            paths=paths,
            values=np.array([columns[path] for path in paths]).reshape(len(paths), draws).T,
            factors=factors,
            events=tuple(one.name for one in self.events),
            happened=np.array([happened[one.name] for one in self.events], dtype=bool).reshape(len(self.events), draws).T,
            variants=variants,
            variant=variant,
        )

    def _shares(self, family: str, draws: int, seed: Seed, levels: Mapping[str, Any]) -> Any:
        own = stratified(family, draws, seed)
        if family not in self.loads:
            return own
        host, rank_correlation = self.loads[family]
        return _leaning(own, levels[host], rank_correlation)

    def _happened(self, shares: Mapping[str, Any]) -> dict[str, Any]:
        """Events of one coordinate lie side by side on it, in the order of their names."""
        found: dict[str, Any] = {}
        begun: dict[str, float] = {}
        for one in self.events:
            name = coordinate_of(one)
            start = begun.get(name, 0.0)
            begun[name] = start + one.chance
            found[one.name] = (shares[name] >= start) & (shares[name] < start + one.chance)
        return found

    def _columns(
        self, shares: Mapping[str, Any], factors: Mapping[str, Any], happened: Mapping[str, Any], draws: int
    ) -> dict[str, Any]:
        """Values by path: drawn, then what events make of them, then times the factors, within hard bounds."""
        columns: dict[str, Any] = {one.path: one.at(shares[one.family]) for one in self.values}
        for event in self.events:
            for effect in event.effects:
                path = effect.path.removeprefix(OF_INPUTS)
                one = self.inputs.find(*path.split("."))
                if not effect.path.startswith(OF_INPUTS) or one is None or one.base is None:
                    continue
                now = columns.get(path, np.full(draws, one.base))
                columns[path] = np.where(happened[event.name], input_value(effect, self.inputs, now), now)
        for factor in self.factors:
            for path in factor.moves:
                now = columns.get(path, np.full(draws, self.inputs.need(*path.split("."))))
                columns[path] = now * factors[factor.family]
        dictionary = self.inputs.hard_bounds
        for path in {path for factor in self.factors for path in factor.moves}:
            columns[path] = np.clip(columns[path], *bounds_of(self.inputs.estimates[tuple(path.split("."))], dictionary))
        return columns

    def _variants(self, happened: Mapping[str, Any], draws: int) -> tuple[tuple[Mapping[str, Any], ...], Any]:
        of_design = [one for one in self.events if any(not each.path.startswith(OF_INPUTS) for each in one.effects)]
        known = {(False,) * len(of_design): 0}
        settings: list[Mapping[str, Any]] = [{}]
        variant = np.zeros(draws, dtype=int)
        together = zip(*(happened[one.name].tolist() for one in of_design), strict=True)
        for number, so in enumerate(together):
            if so not in known:
                known[so] = len(settings)
                settings.append(self.of_design(list(compress(of_design, so))))
            variant[number] = known[so]
        return tuple(settings), variant

    def after(self, *events: Event) -> tuple[dict[str, float], dict[str, Any]]:
        """What events set in the inputs (without ``inputs.`` in front) and in the design, all else at base."""
        found = settings_of(events, self.design, self.inputs, self.trees)
        values = {path.removeprefix(OF_INPUTS): v for path, v in found.items() if path.startswith(OF_INPUTS)}
        return values, {path: value for path, value in found.items() if not path.startswith(OF_INPUTS)}

    def of_design(self, events: Sequence[Event]) -> dict[str, Any]:
        """What events set in the design."""
        return self.after(*events)[1]

    def at(self, ends: Mapping[str, Bound]) -> dict[str, float]:
        """Inputs with some families of inputs and some factors at their low or high, all else at base."""
        found: dict[str, float] = {}
        for one in self.values:
            if one.family in ends:
                found[one.path] = one.low if ends[one.family] == "low" else one.high
        for factor in self.factors:
            if factor.family in ends:
                times = factor.value.low if ends[factor.family] == "low" else factor.value.high
                for path in factor.moves:
                    found[path] = times * found.get(path, self.inputs.need(*path.split(".")))
        return found

    def document(self) -> dict[str, Any]:
        """Factors, events and dependence as plain records."""
        return {
            "factors": [{"family": one.family, **asdict(one.value), "moves": list(one.moves)} for one in self.factors],
            "events": [
                {
                    "event": one.name,
                    "title": one.title,
                    "probability": one.chance,
                    "low": one.probability.low,
                    "high": one.probability.high,
                    "source_id": one.probability.source_id,
                    "grade": one.probability.grade,
                    "excludes": [other.name for other in self.events if _exclude(one, other)],
                }
                for one in self.events
            ],
            "rank_correlations": [
                {"family": family, "with": f"{PRICE_LEVEL}.{host}", "rank_correlation": rank}
                for family, (host, rank) in sorted(self.loads.items())
            ],
        }

    @property
    def movable(self) -> tuple[str, ...]:
        """Families with a low and a high: inputs and factors."""
        return tuple(sorted({*families_of(self.values), *(one.family for one in self.factors)}))


def _exclude(one: Event, other: Event) -> bool:
    return bool(one.one_of) and one.one_of == other.one_of and one.name != other.name


def coordinate_of(event: Event) -> str:
    """The family of an event: its own, or that of all that exclude each other."""
    return f"event.{event.one_of or event.name}"


def uncertainty(
    design: Design, inputs: Inputs, estimates: Iterable[Estimate], hosts: Collection[str] | None = None
) -> Uncertainty:
    """What is uncertain behind these estimates.

    ``hosts``: of the plan or its candidates; None: those that the estimates are about.
    """
    behind = list(estimates)
    places = {one.address[1] for one in behind if one.address[0] in ("hosts", "placements")} if hosts is None else set(hosts)
    every = events_of(inputs)
    values, fixed = uncertain_values(behind, inputs, every)
    paths = {one.path for one in behind}
    trees: Trees = {}
    likely = [one for one in every if one.chance > 0.0]
    events = tuple(one for one in likely if touched(one, design, inputs, places, paths, trees))
    return Uncertainty(
        design=design,
        inputs=inputs,
        values=values,
        fixed=fixed,
        factors=tuple(_factors(inputs, behind)),
        events=events,
        loads=_loads(inputs, values),
        trees=trees,
    )


def _local_prices(inputs: Inputs) -> dict[tuple[str, str], Any]:
    return {(row.text("table"), row.text("indicator")): row for row in inputs.rows(LOCAL_PRICES)}


def _factors(inputs: Inputs, behind: Sequence[Estimate]) -> Iterable[Factor]:
    """Factors of every host with an input that they move. What has a formula follows."""
    prices = _local_prices(inputs)
    for column, indicator in FACTORS.items():
        moved: dict[str, list[str]] = {}
        for one in behind:
            row = prices.get((one.address[0], one.address[-1]))
            if row is not None and row[column] and not one.formula and one.base is not None:
                moved.setdefault(one.address[1], []).append(one.path)
        for host, paths in sorted(moved.items()):
            estimate = inputs.find("hosts", host, indicator) or inputs.find("hosts", EVERYWHERE, indicator)
            value = None if estimate is None else uncertain_value(estimate, inputs)
            if value is not None:
                yield Factor(f"{column}.{host}", value, tuple(sorted(paths)))


def _loads(inputs: Inputs, values: Sequence[Uncertain]) -> dict[str, tuple[str, float]]:
    prices = _local_prices(inputs)
    found: dict[str, tuple[str, float]] = {}
    for one in values:
        address: Address = tuple(one.path.split("."))
        row = prices.get((address[0], address[-1]))
        rank = None if row is None else row["rank_correlation"]
        if isinstance(rank, int | float) and rank != 0.0 and family_of(address) == one.family:
            found.setdefault(one.family, (address[1], float(rank)))
    return found


# --- coordinates ---


def stratified(name: str, draws: int, seed: Seed) -> Any:
    """Shares in (0, 1), one in each of ``draws`` equal parts, in an order that hangs on the name and the seed alone."""
    digest = hashlib.sha256(name.encode()).digest()
    words = [int.from_bytes(digest[place : place + 4], "big") for place in range(0, 16, 4)]
    chance = np.random.default_rng([*(seed if isinstance(seed, tuple) else (seed,)), *words])
    return (chance.permutation(draws) + chance.random(draws)) / draws


def leaning(own: Any, level: Any, rank_correlation: float) -> Any:
    """Shares with the strata of ``own``, in an order that has a rank correlation (Spearman's) with ``level``.

    By a normal copula; ``2 sin(pi r / 6)`` is the correlation of normals whose ranks correlate by r (Pearson 1907). Where
    scores come to lie is put back into strata, so that the distribution stays what it was.
    """
    return _leaning(own, _normal(level), rank_correlation)


def _leaning(own: Any, level: Any, rank_correlation: float) -> Any:
    of_normals = 2.0 * np.sin(np.pi * rank_correlation / 6.0)
    score = of_normals * level + np.sqrt(1.0 - of_normals**2) * _normal(own)
    ordered = np.empty_like(own)
    ordered[np.argsort(score, kind="stable")] = np.sort(own)
    return ordered


def _normal(shares: Any) -> Any:
    """Standard normal quantiles. Of the standard library: to import scipy takes longer than all draws of a plan."""
    return np.fromiter(map(NormalDist().inv_cdf, shares), float, len(shares))


def draw(values: Sequence[Uncertain], draws: int, seed: Seed) -> Draws:
    """Draws of these inputs alone, each family independent of all others."""
    families = families_of(values)
    shares = {name: stratified(name, draws, seed) for name in families}
    coordinates = np.array([shares[name] for name in families]).reshape(len(families), draws).T
    drawn = np.array([one.at(shares[one.family]) for one in values]).reshape(len(values), draws).T
    return Draws(families, coordinates, tuple(one.path for one in values), drawn)


def uncertain_in_design(design: Design, inputs: Inputs) -> Uncertainty:
    """What is uncertain for any plan of a design: all that its eligible placements rest on."""
    case = make_case(design, inputs)
    hosts = {one.iso3 for one in case.placements}
    keys = {*hosts, *(one.sector for one in case.placements), *(f"{h}.{s}" for h, s in (one.key for one in case.placements))}
    keys |= {one.level for one in case.levels} | {line.line_id for line in case.cost_lines}
    topics = [topic for topic in case.evidence.topics if (parts := topic.split(":"))[1:2] == [] or parts[1] in keys]
    return uncertainty(design, inputs, case.evidence.estimates_behind(*topics), hosts)


def sample(design: Design, inputs: Inputs, draws: int, seed: Seed) -> Draws:
    """Draws that every plan of a design can be seen under, so that plans are compared on the same ones."""
    return uncertain_in_design(design, inputs).draw(draws, seed)
