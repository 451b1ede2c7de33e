"""A solution without the noise that solvers leave in it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pilot_planner.programme.programme import Programme


class Tidier:
    """Tidies solutions of one programme, or of others with the same columns, levels and periods."""

    def __init__(self, programme: Programme) -> None:
        d = programme.d
        levels = [level.level for level in programme.case.levels]
        working = programme.q.numbers[programme.case.lead :]
        self._whole = np.array([column.integer for column in d.columns])
        self._lower = np.array([-np.inf if column.lower is None else column.lower for column in d.columns])
        places = {key: place for place, key in enumerate(d.level)}
        hosts = {h: place for place, h in enumerate(dict.fromkeys(h for h, _ in d.level))}
        self._levels = np.array(list(d.level.values()), dtype=np.intp)
        self._host_of_level = np.array([hosts[h] for h, _ in d.level], dtype=np.intp)
        self._hosts = len(hosts)
        run = [(j, places[h, level]) for table in (d.workers, d.arrivals) for (h, _, level, _), j in table.items()]
        run += [(j, places[h, level]) for table in (d.in_kind, d.family) for (h, level, _), j in table.items()]
        self._run, self._run_at = _columns(run)
        self._visits, self._visits_at = _columns([(j, hosts[h]) for (h, _), j in d.inspectors.items() if h in hosts])
        self._caps = np.array(list(d.cap.values()), dtype=np.intp)
        shape = (len(d.cap), len(levels))
        self._open = np.array([[d.open[*key, level] for level in levels] for key in d.cap], dtype=np.intp).reshape(shape)
        workers = [[[d.workers[*key, level, t] for level in levels] for t in working] for key in d.cap]
        self._workers = np.array(workers, dtype=np.intp).reshape(len(d.cap), len(working), len(levels))

    def tidy(self, solution: Sequence[float], programme: Programme) -> tuple[float, ...]:
        """Whole numbers where they belong, no noise below the solver's tolerance, and the smallest caps that hold.

        ``programme`` is the one that was solved: of it count the smallest placement, and what its own limits ask of caps.
        """
        least = programme.case.design.programme.min_placement
        x = np.array(solution[: len(self._whole)], dtype=float)
        x[self._whole] = np.round(x[self._whole])
        x[np.abs(x) < _NOISE] = 0.0
        # Nothing happens at hosts and levels that are not chosen, whatever a solver left there.
        chosen = x[self._levels] > _TAKEN
        x[self._run[~chosen[self._run_at]]] = 0.0
        at_all = np.zeros(self._hosts, dtype=bool)
        at_all[self._host_of_level[chosen]] = True
        x[self._visits[~at_all[self._visits_at]]] = 0.0
        x = np.maximum(x, self._lower)
        if len(self._caps):
            peaks = x[self._workers].sum(axis=2).max(axis=1, initial=0.0)
            smallest = np.where(x[self._open].sum(axis=1) > _TAKEN, least, 0)
            caps = np.maximum(smallest, np.ceil(peaks - _NOISE_PEOPLE))
            solved = x[self._caps]
            x[self._caps] = np.maximum(caps, self._lower[self._caps])
            for j, cap in _asked_for(programme).items():
                place = int(np.flatnonzero(self._caps == j)[0])
                x[j] = max(x[j], solved[place] if cap is None else cap)
        return tuple(x.tolist())


def _asked_for(programme: Programme) -> dict[int, float | None]:
    """Caps that a limit of the design's own holds up: the least that one asks for, or None to leave it as it was solved."""
    found: dict[int, float | None] = {}
    caps = frozenset(programme.d.cap.values()) if programme.case.design.rules else frozenset()
    for row in programme.limit_rows if caps else ():
        if row.key not in programme.case.design.rules:
            continue
        turn = 1.0 if row.side == "min" else -1.0
        terms = row.expression().terms
        for j in caps & terms.keys():
            if turn * terms[j] <= 0.0:
                continue
            alone = len(terms) == 1 and j not in found
            found[j] = math.ceil(row.right_side / terms[j] - _NOISE_PEOPLE) if alone else None
    return found


def _columns(pairs: Sequence[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Columns, and the place of the host or level that each belongs to."""
    both = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return both[:, 0], both[:, 1]


_TAKEN = 0.5
_NOISE = 1e-9
_NOISE_PEOPLE = 1e-6
"""Half of the last decimal that plans give for people."""
