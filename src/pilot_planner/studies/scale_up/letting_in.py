"""What would let the other hosts in, rights floor by rights floor, as ``case/near_misses.py`` has it host by host."""

from __future__ import annotations

from collections.abc import Iterator

from pilot_planner.case.case import Case
from pilot_planner.case.near_misses import EXCLUSION, least_changes, near_misses
from pilot_planner.studies.scale_up.records import FloorLift
from pilot_planner.text.labels import counted

_NAMED = 3
"""Changes that are said in a sentence; the record has all of them."""


def floor_lifts(case: Case) -> Iterator[FloorLift]:
    """Each floor that keeps a host out in its nearest sector, the one that keeps out the most first.

    What the designer leaves out says nothing of a floor.
    """
    near = {h: one for h, one in near_misses(case).items() if one.kind == "fails"}
    changes = least_changes(case, [(h, one.sector) for h, one in near.items()])
    hosts: dict[str, list[str]] = {}
    for h, one in near.items():
        for floor in one.reasons:
            if floor != EXCLUSION:
                hosts.setdefault(floor, []).append(h)
    for floor, failing in sorted(hosts.items(), key=lambda item: (-len(item[1]), item[0])):
        alone = [h for h in failing if set(near[h].reasons) - {EXCLUSION} == {floor}]
        lets_in = {h: changes[h, near[h].sector].sentence for h in alone if (h, near[h].sector) in changes}
        yield FloorLift(floor, tuple(failing), tuple(alone), lets_in, _sentence(floor, failing, alone, lets_in))


def _sentence(floor: str, failing: list[str], alone: list[str], lets_in: dict[str, str]) -> str:
    words = floor.replace("_", " ")
    name = f"{words[:1].upper()}{words[1:]}"
    text = (
        f"{name} keeps {counted(len(failing), 'host')} out where {'it comes' if len(failing) == 1 else 'they come'} nearest"
    )
    if not alone:
        return f"{text}, {'not by it alone' if len(failing) == 1 else 'none of them by it alone'}."
    text += f", {len(alone)} of them by it alone ({', '.join(alone)})"
    named = [f"{h}: {lets_in[h]}" for h in alone if h in lets_in][:_NAMED]
    if not named:
        return f"{text}; evidence has to be found before it is known what would let them in."
    rest = len(lets_in) - len(named)
    more = f"; {rest} more in summary.json" if rest else ""
    return f"{text}. {'; '.join(named)}{more}."
