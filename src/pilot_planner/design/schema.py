"""The schema of a design. Every field says what it means and in which unit; unknown keys are refused."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer, model_validator

from pilot_planner.data.amounts import is_drawn, whole
from pilot_planner.design.own_limits import OwnLimit
from pilot_planner.design.section import Iso3, Name, Section

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
NONE = "none"
"""Written for a bound, it lifts one that the design inherits."""


class Programme(Section):
    """Dates, periods and sizes."""

    start_date: dt.date = Field(
        ge=dt.date(2000, 1, 1), le=dt.date(2099, 12, 31), description="First day of month 1; month 0 is before it."
    )
    price_year: int = Field(ge=1995, le=2027, description="Year whose prices all costs are expressed in.")
    duration_months: int = Field(ge=3, le=120, description="Length of the programme, months.")
    period_months: Literal[1, 2, 3, 4, 6, 12] = Field(description="Length of one period, months.")
    lead_periods: int = Field(ge=1, description="Periods of set-up before the first arrival.")
    full_strength_month: int = Field(
        ge=1, description="Programme month from which the least number of workers holds, to the end."
    )
    min_placement: int = Field(ge=1, description="Fewest workers of a sector that is opened, persons.")
    whole_posts: bool = Field(description="Whether inspectors are hired in whole posts only.")

    @model_validator(mode="after")
    def _whole_periods(self) -> Programme:
        if self.duration_months % self.period_months:
            raise ValueError("duration_months must be a multiple of period_months")
        if self.lead_periods * self.period_months >= self.duration_months:
            raise ValueError("lead_periods must leave at least one period for work")
        return self

    @property
    def periods(self) -> int:
        return self.duration_months // self.period_months


class Objective(Section):
    """What the plan is best in."""

    metric: Name = Field(description="Name of a metric.")
    sense: Literal["min", "max"] = Field(description="Whether less or more of it is better.")


class LimitBounds(Section):
    """Bounds of one limit, in its unit."""

    min: float | None = Field(default=None, description="At least; none lifts what a design inherits.")
    max: float | None = Field(default=None, description="At most; none lifts what a design inherits.")

    @model_validator(mode="before")
    @classmethod
    def _lifted_whole(cls, value: Any) -> Any:
        return {} if value == NONE else value

    @field_validator("min", "max", mode="before")
    @classmethod
    def _lifted(cls, value: Any) -> Any:
        return None if value == NONE else value

    @model_validator(mode="after")
    def _ordered(self) -> LimitBounds:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}")
        return self


class Floors(Section):
    """Rights floors: a placement that fails one is never staffed. Decided before any solve."""

    host_willingness: Share = Field(description="Least willingness score of a host, 0-1.")
    tip_tier: float = Field(ge=1, le=4, description="Worst trafficking-in-persons tier; 2.5 is the watch list.")
    conventions: tuple[str, ...] = Field(description="ILO conventions that the host must have ratified.")
    agency_office: bool = Field(description="Whether an IOM office must exist in the host.")
    labour_inspectors: NotNegative = Field(
        default=0.0, description="Fewest labour inspectors that the host has, per 10,000 employed; 0 asks for none."
    )
    lawful_admission: bool = Field(description="Whether the host's law must admit such workers.")
    living_wage: bool = Field(description="Whether net pay must reach the living wage in every month.")
    gain_over_today: Annotated[float, Field(ge=0, le=10)] = Field(
        description="Least gain of net pay over what the worker keeps today, share."
    )
    employer_cost_ratio: Annotated[float, Field(gt=0, le=100)] = Field(
        description="Most contract value over the full cost of a local worker."
    )


class Pay(Section):
    """Wages, hours and channels of pay. Their bounds by law stand in ``models/rights/law.toml``."""

    wage_parity: Annotated[float, Field(gt=0, le=2)] = Field(
        description="Gross wage over the wage of comparable local workers; law: never below 1."
    )
    weekly_hours: Positive = Field(description="Normal hours a week, overtime apart.")
    overtime_hours: NotNegative = Field(description="Planned average overtime, hours a week.")
    overtime_ceiling: NotNegative = Field(description="Most overtime, hours a week.")
    overtime_premium: Annotated[float, Field(ge=1, le=3)] = Field(description="Overtime pay over normal pay.")
    standby_share: Share = Field(description="Share of the wage paid in months without work (season).")
    procurement: Literal["employers", "neutral"] = Field(
        default="employers",
        description="Who buys baskets and parcels: employers and local suppliers, or a neutral body by open tender.",
    )
    family_channel: Literal["closed", "open", "monitored"] = Field(
        description="Family parcels: closed (none is sent and no room is kept), open (nobody follows them inside the "
        "country of origin), monitored (UN monitors there do)."
    )

    @model_validator(mode="after")
    def _overtime(self) -> Pay:
        if self.overtime_hours > self.overtime_ceiling:
            raise ValueError("overtime_hours is above overtime_ceiling")
        return self


class Tax(Section):
    """The graduated income tax and what happens to it."""

    schedule: str = Field(description="A schedule of inputs/facts/tax_schedules.csv that may be used as a preset.")
    release: Literal["verified", "all", "none"] = Field(
        description="verified: what is verified is released, the rest held in escrow; all: the rest too; none: all held."
    )
    published: bool = Field(description="Whether every transfer to the state is published, school by school.")
    held_at_end: Literal["kept", "returned", "released"] = Field(
        default="kept",
        description="Tax still held when the programme ends: kept (in escrow, for a next phase), returned (to the workers "
        "who paid it), released (to the state once its use was verified after all).",
    )


class Waiver(Section):
    """What a host is assumed to waive; each waiver used becomes a condition precedent."""

    foreign_worker_fee: bool = Field(default=False, description="No fee for each foreign worker.")
    host_tax: bool = Field(default=False, description="No income tax of the host on these wages.")


class Levies(Section):
    """Charges on the wage that pay for the programme."""

    programme_levy: Share = Field(description="Levy on the gross wage, paid by the employer, share.")
    refund_contributions: bool = Field(
        default=False,
        description="Whether hosts refund what workers can never draw of their social contributions when they go home.",
    )


class Responses(Section):
    """What answers to the plan instead of standing fixed at what the inputs say. All off: nothing does."""

    willingness: bool = Field(
        default=False, description="Whether hosts are the more willing, the more revenue a worker-month brings them."
    )
    diversion: bool = Field(
        default=False,
        description="Whether what is taken from cards rises with pay above today's, and falls with visits to work sites.",
    )
    demand: bool = Field(
        default=False, description="Whether employers' demand falls by steps, the more an hour costs against local pay."
    )


TO_BE_FOUND = "to be found"
"""Stands for the donor of a pledge that nobody has made yet."""


class Pledge(Section):
    """Money promised by a donor."""

    donor: str = Field(description="Who pledges; 'to be found' where nobody has yet.")
    month: int = Field(ge=0, description="Programme month by whose end the money is there; 0 is before the start.")
    usd: NotNegative = Field(description="Amount, USD.")


class Funding(Section):
    """When donors' money arrives."""

    pledges: tuple[Pledge, ...] = Field(description="Pledges with their months.")


