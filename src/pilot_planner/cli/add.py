"""``pilot-planner add``: the rows that a new host, sector or tax schedule needs, and what is left to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pilot_planner.cli.exit_codes import say
from pilot_planner.cli.options import InputsOption
from pilot_planner.errors import Fault, InputError, Place

if TYPE_CHECKING:
    from pilot_planner.data.additions import Addition
    from pilot_planner.data.inputs import Inputs

add_app = typer.Typer(
    name="add",
    help="Add a host, sector or tax schedule to inputs of your own: the fewest rows, and what is left to fill in.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@add_app.command()
def host(
    iso3: Annotated[str, typer.Argument(metavar="ISO3", help="Code of the country, such as UZB.")],
    name: Annotated[str, typer.Option("--name", help="Name of the country.")],
    iso2: Annotated[str, typer.Option("--iso2", help="Its code of two letters.")],
    region: Annotated[str, typer.Option("--region", help="Region used for grouping.")],
    latitude: Annotated[float, typer.Option("--latitude", help="Of a point in the middle, degrees north.")],
    longitude: Annotated[float, typer.Option("--longitude", help="Of the same point, degrees east.")],
    landlocked: Annotated[bool, typer.Option("--landlocked", help="Whether it has no coast.")] = False,
    inputs: InputsOption = None,
) -> None:
    """Add a candidate host."""
    from pilot_planner.data.additions import new_host

    ready = _loaded(inputs)
    _free(ready, "lists/hosts.csv", "iso3", iso3)
    listed = {
        "iso3": iso3,
        "iso2": iso2,
        "name": name,
        "region": region,
        "landlocked": "true" if landlocked else "false",
        "latitude": f"{latitude:g}",
        "longitude": f"{longitude:g}",
    }
    _write(inputs, new_host(ready, listed, _needed(ready, "hosts")))


@add_app.command()
def sector(
    sector_id: Annotated[str, typer.Argument(metavar="SECTOR", help="Its id, such as fish_processing.")],
    name: Annotated[str, typer.Option("--name", help="Name that people read.")],
    isic: Annotated[str, typer.Option("--isic", help="Code of the ISIC classification, such as C1020.")],
    isic_title: Annotated[str, typer.Option("--isic-title", help="What ISIC calls it.")],
    inputs: InputsOption = None,
) -> None:
    """Add a sector, with a placement in every host."""
    from pilot_planner.data.additions import new_sector

    ready = _loaded(inputs)
    _free(ready, "lists/sectors.csv", "sector", sector_id)
    listed = {"sector": sector_id, "name": name, "isic": isic, "isic_title": isic_title, "excluded_by_default": "false"}
    _write(inputs, new_sector(ready, listed, _needed(ready, "sectors")))


@add_app.command(name="tax-schedule")
def tax_schedule(
    schedule: Annotated[str, typer.Argument(metavar="ID", help="Its id, such as UZ_PIT_2026.")],
    name: Annotated[str, typer.Option("--name", help="Name that people read.")],
    year: Annotated[int, typer.Option("--year", help="Year in which it holds.")],
    bracket: Annotated[
        list[str], typer.Option("--bracket", metavar="FROM=RATE", help="Income from FROM USD a month on is taxed at RATE.")
    ],
    deduction: Annotated[float, typer.Option("--deduction", help="Standard deduction, USD a month.")] = 0.0,
    iso3: Annotated[str, typer.Option("--iso3", help="Country whose schedule it is; left out for one of your own.")] = "",
    source: Annotated[str, typer.Option("--source", help="Id of a source in lists/sources.csv.")] = "planner_judgement",
    inputs: InputsOption = None,
) -> None:
    """Add a graduated tax schedule that designs may use."""
    from pilot_planner.data.additions import new_schedule

    ready = _loaded(inputs)
    _free(ready, "facts/tax_schedules.csv", "schedule_id", schedule)
    listed = {
        "schedule_id": schedule,
        "name": name,
        "iso3": iso3,
        "year": str(year),
        "type": "graduated",
        "standard_deduction_usd_month": f"{deduction:g}",
        "currency": "USD",
        "fx_per_usd": "1",
        "use": "preset",
        "source_id": source,
        "grade": "C",
    }
    _write(inputs, new_schedule(listed, _brackets(bracket)))


def _loaded(folder: Path | None) -> Inputs:
    from pilot_planner.data.loading import load_inputs

    return load_inputs(folder)


def _brackets(texts: list[str]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    faults = []
    for text in texts:
        lower, _, rate = text.partition("=")
        try:
            found.append((float(lower), float(rate)))
        except ValueError:
            faults.append(Fault(Place(f"--bracket {text}"), "is no bracket", "FROM=RATE", "write 0=0.12 for 12 % from 0 on"))
    if not faults and ([lower for lower, _ in found] != sorted({lower for lower, _ in found}) or found[0][0] != 0.0):
        what, expected = "do not rise from 0", "brackets from 0 on, each above the one before"
        faults.append(Fault(Place("--bracket"), what, expected, "begin with 0=RATE"))
    faults += [
        Fault(Place(f"--bracket {lower:g}={rate:g}"), "is out of bounds", "a rate between 0 and 1", "write 0.12 for 12 %")
        for lower, rate in found
        if not 0.0 <= rate <= 1.0
    ]
    if faults:
        raise InputError(faults)
    return found


def _free(inputs: Inputs, path: str, column: str, name: str) -> None:
    taken = next((row for row in inputs.rows(path) if row[column] == name), None)
    if taken is not None:
        place = Place(f"{inputs.origin}/{path}", taken.number, column)
        raise InputError([Fault(place, f"{name!r} stands there already", "a name of its own", "edit its rows")])


def _needed(inputs: Inputs, table: str) -> set[str]:
    """Indicators that the base design's plans read; conventions besides, since conditions precedent rest on them."""
    from pilot_planner.case.case import make_case
    from pilot_planner.design.loading import load_design
    from pilot_planner.studies.planning.without_effect import addresses_read

    read = {one[-1] for one in addresses_read(make_case(load_design(), inputs)) if one[0] == table}
    conventions = {one[-1] for one in inputs.estimates if one[0] == table and one[-1].startswith("ilo_c")}
    return read | conventions


def _write(folder: Path | None, addition: Addition) -> None:
    from pilot_planner.data.additions import write_addition

    root = write_addition(folder, addition)
    for path, rows in addition.rows.items():
        say(f"{root.as_posix()}/{path}: {len(rows)} row{'' if len(rows) == 1 else 's'} added")
    if addition.left:
        say(f"\nTo fill in, {len(addition.left)} (low, base, high, year, reading, source_id, grade; until then 'absent'):")
        for path, meaning in addition.left.items():
            say(f"  {path}: {meaning}")
    by_formula = dict.fromkeys(
        f"{path.split('.')[0]}.{path.split('.')[-1]} = {one}" for path, one in addition.by_formula.items()
    )
    if by_formula:
        say("\nBy formula until somebody has read them (grade C):")
        for text in by_formula:
            say(f"  {text}")
    for text in addition.beside:
        say(f"\nAlso: {text}")
    say("\nThen: pilot-planner check")
