"""Which uncertain values matter most: the share of a figure's variance that each family of values explains by itself.

First-order Sobol indices by RBD-FAST (Plischke 2010, https://doi.org/10.1016/j.ress.2009.11.005; bias correction by Tissot
and Prieur 2012, https://doi.org/10.1016/j.ress.2012.06.010), equal to those of SALib, on the draws that the study has made:
no further evaluation is needed, and effects that rise and fall again are seen, which a rank correlation misses. What is left
to the sum of all shares is explained by values together only. All families are one Fourier transform: SALib's, one family
and one resample after the other, took four times as long as a thousand draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
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
        there = np.isfinite(outcome)
        outcome = outcome[there]
        if len(outcome) < FEWEST_DRAWS or np.ptp(outcome) <= _FLAT * max(1.0, float(np.abs(outcome).max())):
            for name in names:
                found[name][figure] = None
            continue
        shares, errors = _analyse(np.asarray(coordinates, dtype=float)[there], outcome, seed)
        for name, share, error in zip(names, shares, errors, strict=True):
            found[name][figure] = Importance(float(share), float(error))
    return dict(sorted(found.items(), key=lambda one: -max((i.share for i in one[1].values() if i), default=0.0)))


def _analyse(coordinates: Any, outcome: Any, seed: int) -> tuple[Any, Any]:
    """Share and error of each column of ``coordinates`` (draws x columns); errors by resampling half as many draws."""
    chance = np.random.default_rng(seed)
    draws = len(outcome)
    samples = (chance.integers(draws, size=draws // 2) for _ in range(_RESAMPLES))
    again = np.array([_shares(coordinates[its], outcome[its]) for its in samples])
    return _shares(coordinates, outcome), NormalDist().inv_cdf(0.5 + _CONFIDENCE / 2.0) * again.std(axis=0, ddof=1)


def _shares(coordinates: Any, outcome: Any) -> Any:
    """The share of the variance that each column explains: what lies at the first frequencies along it."""
    draws = len(outcome)
    order = np.argsort(coordinates, axis=0, kind="stable")
    # Up on every second draw and back down on the others, so that both ends meet.
    waves = outcome[np.concatenate([order[::2], order[1::2][::-1]])]
    power = np.abs(np.fft.rfft(waves - waves.mean(axis=0), axis=0)) ** 2
    power[1 : (draws + 1) // 2] *= 2.0
    plain = power[1 : HARMONICS + 1].sum(axis=0) / power[1:].sum(axis=0)
    noise = 2.0 * HARMONICS / draws
    return plain - noise / (1.0 - noise) * (1.0 - plain)
