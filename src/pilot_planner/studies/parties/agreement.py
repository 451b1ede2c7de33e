"""The room of agreement: who would veto a plan, which plans nobody vetoes, and which of them a compromise would be.

Each party's gain over its own alternative is a metric of the programme, so every question is one about best plans under
bounds, solved exactly. Floors of parties are limits of these plans; no weight is ever put on a rights floor, which decides
before any of it who may be placed where.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import CancelledError
from pilot_planner.programme.build import Programme, build
from pilot_planner.solving.bargaining import Agreement, Bargaining, StoppedError
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.pareto.pareto_front import host_set
from pilot_planner.studies.parties.party_records import (
    A_DOLLAR,
    EGALITARIAN,
    NASH,
    NEAREST,
    OPEN,
    PARTIES,
    TITLES,
    Collision,
    Concession,
    Deal,
    PartyScale,
    RoomOfAgreement,
    Veto,
    alternative,
)
from pilot_planner.studies.planning.plan import no_plan
from pilot_planner.studies.planning.setup import Settings, set_up

OnRoom = Callable[[RoomOfAgreement], None]

_TAKEN = 0.5
_NOWHERE = -math.inf


def parties(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    concessions: bool = True,
    on_room: OnRoom | None = None,
) -> RoomOfAgreement:
    """The room of agreement of a design between workers, the state, host governments, employers and donors.

    1. the design's plan, and who would veto it; 2. the plan that each party would choose alone; 3. what each gains at most
    and at least in plans that nobody vetoes, or which floors exclude each other; 4. the egalitarian compromise and the Nash
    point; 5. what it costs the others to give a party more, unless ``concessions`` is False.

    Floors and scale stand in the design's table ``parties``. ``on_room`` gets the room before its concessions. Raises
    NoPlanError where the design has no plan, CancelledError (with the ``RoomOfAgreement`` found so far) when ``progress``
    returns False, NoTimeError where the time of the design's solver ends.
    """
    design, ready = set_up(model, inputs, settings)
    return room_of(build(make_case(design, ready)), progress, concessions, on_room)


def room_of(
    programme: Programme, progress: Progress | None = None, concessions: bool = True, on_room: OnRoom | None = None
) -> RoomOfAgreement:
    """The same of a programme that is there."""
    return _Study(programme, progress, on_room or (lambda room: None)).run(concessions)


class _Study:
    def __init__(self, programme: Programme, progress: Progress | None, on_room: OnRoom) -> None:
        self.programme, self.on_room = programme, on_room
        self.design = programme.case.design
        self.session = Session(programme)
        self.floors = [self.design.parties.floors.get(one.key, 0.0) for one in PARTIES]
        self.asked = Bargaining(programme, [programme.metric(one.metric) for one in PARTIES], self._stopped)
        self.tell = Telling(progress, self._so_far)
        self._progress, self._text, self._share = progress, "", 0.0
        self._cancelled = False
        self.deals: dict[str, Deal] = {}
        self.scales: list[PartyScale] = []
        self.collisions: tuple[Collision, ...] = ()
        self.concessions: list[Concession] = []
        self.nash_gap: float | None = None

    def run(self, concessions: bool) -> RoomOfAgreement:
        try:
            self._find(concessions)
        except StoppedError:
            raise CancelledError("stopped in the search of an agreement", self._so_far()) from None
        return self._room(complete=True)

    def _find(self, concessions: bool) -> None:
        self._at("the design's plan", 0.0)
        best = self.session.solve(self._stopped)
        if self._cancelled:
            raise StoppedError
        if not best.has_plan:
            raise no_plan(best, self.design)
        self._note(OPEN, self.session.break_ties(best))
        for place, party in enumerate(PARTIES):
            self._at(f"what {party.name.lower()} would choose", 0.1 + 0.04 * place)
            own = self.asked.best(place)
            assert own is not None, "there is a plan"  # noqa: S101  # nosec B101 # for the type checker: the design's own
            self._note(party.key, own.solution)
            words = alternative(party, self.programme)
            self.scales.append(PartyScale(party.key, party.name, party.metric, words, self.floors[place], own.value))
        self._at("plans that nobody vetoes", 0.3)
        if self._widths():
            self._compromise(concessions)
        else:
            self._collide()

    # --- plans that nobody vetoes ---

    def _widths(self) -> bool:
        """What each party gains at least and at most in plans that nobody vetoes; False where there are none."""
        for place, scale in enumerate(self.scales):
            most = self.asked.best(place, self.floors)
            if most is None:
                return False
            least = self.asked.best(place, self.floors, most=False)
            assert least is not None, "there is a plan"  # noqa: S101  # nosec B101 # the one with the most
            self.scales[place] = replace(scale, most=most.value, least=least.value)
        return True

    def _ranges(self) -> list[float]:
        """What counts as the whole of a share of each party, USD; 0 for those that can gain nothing."""
        possible = [(scale.most or 0.0) - scale.floor for scale in self.scales]
        possible = [one if one > A_DOLLAR else 0.0 for one in possible]
        if self.design.parties.scale == "usd":
            return [max(possible) if one > 0.0 else 0.0 for one in possible]
        return possible

    def _compromise(self, concessions: bool) -> None:
        ranges = self._ranges()
        if not any(ranges):
            # Nobody can gain anything: the only plans are those at the floors, and one is as good as the next.
            ranges = [A_DOLLAR] * len(ranges)
        self._at("the egalitarian compromise", 0.45)
        egalitarian = self.asked.egalitarian(self.floors, ranges, self.floors)
        if egalitarian is None:
            return
        self._note(EGALITARIAN, egalitarian.solution)
        self._at("the Nash point", 0.55)
        nash = self.asked.nash(self.floors, ranges, egalitarian, self.design.parties.gap)
        if nash is not None:
            self._note(NASH, nash.solution)
            self.nash_gap = max(0.0, nash.bound - nash.value)
        self.on_room(self._room(complete=False))
        for place, party in enumerate(PARTIES if concessions else ()):
            self._at(f"what {party.name.lower()} could still ask for", 0.65 + 0.07 * place)
            self.concessions.append(self._concession(place, egalitarian, ranges))

    def _concession(self, place: int, compromise: Agreement, ranges: Sequence[float]) -> Concession:
        scale, had = self.scales[place], compromise.gains[place]
        step = min(self.design.parties.step, (scale.most or had) - had)
        if step <= A_DOLLAR:
            return Concession(scale.party, 0.0, {})
        asked = list(self.floors)
        asked[place] = had + step - A_DOLLAR / 2.0
        again = self.asked.egalitarian(self.floors, ranges, asked)
        if again is None:
            return Concession(scale.party, 0.0, {})
        gains = dict(zip((one.key for one in PARTIES), again.gains, strict=True))
        before = dict(zip((one.key for one in PARTIES), compromise.gains, strict=True))
        return Concession(scale.party, step, {key: gains[key] - before[key] for key in gains})

    # --- no room ---

    def _collide(self) -> None:
        """The smallest sets of floors that exclude each other, the widest apart first; and the plan nearest to all."""
        self._at("which floors exclude each other", 0.6)
        found: list[Collision] = []
        for size in range(1, len(PARTIES) + 1):
            for group in itertools.combinations(range(len(PARTIES)), size):
                keys = tuple(PARTIES[place].key for place in group)
                if any(set(one.parties) <= set(keys) for one in found) or self.asked.together(group, self.floors):
                    continue
                nearest = self._nearest(group)
                if nearest is not None:
                    found.append(Collision(keys, max(0.0, -min(nearest.shares[place] for place in group)) * _MILLION))
        self.collisions = tuple(sorted(found, key=lambda one: -one.short))
        nearest = self._nearest(range(len(PARTIES)))
        if nearest is not None:
            self._note(NEAREST, nearest.solution)

    def _nearest(self, group: Sequence[int]) -> Agreement | None:
        """The plan in which the floors of these parties are missed the least, each by as much."""
        ranges = [_MILLION if place in group else 0.0 for place in range(len(PARTIES))]
        return self.asked.egalitarian(self.floors, ranges, [_NOWHERE] * len(PARTIES))

    # --- records ---

    def _note(self, name: str, solution: Sequence[float]) -> None:
        p = self.programme
        tidy = self.session.tidy(tuple(solution))
        metrics = p.metric_values(tidy)
        gains: dict[str, float] = {one.key: metrics[one.metric] for one in PARTIES}
        vetoes = [
            Veto(one.key, floor - gains[one.key])
            for one, floor in zip(PARTIES, self.floors, strict=True)
            if gains[one.key] < floor - A_DOLLAR
        ]
        levels = {h: level for (h, level), column in p.d.level.items() if tidy[column] > _TAKEN}
        title = TITLES[name]
        self.deals[name] = Deal(
            name, title, gains, tuple(vetoes), host_set(p, tidy), levels, metrics, self._settings(gains), tidy
        )

    def _settings(self, gains: dict[str, float]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for one in PARTIES:
            least, own = math.floor(gains[one.key]), self.design.bounds(one.metric).min
            found[f"limits.{one.metric}.min"] = float(least if own is None else max(least, own))
        return found

    def _so_far(self) -> RoomOfAgreement | None:
        return self._room(complete=False) if OPEN in self.deals else None

    def _room(self, *, complete: bool) -> RoomOfAgreement:
        return RoomOfAgreement(
            design=self.design,
            scales=tuple(self.scales),
            deals=dict(self.deals),
            collisions=self.collisions,
            concessions=tuple(self.concessions),
            nash_gap=self.nash_gap,
            programme=self.programme,
            complete=complete,
        )

    def _at(self, text: str, share: float) -> None:
        self._text, self._share = text, share
        self.tell(text, share)

    def _stopped(self) -> bool:
        # Once is enough, whatever the hook says when it is asked again.
        hook = self._progress
        self._cancelled = self._cancelled or (hook is not None and not hook(self._text, self._share))
        return self._cancelled


_MILLION = 1e6
