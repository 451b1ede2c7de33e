"""A signed plan apart from the programme that it was found with, and its programme under other numbers.

Only what the plan uses is computed: its hosts, placements and levels, and the estimates that these rest on. What becomes of
it in draws is told by ``drawn_plan.py`` (as signed) and ``as_run.py`` (as run).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pilot_planner.case.case import Case, floors_of, make_case
from pilot_planner.case.eligibility import Floor
from pilot_planner.data.amounts import everywhere, is_drawn, least, most, somewhere, where
from pilot_planner.data.estimates import Address
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.programme.build import Programme, build, build_accounts
from pilot_planner.programme.limits import Side
from pilot_planner.programme.quantities import Quantities
from pilot_planner.programme.ratios import ratios_of
from pilot_planner.solving.elastic_programme import ElasticProgramme
from pilot_planner.studies.explain.steps import step_of, unit_of
from pilot_planner.studies.planning.limit_status import LimitStanding
from pilot_planner.studies.uncertainty.drawn_design import with_drawn_settings
from pilot_planner.studies.uncertainty.event_settings import changed, held_under

_TAKEN = 0.5
_BROKEN = 1e-6
"""A limit is broken when it is missed by more than this, relative to max(1, |bound|)."""
_NOT_PAY, _FEE_WAIVER = ("funding.", "closures.", "programme.lead_periods"), ".foreign_worker_fee"
"""Settings that leave what workers are paid, and so what they take in kind, as it is."""
_READ_WITHOUT_NOTE = ("deflators", "in_kind_baskets")
_FUNDING = "lowest_balance"
STRUCTURE = "no hiring fits caps, demand, intake and the smallest placement"

Figures = dict[str, float | None]


@dataclass(frozen=True)
class HeldPlan:
    """What a plan has decided: level by host, placements, and every column that is not zero by its name."""

    levels: dict[str, str]
    placements: tuple[tuple[str, str], ...]
    columns: dict[str, float]


def hold(programme: Programme, solution: Sequence[float]) -> HeldPlan:
    """The decisions of a solution, apart from the programme that it was found with."""
    d = programme.d
    return HeldPlan(
        levels={h: level for (h, level), column in d.level.items() if solution[column] > _TAKEN},
        placements=tuple((h, s) for (h, s, _), column in d.open.items() if solution[column] > _TAKEN),
        columns={column.name: value for column, value in zip(d.columns, solution, strict=True) if value != 0.0},
    )


class Trial:
    """A held plan that is put to the test under many sets of numbers."""

    def __init__(self, design: Design, inputs: Inputs, held: HeldPlan) -> None:
        self.held = held
        levels = tuple(level for level in design.oversight.levels if level in held.levels.values())
        self.design = restricted(design, levels, held.placements)
        self._open = without_floors(self.design)
        self.inputs = needed_inputs(self.design, inputs, held.placements)
        self._under: dict[str, Trial] = {}
        self._sized: Trial | None = None

    def under(self, settings: Mapping[str, Any]) -> Trial:
        """The same plan where events have set these paths of its design (see ``event_settings``)."""
        if not settings:
            return self
        key = repr(sorted(settings.items()))
        if key not in self._under:
            # The same inputs: what events set is read from them whether they happen or not.
            other = copy.copy(self)
            other.design = changed(self.design, settings)
            other._open = without_floors(other.design)
            other.held = held_under(self.held, self.design, other.design)
            other._under = {}
            if not all(path.startswith(_NOT_PAY) or path.endswith(_FEE_WAIVER) for path in settings):
                other.__dict__.pop("_planned", None)
            other._sized = self._sized or self
            self._under[key] = other
        return self._under[key]

    def programme_of_draws(self, values: Mapping[str, Any]) -> Programme:
        """The programme of the plan's hosts, placements and levels, whatever floors they fail; caps need not fit the demand.

        ``values``: by path, arrays of one for each draw, or nothing for base values; paths that nothing here uses are left
        out.
        """
        return whole_programme(self.case_of_draws(values))

    def accounts_of_draws(self, values: Mapping[str, Any]) -> Programme:
        """The same without limits, for figures alone: a third of the work."""
        return build_accounts(self.case_of_draws(values))

    def case_of_draws(self, values: Mapping[str, Any]) -> Case:
        """Whatever floors the plan's placements fail."""
        known = {path: drawn for path, drawn in values.items() if tuple(path.split(".")) in self.inputs.estimates}
        inputs = self.inputs.with_draws(known) if known else self.inputs
        case = make_case(with_drawn_settings(self._open, values), inputs)
        return replace(case, design=with_drawn_settings(self.design, values))

    def solution(self, programme: Programme) -> list[float]:
        """The held decisions in the columns of a programme, with cost, balance and peak as they follow."""
        solution = [self.held.columns.get(column.name, 0.0) for column in programme.d.columns]
        _close(programme, solution)
        self._take_up(programme, solution)
        rows = {row.name: row for row in programme.rows if row.name.startswith(("cost.", "balance_of."))}
        for t, column in programme.d.cost.items():
            solution[column] = 0.0
            solution[column] = rows[f"cost.{t}"].expression.value(solution)
        for t, column in programme.d.balance.items():
            solution[column] = 0.0
            row = rows[f"balance_of.{t}"]
            solution[column] = row.right_side - row.expression.value(solution)
        working = programme.q.numbers[programme.case.lead :]
        solution[programme.d.peak] = most(
            *(sum(programme.q.workers(h, t).value(solution) for h in programme.q.hosts) for t in working)
        )
        return solution

    def _take_up(self, programme: Programme, solution: list[float]) -> None:
        """What is taken in the room that was planned: as much as workers choose now, and no more than there is room for.

        Room that stood empty as planned is there for those who want it now; elsewhere there is as much as was to be taken.
        """
        d, q, planned = programme.d, programme.q, self._planned
        for (h, level, t), goods in d.in_kind.items():
            if t <= q.over:
                continue  # what was taken is known
            goods_most = together = parcels_most = more_goods = more_parcels = 0.0
            for placement in programme.case.placements_of(h):
                people = solution[d.workers[*placement.key, level, t]]
                if not somewhere(people):
                    continue
                now, before = q.take_up(placement, t), planned.take_up(placement, t)
                goods_most += now.in_kind * people
                parcels_most += now.family * people
                together += now.together * people
                more_goods += least(before.idle_in_kind, most(0.0, now.in_kind - before.in_kind)) * people
                more_parcels += least(before.idle_family, most(0.0, now.family - before.family)) * people
            parcels = d.family[h, level, t]
            solution[goods] = least(solution[goods] + more_goods, goods_most)
            left = together - solution[goods]
            solution[parcels] = most(0.0, least(solution[parcels] + more_parcels, parcels_most, left))

    @cached_property
    def sizes(self) -> ElasticProgramme:
        """How far limits stretch, sized by the plan at base values, before any event."""
        if self._sized is not None:
            return self._sized.sizes
        base = self.programme_of_draws({})
        sides: tuple[Side, ...] = ("min", "max")
        steps = {(key, side): step_of(unit_of(key, self.design)) for key in self.design.limits for side in sides}
        return ElasticProgramme(base, steps, self.design.solver.time_limit, self.solution(base))

    @cached_property
    def _planned(self) -> Quantities:
        """Quantities of the plan at base values."""
        return self.accounts_of_draws({}).q