class Oversight(Section):
    """Oversight levels that may be chosen."""

    levels: tuple[Name, ...] = Field(min_length=1, description="Oversight levels that may be chosen.")


class Axis(Section):
    """One axis of the trade-offs."""

    metric: Name
    sense: Literal["min", "max"]


class TradeOffs(Section):
    """Axes of the trade-offs."""

    axes: tuple[Axis, ...] = Field(min_length=2, max_length=4, description="Metrics and their good direction.")


class Shortfall(Section):
    """What it costs to miss a limit in a draw by the whole of its bound, in multiples of what the base plan is worth.

    Legal limits have none: they hold in every draw.
    """

    money: NotNegative = Field(description="Limits on money.")
    capacity: NotNegative = Field(description="Limits on capacity.")
    safeguard: NotNegative = Field(description="Safeguards.")


class Hedge(Section):
    """What a plan that is good across draws is good in."""

    weight: Share = Field(description="Weight of the worst draws; the rest is that of the mean over all draws.")
    tail: Annotated[float, Field(gt=0, le=1)] = Field(description="Share of draws that counts as the worst.")
    draws: Annotated[int, Field(ge=1, le=2000)] = Field(description="Draws that the plan is made for.")
    fresh_draws: Annotated[int, Field(ge=1, le=100_000)] = Field(description="Other draws that it is put to the test on.")
    gap: Annotated[float, Field(ge=1e-6, le=0.1)] = Field(
        description="Gap at which the plan counts as proven, as a share of what the base plan is worth."
    )
    time_limit: Positive = Field(description="Seconds after which the best plan so far is taken.")
    shortfall: Shortfall
    shortfall_of: dict[str, NotNegative] = Field(
        default_factory=dict, description="The same for single limits, by key, instead of their kind's."
    )


