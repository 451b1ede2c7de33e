"""The forms of financial reports as data (``models/reports/forms.toml``): headings, tolerances, what was seen of them."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pilot_planner.data.locations import shipped


class Tolerance(BaseModel):
    """How far a heading may go beyond its budget. ``of``: its own budget, or all that moves, of the whole budget."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: Literal["heading", "moved"]
    share: float = Field(gt=0.0, lt=1.0)
    rule: str
    source: str
    grade: Literal["A", "B", "C"]


class Form(BaseModel):
    """One form. ``headings`` names a form of ``lists/donor_headings.csv``, or ``UNSDG``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    headings: str
    seen: str
    tolerance: Tolerance


@cache
def report_forms() -> dict[str, Form]:
    """Every form by its name, in the order of the file."""
    raw = (shipped("models") / "reports" / "forms.toml").read_text(encoding="utf-8")
    return {name: Form.model_validate(cells) for name, cells in tomllib.loads(raw).items()}
