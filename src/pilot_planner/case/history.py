"""What has happened in the periods that are over: the part of a programme that nobody decides any more.

It stands among the inputs (``actuals/`` tables), so that whatever is asked of a design is asked of what is left of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pilot_planner.case.pay import Pay
from pilot_planner.data.actuals import PARTS_OF_GROSS, Actuals, number, of_inputs
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.reading import Row

Place = tuple[str, str]

_PAY = (
    "income_tax",
    "host_tax",
    "employee_contributions",
    "employer_contributions",
    "foreign_worker_fee",
    "programme_levy",
)


@dataclass(frozen=True)
class History:
    """Figures of periods 1 to ``over``, whole. Money in USD. H: iso3; S: sector; T: period.

    Attributes:
        levels: oversight level of each signed host; ``caps``: signed worker cap by (H, S).
        people: (arrivals, workers) by (H, S, T).
        pay: by (H, S, T, channel).
        inspectors: full-time equivalents by (H, T); ``visits``: (asked for, made) by (H, T).
        deposits, verified: by (H, T): paid into escrow; income tax of the period verified for release.
        costs: by (H, T, cost line).
        received: from donors, by T.
    """

    over: int
    levels: Mapping[str, str]
    caps: Mapping[Place, int]
    people: Mapping[tuple[str, str, int], tuple[float, float]]
    pay: Mapping[tuple[str, str, int, str], float]
    inspectors: Mapping[tuple[str, int], float]
    visits: Mapping[tuple[str, int], tuple[float, float]]
    deposits: Mapping[tuple[str, int], float]
    verified: Mapping[tuple[str, int], float]
    costs: Mapping[tuple[str, int, str], float]
    received: Mapping[int, float]

    def pay_of_one(self, h: str, s: str, t: int) -> Pay:
        """What one worker of a placement was paid in a period, USD: all that was paid over the workers there."""
        _, workers = self.people.get((h, s, t), (0.0, 0.0))
        if workers <= 0.0:
            return Pay()
        gross = sum(self.pay.get((h, s, t, part), 0.0) for part in PARTS_OF_GROSS)
        amounts = {part: self.pay.get((h, s, t, part), 0.0) / workers for part in _PAY}
        return Pay(gross_wage=gross / workers, **amounts)

    def channel(self, channel: str, h: str, t: int) -> float:
        """USD of one channel of a host, all sectors."""
        return sum(self.pay.get((h, s, t, channel), 0.0) for host, s in self.caps if host == h)

    @cached_property
    def cost_by_line(self) -> dict[str, dict[tuple[str, int], float]]:
        """USD by cost line, then by (H, T)."""
        found: dict[str, dict[tuple[str, int], float]] = {}
        for (h, t, line), usd in self.costs.items():
            found.setdefault(line, {})[h, t] = usd
        return found


NOTHING_YET = History(0, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})


def history_of(inputs: Inputs) -> History:
    """The history among the inputs; an empty one where nothing is signed yet, or no period is over."""
    actuals = of_inputs(inputs.tables, inputs.origin)
    return history_of_actuals(actuals) if actuals is not None and actuals.over > 0 else NOTHING_YET


def history_of_actuals(actuals: Actuals, over: int | None = None) -> History:
    """The history that actuals tell of periods up to ``over``; None: of those that are closed."""
    last = actuals.over if over is None else over

    def rows(name: str) -> list[tuple[str, int, Row]]:
        found = []
        for row in actuals.current(name):
            period = int(number(row, "period"))
            if period <= last:
                found.append((str(row.cells.get("iso3", "")), period, row))
        return found

    costs: dict[tuple[str, int, str], float] = {}
    for h, t, row in rows("costs"):
        code = str(row["code"])
        key = (h, t, actuals.line_of.get(code, code))
        costs[key] = costs.get(key, 0.0) + _number(row["amount"])
    received: dict[int, float] = {}
    for _, t, row in rows("funds"):
        received[t] = received.get(t, 0.0) + _number(row["amount"])
    flows = {(h, t, str(row["flow"])): _number(row["amount"]) for h, t, row in rows("escrow")}
    signed = actuals.tables.get("signed", ())
    return History(
        over=last,
        levels={row.text("iso3"): row.text("oversight_level") for row in signed},
        caps={(row.text("iso3"), row.text("sector")): int(number(row, "worker_cap")) for row in signed},
        people={
            (h, str(row["sector"]), t): (_number(row["arrivals"]), _number(row["workers"])) for h, t, row in rows("people")
        },
        pay={(h, str(row["sector"]), t, str(row["channel"])): _number(row["amount"]) for h, t, row in rows("pay")},
        inspectors={(h, t): _number(row["inspectors"]) for h, t, row in rows("oversight")},
        visits={(h, t): (_number(row["visits_asked"]), _number(row["visits_made"])) for h, t, row in rows("oversight")},
        deposits={(h, t): usd for (h, t, flow), usd in flows.items() if flow == "deposits"},
        verified={(h, t): usd for (h, t, flow), usd in flows.items() if flow == "tax_verified"},
        costs=costs,
        received=received,
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
