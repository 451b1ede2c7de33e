"""A plan folder read back with the standard library only."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

Row = dict[str, str]


class PlanFiles:
    """Every file of one plan folder, as text: a stranger knows nothing of the program that wrote it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plan: dict[str, Any] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        self.manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    def rows(self, name: str) -> list[Row]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def header(self, name: str) -> list[str]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return next(csv.reader(file))

    def flows(self) -> dict[tuple[str, str, int], dict[str, Decimal]]:
        """Amounts by channel, for each placement and period."""
        found: dict[tuple[str, str, int], dict[str, Decimal]] = {}
        for row in self.rows("flows"):
            cell = found.setdefault((row["iso3"], row["sector"], int(row["period"])), {})
            assert row["channel"] not in cell, f"{row} stands twice"
            cell[row["channel"]] = Decimal(row["amount_usd"])
        return found

    def total(self, channel: str) -> Decimal:
        return sum((cell[channel] for cell in self.flows().values()), Decimal(0))
