"""Sections and plain tables in print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.console import Console


def section(console: Console, title: str, note: str = "") -> None:
    """A title with a blank line above it and a note beside it."""
    console.print()
    console.print(f"[bold]{title}[/bold]" + (f"  [dim]{note}[/dim]" if note else ""))


def print_table(
    console: Console, header: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1, whole: bool = False
) -> None:
    """A plain table: the first ``left`` columns on the left, numbers on the right.

    ``whole`` keeps the first column on one line, for paths and names that a reader copies.
    """
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, name in enumerate(header):
        side: Literal["left", "right"] = "left" if place < left else "right"
        table.add_column(name, justify=side, overflow="fold", no_wrap=whole and place == 0)
    for row in rows:
        table.add_row(*row)
    console.print(table)