class Gate(Section):
    """A point at which a plan goes on, shifts or stops, by what is known then."""

    month: Annotated[int, Field(ge=0)] = Field(
        description="Month of the programme after which it is; 0: before anything is signed."
    )
    learns: tuple[str, ...] = Field(
        default=(), description="Events and families of inputs that are known by then; none: every event."
    )


Bound = Annotated[str, Field(pattern=r"^[a-z0-9_]+\.(min|max)$")]


class Scale(Section):
    """What is asked when a pilot grows."""

    lifted: tuple[Bound, ...] = Field(description="Bounds that belong to a pilot only, as KEY.min or KEY.max.")
    shares: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = Field(
        description="Smaller programmes shown beside the largest of a size, as shares of its worker-months, rising."
    )

    @model_validator(mode="after")
    def _rising(self) -> Scale:
        if list(self.shares) != sorted(set(self.shares)):
            raise ValueError("shares must rise")
        return self


class Participation(Section):
    """What is asked about the state's side."""

    shares_of_today: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(
        min_length=1, description="Sums asked for the state, as shares of what it takes today."
    )
    relief: NotNegative = Field(
        default=0.0,
        description="What else the state is granted for taking part, as it values it, USD over the whole programme; "
        "no money of the pilot.",
    )


PartyName = Literal["workers", "state", "hosts", "employers", "donors"]


class Parties(Section):
    """What the five parties ask for, and how a compromise between them is sought."""

    floors: dict[PartyName, float] = Field(
        default_factory=dict,
        description="Gain over its own alternative below which a party says no, USD over the programme; 0 if left out.",
    )
    scale: Literal["share", "usd"] = Field(
        default="share",
        description="What the egalitarian compromise makes even: share (of what each party could gain at most) or usd.",
    )
    step: Positive = Field(default=100_000.0, description="How much more a party asks for, to see who pays for it, USD.")
    gap: Annotated[float, Field(ge=1e-6, le=0.1)] = Field(
        default=1e-4, description="Gap of the Nash point: in the logarithm of the product of gains."
    )


class Solver(Section):
    """Options of the solver."""

    name: Literal["highs", "cbc", "scip"] = Field(description="Which solver.")
    engine: Literal["structure", "whole"] = Field(
        description="structure: our own search, by sets of hosts (highs only); whole: the solver's own on everything."
    )
    gap: Annotated[float, Field(ge=0, le=0.1)] = Field(description="Relative gap at which a plan counts as proven.")
    time_limit: Positive = Field(description="Seconds after which the best plan so far is taken.")
    threads: Annotated[int, Field(ge=1, le=64)] = Field(description="Threads of one solve.")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(description="Random seed of the solver.")
    tie_tolerance: Annotated[float, Field(ge=0, le=1e-3)] = Field(
        description="Relative loss of the objective within which plans count as equal when ties are broken."
    )


class Allowed(Section):
    """Which of them may be chosen at all."""

    allowed: tuple[str, ...] = Field(default=(), description="These alone may be chosen; empty: all that are not excluded.")


