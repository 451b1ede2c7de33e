"""What is printed of a design without a plan names limits in words; a path stands in brackets or in a command only."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from pilot_planner.reports.answer_text import print_diagnosis
from pilot_planner.studies.explain.infeasibility import diagnose
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.text.names import floor_label

_KEY = re.compile(r"\b(?:limits|required|take_up|rates|inputs|pay|floors)\.\w+|\b[a-z]+_[a-z_]+\b")
_HINT = re.compile(r"\([a-z_]+\.[\w.]+\)|\(--set [^()]*\)|^ *--set .*$", re.MULTILINE)


@pytest.mark.parametrize(
    "settings",
    [
        {"limits.operating_cost.max": 2e6, "limits.workers_total.min": 1500, "limits.in_kind_share.min": 0.4},
        {"required": ["VNM"], "limits.operating_cost.max": 2e6, "limits.workers_total.min": 1500},
    ],
)
def test_a_diagnosis_holds_no_key_alone(settings, inputs):
    found = diagnose(*set_up(None, inputs, settings), seconds=20)
    assert found is not None and any(one.enough is False for one in found.alone)
    text = io.StringIO()
    print_diagnosis(found, Console(file=text, width=10_000))
    assert "A change of these alone is not enough" in text.getvalue()
    assert not _KEY.findall(_HINT.sub("", text.getvalue()))


def test_rights_floors_are_told_in_words():
    assert floor_label("tip_tier") == "trafficking-in-persons tier"
    assert floor_label("living_wage") == "living wage"
