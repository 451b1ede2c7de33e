"""``pilot-planner parties``: who would veto the plan, and which plan five parties could agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pilot_planner.cli.exit_codes import say
from pilot_planner.cli.explore import no_plan_told
from pilot_planner.cli.options import (
    EngineOption,
    InputsOption,
    JsonOption,
    ModelOption,
    OutOption,
    SetOption,
    SolverOption,
    console,
    done,
    print_json,
    progress,
    settings_of,
    settings_told,
)

if TYPE_CHECKING:
    from rich.console import Console

    from pilot_planner.studies.parties.party_records import RoomOfAgreement


def parties(
    inputs: InputsOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    concessions: Annotated[
        bool, typer.Option("--concessions/--no-concessions", help="Whether to find out what it costs to give a party more.")
    ] = True,
    out: OutOption = None,
    solver: SolverOption = None,
    engine: EngineOption = None,
    json_output: JsonOption = False,
) -> None:
    """Who would veto the plan: each of five parties against its own alternative, and plans that nobody vetoes."""
    from pilot_planner.reports import answer_files
    from pilot_planner.studies.parties.agreement import parties as find

    changed = settings_of(settings, solver, engine)
    with no_plan_told(inputs, model, changed, json_output):
        result = find(model, inputs, changed, progress(), concessions)
    done()
    if out is not None:
        answer_files.write_files(out, {"deals.csv": result.records()}, {"summary.json": result.document()})
        say(f"deals.csv and summary.json written to {out}")
    if json_output:
        print_json(result.document())
    else:
        _print_room(result, console())
        settings_told(model, inputs, changed)


def _print_room(room: RoomOfAgreement, out: Console) -> None:
    from pilot_planner.reports.tables import print_table, section
    from pilot_planner.studies.parties.party_records import (
        EGALITARIAN,
        OPEN,
        PARTIES,
        collision_in_words,
        name_in_sentence,
    )
    from pilot_planner.text.number_format import money

    out.print(room.headline, soft_wrap=True)
    section(out, "Each party against its own alternative", "USD over the whole programme; below its floor it says no")
    vetoing = {veto.party for veto in room.deals[OPEN].vetoed_by}
    compromise = room.deals.get(EGALITARIAN)
    print_table(
        out,
        ("Party", "Without the plan", "Floor", "Design's plan", "", "Nobody vetoes", "Alone, at most", "Egalitarian"),
        [
            (
                one.name,
                one.alternative,
                money(one.floor),
                money(room.deals[OPEN].gains[one.party]),
                "vetoes" if one.party in vetoing else "agrees",
                "" if one.least is None or one.most is None else f"{money(one.least)} to {money(one.most)}",
                money(one.alone),
                "" if compromise is None else money(compromise.gains[one.party]),
            )
            for one in room.scales
        ],
        left=2,
    )
    section(out, "Plans", "what each party gains, USD; the rights floors are the same in all")
    print_table(
        out,
        ("Plan", *(one.name for one in PARTIES), "Vetoed by", "Hosts"),
        [
            (
                deal.title,
                *(money(deal.gains[one.key]) for one in PARTIES),
                ", ".join(name_in_sentence(veto.party) for veto in deal.vetoed_by) or "nobody",
                deal.hosts,
            )
            for deal in room.deals.values()
        ],
    )
    for one in room.collisions:
        words = collision_in_words(one)
        out.print(f"- {words[:1].upper()}{words[1:]}.", soft_wrap=True)
    if room.concessions:
        section(out, "What it costs to give one party more", "the egalitarian compromise planned again, USD")
        print_table(
            out,
            ("Who asks for more", "How much", *(one.name for one in PARTIES)),
            [
                (
                    next(party.name for party in PARTIES if party.key == one.party),
                    money(one.step) if one.changes else "can get no more",
                    *(money(one.changes[party.key]) if one.changes else "" for party in PARTIES),
                )
                for one in room.concessions
            ],
        )
    out.print(f"[dim]{_what_is_exact(room)}[/dim]", soft_wrap=True)


def _what_is_exact(room: RoomOfAgreement) -> str:
    gap = room.design.solver.gap
    exact = f"Every figure is that of a whole plan, proven best to a gap of {gap:g}"
    if room.nash_gap is not None:
        exact += f"; the product of gains of the Nash point to {100.0 * room.nash_gap:.2g} %"
    return f"{exact}. Gains of parties are not added up: workers' gain counts in that of donors too."