def _close(programme: Programme, solution: list[float]) -> None:
    """Nobody works in a host from the period on in which it has closed, where that differs from draw to draw."""
    d, case = programme.d, programme.case
    for table in (d.arrivals, d.workers, d.in_kind, d.family):
        for (host, *_, period), column in table.items():
            there = period <= case.last_open(host)
            if is_drawn(there) and solution[column] != 0.0 and not everywhere(there):
                solution[column] = where(there, solution[column], 0.0)


def whole_programme(case: Case) -> Programme:
    """The programme of a held plan: caps, which are signed, need not fit the demand."""
    programme = build(case)
    programme.rows = [row for row in programme.rows if not row.name.startswith("cap_most.")]
    return programme


def figures(programme: Programme, solution: Sequence[float]) -> Figures:
    """Metrics, ratios and the least running balance at a solution."""
    metrics = programme.metric_values(solution)
    balance = min(solution[column] for column in programme.d.balance.values())
    return {**metrics, **ratios_of(metrics), _FUNDING: balance}


def broken_limits(standing: Sequence[LimitStanding]) -> dict[str, float]:
    """What is missed by how much, in the limit's unit, by ``key.side.scope``."""
    return {limit_name(one): -one.slack for one in standing if one.slack < -_BROKEN * max(1.0, abs(one.bound))}


