"""Status quo, enforced ban and imperfect ban for the same workers and months: reported, never solved."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pilot_planner.case.baselines import TodayPart
from pilot_planner.programme.build import Programme
from pilot_planner.programme.linear import Linear

Comparator = dict[str, float]
"""Metrics by name, in USD but for worker-months, which are those abroad. ``others_take``: managers, brokers,
universities, police."""


def comparators(programme: Programme, solution: Sequence[float]) -> dict[str, Comparator]:
    """What would happen to the same workers in the same months without the pilot.

    * ``status_quo``: the share that would be abroad anyway (``hosts.*.displacement``) works there as such workers do
      today, the rest is at home; nothing is protected, so all that the state takes is also its expected take.
    * ``enforced_ban``: nobody works abroad.
    * ``imperfect_ban_low``, ``_base``, ``_high``: a share of the status quo goes on, in hiding.
    * ``clarified_ban``: a ban as its advocates want it, of work on any visa with firms named; a smaller share goes on, and
      enforcing it costs governments money.
    * ``abroad_today``: if every one of them were abroad today.
    """
    q = programme.q
    worked = programme.metric("worker_months").value(solution)
    displaced = q.total(q.months_displaced).value(solution)
    staffed = [h for h in q.hosts if any(q.workers(h, t).value(solution) for t in q.numbers)]

    def without(months: float, part: Callable[[TodayPart, str, int], Linear]) -> Comparator:
        def usd(name: TodayPart) -> float:
            # Where nobody works every part is 0, and expressions take longer to make than to sum up.
            return Linear.total(part(name, h, t) for h in staffed for t in q.numbers).value(solution)

        return _comparator(months, usd)

    def going_on(share: float) -> Comparator:
        return without(share * displaced, lambda name, h, t: q.today(name, h, t, share))

    result = {"status_quo": going_on(1.0), "enforced_ban": going_on(0.0)}
    for name, share in zip(("low", "base", "high"), programme.case.rates.ban_evasion, strict=True):
        result[f"imperfect_ban_{name}"] = going_on(share)
    hosts = sum(q.chosen(h).value(solution) for h in q.hosts)
    months = sum(q.months(t) for t in q.numbers)
    rates = programme.case.rates
    result["clarified_ban"] = going_on(rates.clarified_ban_evasion) | {
        "operating_cost": hosts * months * rates.clarified_ban_cost
    }
    return result | {"abroad_today": without(worked, q.abroad_today)}


def _comparator(months: float, usd: Callable[[TodayPart], float]) -> Comparator:
    keeps, state, others = usd("worker_keeps"), usd("state_takes"), usd("others_take")
    return {
        "worker_months": months,
        "worker_income": keeps,
        "state_revenue": state,
        "others_take": others,
        "expected_state_take": state,
        "secured_income": keeps,
        "contract_value": usd("contract_value"),
        "operating_cost": 0.0,
        "funds_at_risk": state + others,
    }
