"""Options that several commands share, and what is made of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pilot_planner.cli.exit_codes import INTERRUPTED, say, settings_stand_at

if TYPE_CHECKING:
    from rich.console import Console

    from pilot_planner.studies.execution.progress import Progress


def _designs(incomplete: str) -> list[str]:
    """Designs here and shipped ones, for completion in a shell."""
    from pilot_planner.data.locations import shipped

    found = {path.stem for folder in (Path("models"), shipped("models")) for path in folder.glob("*.toml")}
    return sorted(name for name in found if name.startswith(incomplete))


InputsOption = Annotated[
    Path | None,
    typer.Option(
        "--inputs",
        metavar="DIR|XLSX",
        help="Folder of inputs (default: inputs here, else the shipped ones), or the workbook that 'inputs' writes.",
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="FILE",
        help="Design (default: models/base.toml here, else the shipped one).",
        autocompletion=_designs,
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Set a value of the design, or of the inputs with 'inputs.' in front; @FILE.toml sets all of an override file.",
    ),
]
EventOption = Annotated[
    list[str] | None,
    typer.Option(
        "--event",
        metavar="NAME",
        help="As if this event had happened (lists/events.csv; fee_waiver_refused.MNG where each host has its own).",
    ),
]
SolverOption = Annotated[
    str | None, typer.Option("--solver", metavar="NAME", help="highs, cbc or scip (default: as the design says).")
]
EngineOption = Annotated[
    str | None, typer.Option("--engine", metavar="NAME", help="structure or whole (default: as the design says).")
]
Reading = Literal["signed", "run"]
ChanceOption = Annotated[
    Reading,
    typer.Option(
        "--chance",
        help="signed: in which share of draws the plan holds as signed; run: as it is run too, which takes some seconds.",
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FILE:N",
        help="A point of a front, an alternative or a repair, as a study wrote it: front.csv:19; --set goes on top.",
    ),
]
ConfidenceOption = Annotated[
    float | None,
    typer.Option(
        "--confidence",
        metavar="P",
        help="Share of draws in which the plan must hold as it is run (default: the design's; none: best at base values).",
    ),
]
DrawsOption = Annotated[int, typer.Option("--draws", metavar="N", min=1, help="How many draws.")]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="The same seed gives the same draws.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Write the result's files here (default: nothing).")
]


def settings_of(settings: list[str] | None, solver: str | None, engine: str | None) -> dict[str, Any]:
    """All settings of a command, those of ``--solver`` and ``--engine`` included; faults of all in one pass.

    Later ones win over earlier ones. ``@FILE`` stands for every setting of an override file; a fault that is found later
    in one of them is told with file and row.
    """
    from pilot_planner.design.loading import parse_setting
    from pilot_planner.design.overrides import read_overrides
    from pilot_planner.errors import Fault, InputError, Place

    faults: list[Fault] = []
    found: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for text in settings or []:
        try:
            if text.startswith("@"):
                overrides = read_overrides(text[1:])
                new, stand = dict(overrides.settings), dict(overrides.places)
            else:
                path, value = parse_setting(text)
                new, stand = {path: value}, {}
        except InputError as error:
            faults += error.faults
            continue
        for path, value in new.items():
            # Put at the end: a whole value that comes later replaces bounds that were set before it.
            found.pop(path, None)
            places.pop(path, None)
            found[path] = value
        places |= stand
    settings_stand_at(places)
    if faults:
        raise InputError(faults)
    if solver is not None:
        found["solver.name"] = solver
    if engine is not None:
        found["solver.engine"] = engine
    return found


def with_events(
    settings: dict[str, Any], events: list[str] | None, model: str | None, inputs: Path | None
) -> dict[str, Any]:
    """Settings with those of events on top. Raises InputError for every name that is no event."""
    if not events:
        return settings
    from pilot_planner.studies.planning.setup import set_up
    from pilot_planner.studies.uncertainty.event_settings import settings_of_names

    design, ready = set_up(model, inputs, settings)
    return {**settings, **settings_of_names(events, design, ready)}


def design_from(
    found: str | None, model: str | None, settings: list[str] | None, solver: str | None, engine: str | None
) -> tuple[str | None, dict[str, Any]]:
    """Design and settings of a command that may be asked for a row of a study (``--from``)."""
    chosen = settings_of(settings, solver, engine)
    if found is None:
        return model, chosen
    from pilot_planner.studies.planning.from_file import read_from

    row = read_from(found)
    return model or row.model, {**row.settings, **chosen}


def console(*, beside: bool = False) -> Console:
    """Where reports for people go: standard output, wide enough for the tables when it is not a terminal.

    ``beside``: what stands in the way of a report goes to standard error.
    """
    from rich.console import Console

    stream = sys.stderr if beside else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else _WIDTH_OF_FILES, highlight=False)


_WIDTH_OF_FILES = 132


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def progress() -> Progress:
    """A hook that shows what is being done on standard error, on one line of a terminal and not at all elsewhere."""
    terminal = sys.stderr.isatty()

    def tell(text: str, fraction: float) -> bool:
        if terminal:
            end = "\n" if fraction >= 1.0 else ""
            sys.stderr.write(f"\r\033[K{fraction:4.0%}  {text}{end}")
            sys.stderr.flush()
        return True

    return tell


def settings_told(model: str | None, inputs: Path | None, settings: dict[str, Any]) -> None:
    """Below an answer in print: what the design loosens, and inputs that were set and reach no figure."""
    from pilot_planner.reports.answer_text import print_settings_told
    from pilot_planner.studies.planning.setup import set_up

    print_settings_told(*set_up(model, inputs, settings), console())


def done() -> None:
    """Clear the line of progress."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


@contextmanager
def interruptible(out: Path | None) -> Iterator[None]:
    """Where Ctrl-C stops a study that can be gone on with from a folder, say so."""
    from pilot_planner.studies.execution.finished_lumps import FILE

    try:
        yield
    except KeyboardInterrupt:
        done()
        is_there = out is not None and (out / FILE).exists()
        kept = f"what was finished is kept in {out}: the same command goes on" if is_there else "nothing was written"
        say(f"Interrupted; {kept}.")
        raise SystemExit(INTERRUPTED) from None


def seen(text: str) -> str:
    """A text of somebody else's on a terminal: signs that would move its letters or its cursor are shown by their number."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


__all__ = [
    "ChanceOption",
    "ConfidenceOption",
    "EngineOption",
    "EventOption",
    "InputsOption",
    "JsonOption",
    "ModelOption",
    "OutOption",
    "SetOption",
    "SolverOption",
    "console",
    "done",
    "interruptible",
    "print_json",
    "progress",
    "say",
    "seen",
    "settings_of",
    "with_events",
]
