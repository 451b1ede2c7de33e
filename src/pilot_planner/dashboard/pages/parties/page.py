"""The Parties page: who would veto the plan, what each party asks for, and plans that nobody vetoes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids, plan_study
from pilot_planner.dashboard.layout.components import empty, graph, linked_table, section, table
from pilot_planner.dashboard.layout.number_box import as_typed, number_box, read_box, tell_what_is_wrong
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.dashboard.runtime.visitor_state import good_answer
from pilot_planner.figures.core.theme import Theme
from pilot_planner.figures.tradeoffs import party_scales
from pilot_planner.studies.parties.party_records import (
    OPEN,
    PARTIES,
    Collision,
    Deal,
    RoomOfAgreement,
    collision_in_words,
    name_in_sentence,
)
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import listed, shown, signed, tied
from pilot_planner.text.names import Names, host_names, hosts_in_words

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.opened_plans import Opened
    from pilot_planner.dashboard.runtime.services import Services

_STUDY = plan_study.PlanStudy(
    kind="parties",
    work=job_functions.parties,
    bodies=(ids.PARTIES_BODY, ids.PARTIES_BELOW),
    job=ids.PARTIES_JOB,
    stage=ids.PARTIES_STAGE,
    tick=ids.PARTIES_TICK,
    progress=ids.PARTIES_PROGRESS,
    nothing="There is no plan to agree on yet. Apply a repair above, or move a setting.",
)
_MILLION = 1e6
_FLOORS = "parties.floors"
_REST = 900
"""Milliseconds without a key after which a floor counts as typed."""


def layout(services: Services, opened: Opened) -> Any:
    """The work begins by itself when the page is opened; floors stand there whatever is found."""
    boxes = [number_box(ids.party_floor(one.key), f"{one.name}, m USD", 0.0, rest=_REST) for one in PARTIES]
    return html.Div(
        [
            html.Div(empty("The plan is being solved."), id=ids.PARTIES_BODY),
            section(
                "What each party asks for",
                "Below its floor a party says no; 0 is its own alternative. Rights floors are no party's to ask for: they "
                "hold in every plan.",
                html.Div(boxes, className="pp-party-floors"),
                name="floors",
            ),
            html.Div(id=ids.PARTIES_BELOW),
            *_STUDY.stores(),
        ]
    )


def register(app: Dash, services: Services) -> None:
    """The study begins by itself and is drawn as it comes; two callbacks keep floors and address alike."""
    names = host_names(services.planner.inputs)

    def drawn(question: Question, plan: Plan, job: Job | None, theme: Theme, width: int) -> list[Any]:
        room = _found(job)
        if room is None:
            return [[html.H1("What would five parties agree to?", className="pp-title"), _STUDY.how_far(job)], no_update]
        return [above(room, job, theme, width), below(room, question, names)]

    plan_study.register(app, services, _STUDY, drawn)
    _floors(app, services)
    tell_what_is_wrong(app, *(ids.party_floor(one.key) for one in PARTIES))


def _floors(app: Dash, services: Services) -> None:
    planner = services.planner
    boxes = [ids.party_floor(one.key) for one in PARTIES]

    @app.callback(
        *(Output(box, "value") for box in boxes),
        Input(ids.TOLD, "data"),
        *(State(box, "value") for box in boxes),
    )
    @answers(Role.VIEW)
    def show(asked: Any, *there: str | None) -> tuple[Any, ...]:
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None:
            return (no_update,) * len(PARTIES)
        floors = answer.plan.design.parties.floors
        wanted = [floors.get(one.key, 0.0) / _MILLION for one in PARTIES]
        # A box that says the same in other signs is left as it was typed.
        return tuple(
            no_update if read_box(text) == (value, "") else as_typed(value)
            for value, text in zip(wanted, there, strict=True)
        )

    @app.callback(
        Output(ids.ADDRESS, "search", allow_duplicate=True),
        *(Input(box, "value") for box in boxes),
        State(ids.ADDRESS, "search"),
        State(ids.PLAN, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def ask(*given: Any) -> Any:
        *typed, search, asked = given
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None or not asked or asked["status"] != "solved":
            return no_update
        changes = changed_floors(answer.plan.design.parties.floors, typed)
        if not changes:
            return no_update
        found = answer.question.with_settings(changes).search
        return found if found != (search or "") else no_update


def changed_floors(floors: Any, typed: list[str | None]) -> dict[str, float]:
    """Settings of the boxes that say another floor than the design does; what cannot be read changes nothing."""
    changes = {}
    for one, text in zip(PARTIES, typed, strict=True):
        value, problem = read_box(text)
        usd = round((value or 0.0) * _MILLION, 2)
        if not problem and usd != floors.get(one.key, 0.0):
            changes[f"{_FLOORS}.{one.key}"] = usd
    return changes


def _found(job: Job | None) -> RoomOfAgreement | None:
    """The room of agreement as far as it is told."""
    if job is None:
        return None
    if job.status == "done":
        done: RoomOfAgreement = job.result
        return done
    return job.items[-1] if job.items else None


# --- what is shown ---


def above(room: RoomOfAgreement, job: Job | None, theme: Theme, width: int) -> list[Any]:
    """The finding and the scales."""
    lead = (
        "Each party's gain over its own alternative, from whole plans. Gains are not added up: workers' gain counts in that "
        "of donors."
    )
    return [
        html.H1(tied(room.headline.removesuffix(".")), className="pp-title"),
        html.P(lead, className="pp-lead"),
        _STUDY.how_far(job),
        section(
            party_scales.headline(room),
            "m USD over the whole programme; 0 is what a party has without the plan",
            graph(party_scales.figure(room, theme, width), party_scales.summary(room), name="party-scales"),
            name="scales",
        ),
    ]


def below(room: RoomOfAgreement, question: Question, names: Names) -> list[Any]:
    """Plans to open, floors that exclude each other, and what it costs to give a party more."""
    parts = [_deals(room, question, names)]
    if room.collisions:
        parts.insert(0, _collisions(room, question))
    if room.concessions:
        parts.append(_concessions(room))
    parts.append(_alternatives(room))
    return parts


def _deals(room: RoomOfAgreement, question: Question, names: Names) -> html.Section:
    heads = ("Plan", *(one.name for one in PARTIES), "Vetoed by", "Hosts")
    rows = [_deal(deal, question, names) for deal in room.deals.values()]
    nobody = sum(1 for deal in room.deals.values() if not deal.vetoed_by)
    sub = "What each party gains, USD over the whole programme. A plan opens with these gains as its least"
    spare = tuple(range(1, len(heads) - 2))
    return section(
        f"{nobody} of these {len(room.deals)} plans are vetoed by nobody",
        sub,
        linked_table(heads, rows, label="Plans between the parties", spare=spare),
        name="deals",
    )


def _deal(deal: Deal, question: Question, names: Names) -> tuple[str | tuple[str, str], ...]:
    address = f"/{question.with_settings(deal.settings).search}"
    title: str | tuple[str, str] = deal.title if deal.name == OPEN else (deal.title, address)
    vetoed = listed([name_in_sentence(veto.party) for veto in deal.vetoed_by]) or "nobody"
    gains = (shown(deal.gains[one.key], "USD") for one in PARTIES)
    return (title, *gains, vetoed, hosts_in_words(deal.hosts, names))


def _collisions(room: RoomOfAgreement, question: Question) -> html.Section:
    items = [html.Li([_capital(collision_in_words(one)), ". ", _lower(room, one, question)]) for one in room.collisions]
    return section(
        "These floors leave no room",
        "The smallest sets of floors that no plan keeps",
        html.Ul(items, className="pp-list"),
        name="collisions",
    )


def _lower(room: RoomOfAgreement, collision: Collision, question: Question) -> dcc.Link:
    floors = {one.party: one.floor for one in room.scales}
    short = math.ceil(collision.short)
    lower = {f"{_FLOORS}.{party}": floors[party] - short for party in collision.parties}
    words = "Lower it by that" if len(collision.parties) == 1 else "Lower each by that"
    return dcc.Link(words, href=f"/parties{question.with_settings(lower).search}")


def _concessions(room: RoomOfAgreement) -> html.Section:
    by_key: dict[str, str] = {one.key: one.name for one in PARTIES}
    rows = [
        (
            by_key[one.party],
            shown(one.step, "USD") if one.changes else "can get no more",
            *(signed(one.changes[party.key], "USD") if one.changes else "" for party in PARTIES),
        )
        for one in room.concessions
    ]
    heads = ("Who asks for more", "How much more", *(one.name for one in PARTIES))
    return section(
        "What it costs to give one party more",
        "The egalitarian compromise planned again: by how much each party's gain changes, USD",
        table(heads, rows, label="What it costs to give one party more"),
        name="concessions",
    )


def _alternatives(room: RoomOfAgreement) -> html.Section:
    rows = [(one.name, one.alternative, shown(one.floor, "USD"), shown(one.alone, "USD")) for one in room.scales]
    heads = ("Party", "Without the plan", "Floor", "Own choice")
    return section(
        "What each party has without the plan",
        "Judged where nobody has measured it; the inputs say how well it is known",
        table(heads, rows, left=2, label="Alternatives of the parties"),
        name="alternatives",
    )


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
