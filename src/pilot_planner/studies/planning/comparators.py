"""Status quo, enforced ban and imperfect ban for the same worker-months: reported, never solved."""

from __future__ import annotations

from collections.abc import Sequence

from pilot_planner.programme.build import Programme

Comparator = dict[str, float]
"""Metrics by name, in USD but for worker-months. ``others_take``: managers, brokers, universities, police."""


def comparators(programme: Programme, solution: Sequence[float]) -> dict[str, Comparator]:
    """What would happen to the same worker-months without the pilot.

    * ``status_quo``: what such workers keep, and others take, today; nothing is protected, so all that the state
      takes is also its expected take.
    * ``enforced_ban``: nobody works abroad.
    * ``imperfect_ban_low``, ``_base``, ``_high``: a share goes on as today, in hiding.
    """
    q = programme.q
    keeps = q.total(q.kept_today).value(solution)
    state = q.total(q.state_take_today).value(solution)
    others = q.total(q.others_take_today).value(solution)
    today: Comparator = {
        "worker_months": programme.metric("worker_months").value(solution),
        "worker_income": keeps,
        "state_revenue": state,
        "others_take": others,
        "expected_state_take": state,
        "secured_income": keeps,
        "contract_value": keeps + state + others,
        "operating_cost": 0.0,
        "funds_at_risk": state + others,
    }
    result = {"status_quo": today, "enforced_ban": dict.fromkeys(today, 0.0)}
    for name, share in zip(("low", "base", "high"), programme.case.rates.ban_evasion, strict=True):
        result[f"imperfect_ban_{name}"] = {metric: share * value for metric, value in today.items()}
    return result
