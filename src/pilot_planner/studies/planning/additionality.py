"""What "against today" assumes: how many of a plan's workers would be abroad anyway, and what hangs on it.

Nobody has measured it, and it decides whether the state loses or gains by a plan, so it stands beside every comparison with
today.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pilot_planner.data.wording import listed
from pilot_planner.text.number_format import money, percent

if TYPE_CHECKING:
    from pilot_planner.studies.planning.plan import Plan

_CENT = 0.005


@dataclass(frozen=True, slots=True)
class Displacement:
    """Of a host's workers, the share (low, base, high) who would be abroad today anyway. ``state_takes_abroad`` is what
    the state would take today if all of them were, USD over the whole programme."""

    iso3: str
    name: str
    low: float
    base: float
    high: float
    grade: str
    source_id: str
    worker_months: float
    state_takes_abroad: float


@dataclass(frozen=True, slots=True)
class Additionality:
    """``displaced`` is the share of all worker-months that would be worked abroad anyway, None where nobody works.

    Gains of the state are USD of income tax that is not returned less what it takes today: as assumed, at both ends of the
    evidence, and if none or all of the workers were abroad today.
    """

    hosts: tuple[Displacement, ...]
    displaced: float | None
    net_state_gain: float
    net_state_gain_at_high: float
    net_state_gain_at_low: float
    net_state_gain_if_none: float
    net_state_gain_if_all: float
    sentence: str

    def document(self) -> dict[str, Any]:
        """As a plain document."""
        return {**asdict(self), "hosts": [asdict(host) for host in self.hosts]}


def additionality(plan: Plan) -> Additionality:
    """What a plan's comparison with today assumes."""
    hosts = tuple(_displacements(plan))
    revenue = plan.metrics["state_revenue"] - plan.metrics["returned_tax"]
    months = plan.metrics["worker_months"]
    gains = {end: revenue - sum(getattr(one, end) * one.state_takes_abroad for one in hosts) for end in ("low", "high")}
    displaced = plan.comparators["status_quo"]["worker_months"] / months if months > 0.0 else None
    all_abroad = revenue - plan.comparators["abroad_today"]["state_revenue"]
    gain = plan.metrics["net_state_gain"]
    sentence = "Nobody works in this plan, so nothing is held against today."
    if displaced is not None:
        sentence = (
            f"Against today: {percent(displaced)} of these worker-months are taken to be worked abroad anyway "
            f"({_by_host(hosts)}), the rest by people who are at home today. So counted the state {_in_words(gain)} against "
            f"today; it {_in_words(revenue, would=True)} if none of them were abroad, and "
            f"{_in_words(all_abroad, would=True)} if all were."
        )
    return Additionality(hosts, displaced, gain, gains["high"], gains["low"], revenue, all_abroad, sentence)


def _displacements(plan: Plan) -> Iterator[Displacement]:
    placements = {one.key: one for one in plan.case.placements}
    months: dict[str, float] = {}
    takes: dict[str, float] = {}
    for row in plan.accounts.workforce:
        worked = row.workers * plan.case.periods[row.period - 1].months
        months[row.iso3] = months.get(row.iso3, 0.0) + worked
        takes[row.iso3] = takes.get(row.iso3, 0.0) + worked * placements[row.iso3, row.sector].today.state_takes
    for host in plan.hosts:
        if host.iso3 in months:
            one = plan.inputs.estimates.get(("hosts", host.iso3, "displacement"))
            if one is None or one.base is None:
                # As the programme counts it: all of them are abroad today where nobody has looked.
                low, base, high, grade, source = 1.0, 1.0, 1.0, "C", ""
            else:
                base, grade, source = one.base, one.grade, one.source_id
                low, high = (base if end is None else end for end in (one.low, one.high))
            yield Displacement(host.iso3, host.name, low, base, high, grade, source, months[host.iso3], takes[host.iso3])


def _by_host(hosts: tuple[Displacement, ...]) -> str:
    told = [f"{one.name} {percent(one.base)}, from {percent(one.low)} to {percent(one.high)}" for one in hosts]
    weak = [one.name for one in hosts if one.grade == "C"]
    words = "; ".join(told)
    if not weak:
        return words
    return f"{words}; judged, grade C" if len(weak) == len(hosts) else f"{words}; {listed(weak)} judged, grade C"


def _in_words(gain: float, would: bool = False) -> str:
    s = "" if would else "s"
    verb = "would " if would else ""
    if abs(gain) < _CENT:
        return f"{verb}gain{s} nothing and lose{s} nothing"
    return f"{verb}{'gain' if gain > 0.0 else 'lose'}{s} {money(abs(gain))} USD"