class Design(Section):
    """One pilot design: everything that may be decided and every rule, apart from the evidence."""

    name: Name
    title: str
    why: str = Field(description="What this design is for, in a sentence or two.")
    programme: Programme
    objective: Objective
    limits: dict[str, LimitBounds] = Field(description="Policy limits by key, metric, ratio or rule.")
    rules: dict[Name, OwnLimit] = Field(default_factory=dict, description="Limits of the design's own, by key.")
    floors: Floors
    pay: Pay
    tax: Tax
    waivers: dict[Iso3, Waiver] = Field(default_factory=dict)
    closures: dict[Iso3, Share] = Field(
        default_factory=dict,
        description="Hosts that end the agreement: share of the programme's time after which nobody works there.",
    )
    levies: Levies
    responses: Responses = Field(default_factory=lambda: Responses(), description="What answers to the plan.")
    funding: Funding
    oversight: Oversight
    exclusions: tuple[str, ...] = Field(description="Sectors, hosts (ISO3) or placements (ISO3.sector) left out.")
    hosts: Allowed = Field(default_factory=lambda: Allowed(), description="Which hosts may be chosen.")
    sectors: Allowed = Field(default_factory=lambda: Allowed(), description="Which sectors may be opened.")
    required: tuple[str, ...] = Field(
        default=(),
        description="Hosts (ISO3), placements (ISO3.sector) and levels (ISO3.level) that must be chosen.",
    )
    promise: tuple[str, ...] = Field(
        default=("workers_total", "worker_months"),
        description="Limits on capacity that a plan promises: it holds in a draw only where these hold as well.",
    )
    confidence: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        default=None,
        description="Share of draws in which a plan must hold as it is run; none or 0: the plan at base values.",
    )
    tradeoffs: TradeOffs
    hedge: Hedge | None = Field(default=None, description="What a plan that is good across draws is good in.")
    gate: Gate | None = Field(default=None, description="Where the plan goes on, shifts or stops; none: it is signed whole.")
    scale: Scale
    participation: Participation
    parties: Parties = Field(default_factory=Parties, description="What the five parties ask for.")
    solver: Solver

    @field_validator("confidence", mode="before")
    @classmethod
    def _none_asked(cls, value: Any) -> Any:
        """0 asks for no chance at all: the plan at base values."""
        return None if value == 0 and not isinstance(value, bool) else value

    @model_serializer(mode="wrap")
    def _without_empty_tables(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A design that uses none of them is written, and hashed, as it was before there were such tables."""
        tree: dict[str, Any] = handler(self)
        for name in ("rules", "closures", "hosts", "sectors"):
            if not (tree[name] if name in ("rules", "closures") else tree[name]["allowed"]):
                del tree[name]
        if self.gate is None:
            tree.pop("gate", None)
        # What answers to nothing is not written, whatever else does.
        tree["responses"] = {name: so for name, so in tree["responses"].items() if so}
        if not tree["responses"]:
            del tree["responses"]
        for table, name in (
            ("tax", "held_at_end"),
            ("participation", "relief"),
            ("levies", "refund_contributions"),
            ("pay", "procurement"),
        ):
            if tree[table][name] == type(getattr(self, table)).model_fields[name].default:
                del tree[table][name]
        if self.parties == Parties():
            del tree["parties"]
        return tree

    def leaves_out_host(self, iso3: str) -> bool:
        """Whether the design leaves out this host, whatever the sector."""
        return iso3 in self.exclusions or bool(self.hosts.allowed and iso3 not in self.hosts.allowed)

    def leaves_out_sector(self, sector: str) -> bool:
        """Whether the design leaves out this sector in every host."""
        return sector in self.exclusions or bool(self.sectors.allowed and sector not in self.sectors.allowed)

    def last_open(self, iso3: str) -> int:
        """The last period in which anybody may work in a host, in each draw; only whole periods before its closure count."""
        last = whole(self.closures.get(iso3, 1.0) * self.programme.periods + _ROUNDING)
        # A draw's own stays as it is: an array of whole numbers.
        return last if is_drawn(last) else int(last)  # type: ignore[return-value]

    def bounds(self, key: str) -> LimitBounds:
        """The bounds of a limit; both None where the design sets none."""
        return self.limits.get(key, _UNBOUNDED)


_LEFT_OUT = (
    ("tax", "held_at_end"),
    ("participation", "relief"),
    ("levies", "refund_contributions"),
    ("pay", "procurement"),
)
"""Fields that are not written where they say what designs without them say."""

_UNBOUNDED = LimitBounds()
_ROUNDING = 1e-9
