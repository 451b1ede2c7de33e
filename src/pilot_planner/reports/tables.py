"""Sections and plain tables in print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.console import Console

_BETWEEN = "   "
_RULE = "─"


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
    from rich.cells import cell_len
    from rich.text import Text

    body = [tuple(row) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(header, *body, strict=True)]
    if sum(widths) + len(_BETWEEN) * (len(widths) - 1) > console.width or any("\n" in cell for row in body for cell in row):
        _print_folded(console, header, body, left, whole)
        return

    def line(row: Sequence[str]) -> str:
        room = [" " * (width - cell_len(cell)) for width, cell in zip(widths, row, strict=True)]
        return _BETWEEN.join(cell + room[n] if n < left else room[n] + cell for n, cell in enumerate(row))

    # As rich would draw it, in a tenth of the time: a plan prints nine tables.
    below = [_RULE * cell_len(line(header)), *map(line, body)]
    console.print(Text.assemble((line(header), "table.header"), "\n", "\n".join(below)), soft_wrap=True)


def _print_folded(console: Console, header: Sequence[str], rows: list[tuple[str, ...]], left: int, whole: bool) -> None:
    """A table that is wider than its room: cells are folded."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, name in enumerate(header):
        side: Literal["left", "right"] = "left" if place < left else "right"
        table.add_column(Text(name), justify=side, overflow="fold", no_wrap=whole and place == 0)
    for row in rows:
        # A text and not markup: brackets in a cell are brackets.
        table.add_row(*map(Text, row))
    console.print(table)
