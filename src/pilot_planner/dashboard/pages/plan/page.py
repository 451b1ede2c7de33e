"""The Plan page: the promise, what holds it back, where, when, how much, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import empty, folded, graph, section
from pilot_planner.dashboard.layout.how_sure import register_how_sure
from pilot_planner.dashboard.layout.html_text import drawn_at_once
from pilot_planner.dashboard.pages.plan.first_screen import top
from pilot_planner.dashboard.pages.plan.tables import (
    budget_table,
    conditions_list,
    employer_sides_table,
    evidence_list,
    host_sides_table,
    host_table,
    placement_table,
    precedent_table,
    worker_sides_table,
)
from pilot_planner.dashboard.pages.plan.what_limits import register_what_limits
from pilot_planner.dashboard.runtime.opened_plans import Look, Opened
from pilot_planner.dashboard.runtime.pinned import baseline
from pilot_planner.dashboard.runtime.plan_cache import Answer
from pilot_planner.dashboard.runtime.visitor_state import good_answer
from pilot_planner.figures.core import country_outlines
from pilot_planner.figures.core.theme import Theme
from pilot_planner.figures.plan import budget_bars, contract_value_sankey, host_map, workforce_over_time
from pilot_planner.programme.metrics import METRICS
from pilot_planner.studies.parties import employer_side, worker_side
from pilot_planner.studies.parties.host_side import sentence as host_sentence
from pilot_planner.studies.planning.design_words import ceiling_in_words, grid_in_words
from pilot_planner.studies.planning.diversion_beside import sentence as diversion_sentence
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.present_value import sentence as present_value_sentence
from pilot_planner.studies.planning.status_quo import evasion_sentence
from pilot_planner.studies.planning.tax_use import procurement_sentence
from pilot_planner.studies.planning.tax_use import sentence as tax_use_sentence
from pilot_planner.text.labels import counted, shown, tied

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

_GAP = 48
"""Px between two columns."""
_NARROW_SHARE = 0.4
_ONE_COLUMN = 700
"""Px of the main column below which charts stand one under the other."""


def layout(services: Services, opened: Opened) -> Any:
    """What stands there at first: the figures if the plan is known. Parts come one by one, those that count first."""
    first: Any = empty("The first plan is being solved; it takes a second or two.")
    if opened.plan is not None and opened.answer is not None:
        question = opened.answer.question
        first = top(
            opened.plan, baseline(services.planner, opened.asked), question.search, services.chances.known(question.key)
        )
    drawn = {name: part.of(services, opened) for name, part in _PARTS.items()}
    beside = [html.Div(drawn[name], id=name, className="pp-cell-of-two") for name in (ids.PLAN_MAP, ids.PLAN_CAPS)]
    return html.Div(
        [
            drawn_at_once(first, ids.PLAN_TOP),
            html.Div(beside, className="pp-two"),
            html.Div(drawn[ids.PLAN_MONEY], id=ids.PLAN_MONEY),
            html.Div(id=ids.PLAN_REST),
            *(dcc.Store(id=ids.drawn(name), data=part.shows(opened)) for name, part in _PARTS.items()),
            dcc.Store(id=ids.SETTLED),
            dcc.Store(id=ids.BELOW),
            dcc.Store(id=ids.HOW_SURE),
            dcc.Store(id=ids.WORTH),
        ]
    )


def register(app: Dash, services: Services) -> None:
    """Drawn anew when the plan, the theme or the width changes. What stands on top comes with the plan (``top_text``)."""
    planner = services.planner
    _pace(app)

    @app.callback(Output(ids.PLAN_REST, "children"), Input(ids.BELOW, "data"))
    @answers(Role.VIEW)
    def draw_rest(asked: dict[str, Any] | None) -> Any:
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None:
            return no_update
        return rest(answer.plan, answer.question.search)

    register_how_sure(app, services)
    register_what_limits(app, services)
    _register_charts(app, services)


def _pace(app: Any) -> None:
    """The figures come at once; charts once the visitor rests, and those further down after those in view."""
    in_browser = {
        "settle": (Output(ids.SETTLED, "data"), Input(ids.PLAN, "data")),
        "below": (Output(ids.BELOW, "data"), Input(ids.SETTLED, "data")),
    }
    for name, parts in in_browser.items():
        app.clientside_callback(ClientsideFunction("pilot", name), *parts)
    app.clientside_callback(ClientsideFunction("pilot", "top"), Output(ids.PLAN_TOP, "data-html"), Input(ids.TOP, "data"))


class Draw(Protocol):
    """A part of the page for a plan, a theme and a width in px."""

    __name__: str

    def __call__(self, plan: Plan, theme: Theme, width: int) -> Any: ...


@dataclass(frozen=True)
class Part:
    """A part of the page with charts: what draws it, and what a plan changes of it (None: every plan is drawn anew)."""

    draw: Draw
    seen: Callable[[Plan], object] | None = None

    def key(self, answer: Answer, look: Look) -> str:
        """What is shown where this plan is, in words that two parts alike share."""
        what = answer.question.key if self.seen is None or answer.plan is None else hash(self.seen(answer.plan))
        return f"{what} {look.theme} {look.width}"

    def made(self, services: Services, answer: Answer, look: Look) -> Any:
        """The part, drawn or from memory."""
        plan, shows = answer.plan, (self.draw.__name__, answer.question.key, look)
        return None if plan is None else services.drawings.get(shows, lambda: self.draw(plan, look.theme, look.width))

    def of(self, services: Services, opened: Opened) -> Any:
        """The part in a page that is being opened; None where it has to follow."""
        if opened.answer is None or opened.look is None:
            return None
        return self.made(services, opened.answer, opened.look)

    def shows(self, opened: Opened) -> str | None:
        """Its key in a page that is being opened."""
        if opened.answer is None or opened.plan is None or opened.look is None:
            return None
        return self.key(opened.answer, opened.look)


def _register_charts(app: Dash, services: Services) -> None:
    for name, part in _PARTS.items():
        _register_part(app, services, name, part, ids.BELOW if name == ids.PLAN_MONEY else ids.SETTLED)


def _register_part(app: Dash, services: Services, name: str, part: Part, when_plan: str) -> None:
    @app.callback(
        Output(name, "children"),
        Output(ids.drawn(name), "data"),
        Input(when_plan, "data"),
        Input(ids.THEME, "data"),
        Input(ids.WIDTH, "data"),
        State(ids.drawn(name), "data"),
    )
    @answers(Role.VIEW)
    def draw(asked: dict[str, Any] | None, theme: Theme | None, width: int | None, drawn: str | None) -> tuple[Any, Any]:
        answer = good_answer(services.planner, asked)
        if answer is None or answer.plan is None or theme is None or width is None:
            return no_update, no_update
        look = Look(theme, width)
        key = part.key(answer, look)
        # Neither where that is shown already.
        return (no_update, no_update) if key == drawn else (part.made(services, answer, look), key)


def _half(width: int) -> int:
    return width if width < _ONE_COLUMN else (width - _GAP) // 2


def _narrow(width: int) -> int:
    """Px of the narrower of two unequal columns (``pp-wide-left`` of the style sheet)."""
    return width if width < _ONE_COLUMN else round((width - _GAP) * _NARROW_SHARE)


def where(plan: Plan, theme: Theme, width: int) -> html.Section:
    """The map."""
    half = _half(width)
    return section(
        host_map.headline(plan),
        "Candidate hosts, by what the rights floors leave",
        graph(host_map.figure(plan, theme, half), host_map.summary(plan), name="map", still=half),
        html.P([host_map.note_below(plan, half), " ", country_outlines.NOTE], className="pp-sub"),
    )


def when(plan: Plan, theme: Theme, width: int) -> html.Section:
    """Workers over time against their caps."""
    half = _half(width)
    return section(
        workforce_over_time.headline(plan),
        "Workers by period, against the cap in the host agreement",
        graph(workforce_over_time.figure(plan, theme, half), workforce_over_time.summary(plan), name="caps", still=half),
    )


def money(plan: Plan, theme: Theme, width: int) -> list[Any]:
    """Where a contract dollar goes, placements and hosts, the budget."""
    return [
        _flow(plan, theme, width),
        html.Div(
            [html.Div([_placements(plan), _hosts(plan)]), _budget(plan, theme, _narrow(width))], className="pp-wide-left"
        ),
    ]


def _flow(plan: Plan, theme: Theme, width: int) -> html.Section:
    return section(
        contract_value_sankey.headline(plan),
        "Contract value of one worker-month, in cents of each dollar",
        graph(
            contract_value_sankey.figure(plan, theme, width), contract_value_sankey.summary(plan), name="flow", still=width
        ),
        html.P(tied(" ".join([*plan.status_quo.sentences, evasion_sentence(plan)])), className="pp-sub", id="status-quo"),
        html.P(tied(f"{tax_use_sentence(plan)} {procurement_sentence(plan)}".strip()), className="pp-sub", id="tax-use"),
        html.P(tied(diversion_sentence(plan)), className="pp-sub", id="diversion-beside"),
    )


def _budget(plan: Plan, theme: Theme, width: int) -> html.Section:
    return section(
        budget_bars.headline(plan),
        f"USD at prices of {plan.design.programme.price_year}, by UNSDG category; wages are no part of it",
        budget_table(plan),
        graph(budget_bars.figure(plan, theme, width), budget_bars.summary(plan), name="budget", still=width),
    )


_PARTS = {
    ids.PLAN_MAP: Part(where, host_map.hosts_on_map),
    ids.PLAN_CAPS: Part(when),
    ids.PLAN_MONEY: Part(money),
}


def rest(plan: Plan, search: str) -> list[Any]:
    """What the plan rests on: weak evidence, conditions precedent, precedents."""
    weak = len(plan.weak_inputs)
    are = "is" if weak == 1 else "are"
    return [
        section(
            f"Host governments get {shown(plan.metrics['host_revenue'], 'USD')}",
            "USD over the whole programme; vacancies are persons of the last period in work that the host lacks people for",
            host_sides_table(plan),
            html.P(tied(host_sentence(plan)), id="host-sides"),
        ),
        section(
            "Would a firm still hire?",
            employer_side.ABOUT,
            employer_sides_table(plan),
            html.P(tied(employer_side.sentence(plan)), id="employer-sides"),
        ),
        section(
            "What a worker gains over the whole contract",
            worker_side.ABOUT,
            worker_sides_table(plan),
            html.P(tied(f"{worker_side.sentence(plan)} {present_value_sentence(plan)}".strip()), id="worker-sides"),
        ),
        section(
            "What the ceiling on cost is about",
            "Operating cost, or what is left of it for donors once levies are taken off",
            html.P(ceiling_in_words(plan.design) if plan.ceiling is None else tied(plan.ceiling.sentence)),
        ),
        section(
            f"{counted(weak, 'input', 'inputs', capital=True)} behind this plan {are} recalled or judged",
            "Grade C, to be replaced before a proposal",
            evidence_list(plan, search),
        ),
        section(
            f"{counted(len(plan.conditions), 'condition', 'conditions', capital=True)} must be met before anybody travels",
            "Conditions precedent: the plan relies on each, and none is in place today",
            folded("Show the conditions with their owners", conditions_list(plan)),
        ),
        section(
            "How the plan stands beside precedents",
            "Oil-for-Food, Kaesong and others: low to high there, with the grade of the figure",
            folded(f"Show {counted(len(plan.precedents), 'ratio', 'ratios')}", precedent_table(plan)),
        ),
        html.P(grid_in_words(plan.design), className="pp-footer"),
        html.P(
            f"Plan {plan.plan_id}. USD at prices of {plan.design.programme.price_year}; inputs {plan.inputs.hash[:12]}.",
            className="pp-footer",
        ),
    ]


def _placements(plan: Plan) -> html.Section:
    best, share = _largest_share(plan)
    title = f"{best} carries {share} of the income" if best else "No placement is staffed"
    return section(title, "USD per worker-month; grades of wage and demand", placement_table(plan))


def _largest_share(plan: Plan) -> tuple[str, str]:
    sums: dict[tuple[str, str], float] = {}
    for row in plan.accounts.flows:
        if row.channel in ("card", "in_kind", "family"):
            sums[row.iso3, row.sector] = sums.get((row.iso3, row.sector), 0.0) + float(row.amount_usd)
    total = plan.metrics["worker_income"]
    if not sums or total <= 0:
        return "", ""
    (iso3, sector), most = max(sums.items(), key=lambda one: one[1])
    name = next(host.name for host in plan.hosts if host.iso3 == iso3)
    return f"{sector.replace('_', ' ').capitalize()} in {name}", shown(most / total, "share")


def _hosts(plan: Plan) -> html.Section:
    months = plan.metrics["inspector_months"]
    posts = months / plan.design.programme.duration_months
    title = f"{posts:.1f} inspectors on average watch {shown(plan.metrics['peak_workers'], 'persons')} workers at most"
    return section(
        title, f"Oversight by host; {METRICS['funds_at_risk'].label.lower()} as a share of contract value", host_table(plan)
    )
