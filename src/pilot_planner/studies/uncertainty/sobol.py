"""Which uncertain values matter most: the share of a figure's variance that each family of values explains by itself.

First-order Sobol indices by RBD-FAST (Plischke 2010; bias correction by Tissot and Prieur 2012) as SALib computes them, on
the draws that the study has made: no further evaluation is needed, and effects that rise and fall again are seen, which
a rank correlation misses. What is left to the sum of all shares is explained by values together only.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

HARMONICS = 10
"""Frequencies at which an effect is looked for, as RBD-FAST is used; more see finer waves and more noise."""
FEWEST_DRAWS = 8 * HARMONICS
"""With fewer, the halves of the draws from which the error is found are too small for that many frequencies."""
_RESAMPLES = 100
_CONFIDENCE = 0.95
_FLAT = 1e-12


@dataclass(frozen=True, slots=True)
class Importance:
    """One family and one figure.

    Attributes:
        share: of the figure's variance that the family explains by itself, 0 to 1; noise can put it a little below 0.
        error: half the width of its 95 % interval, from resampled halves of the draws; so rather too wide than too narrow.
    """

    share: float
    error: float

    @property
    def found(self) -> bool:
        """Whether it can be told from no effect at all."""
        return self.share > self.error


def importance(
    names: Sequence[str], coordinates: Any, figures: Mapping[str, Sequence[float | None]], seed: int
) -> dict[str, dict[str, Importance | None]]:
    """The importance of each name for each figure, the most important for any figure first.

    Args:
        names: of the columns of ``coordinates``.
        coordinates: draws x names; any monotone scale of the drawn values will do.
        figures: one value per draw, by name; None or not finite in draws that have no such figure, which are left out.
        seed: of the resampling.

    None where a figure does not vary or there are fewer than ``FEWEST_DRAWS`` draws that have it.
    """
    found: dict[str, dict[str, Importance | None]] = {name: {} for name in names}
    for figure, values in figures.items():
        outcome = np.asarray(values, dtype=float)
        # One draw without a figure would make the library give 0 for every index, or nothing at all, without a word.
        there = np.isfinite(outcome)
        outcome = outcome[there]
        if len(outcome) < FEWEST_DRAWS or np.ptp(outcome) <= _FLAT * max(1.0, float(np.abs(outcome).max())):
            for name in names:
                found[name][figure] = None
            continue
        shares, errors = _analyse(names, np.asarray(coordinates)[there], outcome, seed)
        for name, share, error in zip(names, shares, errors, strict=True):
            found[name][figure] = Importance(float(share), float(error))
    return dict(sorted(found.items(), key=lambda one: -max((i.share for i in one[1].values() if i), default=0.0)))


def _analyse(names: Sequence[str], coordinates: Any, outcome: Any, seed: int) -> tuple[Sequence[float], Sequence[float]]:
    # Imported here: SALib brings plotting with it, which takes seconds that no other command should wait for.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        analyse = importlib.import_module("SALib.analyze.rbd_fast").analyze
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    result = analyse(
        problem,
        np.asarray(coordinates, dtype=float),
        outcome,
        M=HARMONICS,
        num_resamples=_RESAMPLES,
        conf_level=_CONFIDENCE,
        seed=seed,
    )
    return result["S1"], result["S1_conf"]
