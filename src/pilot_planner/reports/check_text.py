"""The result of a check in print: faults, warnings, what is solid and what is thin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pilot_planner.data.coverage import Coverage
from pilot_planner.data.estimates import GRADE_ORDER, Estimate
from pilot_planner.errors import Fault

if TYPE_CHECKING:
    from rich.console import Console


def print_faults(faults: Sequence[Fault], console: Console) -> None:
    """Each fault on its own line, never wrapped, so that a terminal or an editor can follow the place."""
    for fault in faults:
        console.print(f"{fault.severity}: {fault}", soft_wrap=True, markup=False, highlight=False)


def print_warnings(warnings: Sequence[Fault], console: Console, everything: bool) -> None:
    """The same of warnings; many of one kind in one file are one sentence unless ``everything``."""
    kinds: dict[tuple[str, str], list[Fault]] = {}
    for warning in warnings:
        kinds.setdefault((warning.place.file, warning.fix), []).append(warning)
    for alike in kinds.values():
        print_faults(alike if everything else alike[:1], console)
        if not everything and len(alike) > 1:
            rows = ", ".join(str(one.place.row) for one in alike[1 : _SHOWN_ROWS + 1])
            more = f", and {len(alike) - 1 - _SHOWN_ROWS} further ones" if len(alike) - 1 > _SHOWN_ROWS else ""
            also = f"  and {len(alike) - 1} more of this kind, in rows {rows}{more}; --values tells each"
            console.print(also, soft_wrap=True, markup=False, highlight=False)


_SHOWN_ROWS = 6


def print_coverage(coverage: Coverage, console: Console, everything: bool) -> None:
    """Shares by grade and table, the grade C values, and what is absent; in short unless ``everything``."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, title="Values by grade", title_justify="left")
    table.add_column("")
    for name in (*GRADE_ORDER, "all"):
        table.add_column(name, justify="right")
    for name, counts in [*coverage.by_table.items(), ("all", coverage.totals)]:
        total = sum(counts.values())
        shares = [f"{counts.get(grade, 0):,}  {counts.get(grade, 0) / total:4.0%}" for grade in GRADE_ORDER]
        table.add_row(name, *shares, f"{total:,}")
    console.print(table)
    _listing(console, "Grade C, to be replaced before a proposal", coverage.grade_c, everything)
    _listing(console, "Looked for and not found", coverage.absent, everything)


def _listing(console: Console, title: str, estimates: Sequence[Estimate], everything: bool) -> None:
    console.print(f"\n{title}: {len(estimates)}")
    groups: dict[str, list[str]] = {}
    for estimate in estimates:
        groups.setdefault(f"{estimate.address[0]}.{estimate.address[-1]}", []).append(".".join(estimate.address[1:-1]))
    for name, keys in groups.items():
        shown = [key for key in keys if key]
        if not everything and len(shown) > _SHOWN_KEYS:
            shown = [*shown[:_SHOWN_KEYS], f"and {len(shown) - _SHOWN_KEYS} more"]
        console.print(
            f"  {name}" + (f": {', '.join(shown)}" if shown else ""), soft_wrap=True, markup=False, highlight=False
        )


_SHOWN_KEYS = 8