def limit_name(one: LimitStanding) -> str:
    """``funds_at_risk_share.max.programme``."""
    return f"{one.key}.{one.sense}.{one.scope}"


def restricted(design: Design, levels: tuple[str, ...], placements: Sequence[tuple[str, str]]) -> Design:
    """The design with these levels and placements only, on inputs that have their hosts and sectors only."""
    hosts, sectors = (dict.fromkeys(key[place] for key in placements) for place in (0, 1))
    others = tuple(f"{h}.{s}" for h in hosts for s in sectors if (h, s) not in placements)
    return design.model_copy(
        update={
            "oversight": design.oversight.model_copy(update={"levels": levels}),
            "exclusions": (*design.exclusions, *others),
        }
    )


def without_floors(design: Design) -> Design:
    """A design that staffs whatever the plan staffs. Made past the schema's checks, which rightly forbid it."""
    floors = {
        "host_willingness": 0.0,
        "tip_tier": float("inf"),
        "conventions": (),
        "agency_office": False,
        "labour_inspectors": 0.0,
        "lawful_admission": False,
        "living_wage": False,
        "gain_over_today": -1.0,
        "employer_cost_ratio": float("inf"),
    }
    return design.model_copy(
        update={
            "floors": design.floors.model_copy(update=floors),
            "programme": design.programme.model_copy(update={"min_placement": 0}),
        }
    )


def needed_inputs(design: Design, inputs: Inputs, placements: Sequence[tuple[str, str]]) -> Inputs:
    """The inputs with the hosts and sectors of these placements only, and the estimates that figures there rest on."""
    tables = dict(inputs.tables)
    for place, (path, column) in enumerate((("lists/hosts.csv", "iso3"), ("lists/sectors.csv", "sector"))):
        kept = {key[place] for key in placements}
        tables[path] = tuple(row for row in inputs.rows(path) if row.text(column) in kept)
    estimates = {
        address: one
        for address, one in inputs.estimates.items()
        # Another pair of host and sector must not be taken for a placement.
        if address[0] != "placements" or (address[1], address[2]) in placements
    }
    small = replace(inputs, tables=tables)
    used: dict[Address, None] = {}
    for one in (design, without_floors(design)):
        evidence = make_case(one, replace(small, estimates=estimates)).evidence
        used |= dict.fromkeys(evidence.used(*evidence.topics))
    used |= dict.fromkeys(address for address in inputs.estimates if address[0] in _READ_WITHOUT_NOTE)
    needed: dict[Address, None] = {}
    for address in used:
        needed |= dict.fromkeys(inputs.operands(address))
    # What was set on an estimate that is left out cannot be set again on the rest.
    changes = {key: value for key, value in inputs.changes.items() if key[0] in needed}
    return replace(small, estimates={address: inputs.estimates[address] for address in needed}, changes=changes)


_AMOUNTS = ("host_willingness", "living_wage", "gain_over_today", "employer_cost_ratio")
"""Floors that are missed by an amount: a score, USD a month, or the ratio of two costs."""


def floors_broken(case: Case) -> dict[str, float | None]:
    """Rights floors that placements of the case fail, as eligibility decides it, with what is missing."""
    return {name: amount_short(name, floor) for name, floor in floors_of(case).items() if floor.fails}


def amount_short(name: str, floor: Floor) -> float | None:
    """By how much a floor is missed where it fails, in each draw; None for those that are so or not so."""
    return floor.short if name.split(".")[0] in _AMOUNTS else None
