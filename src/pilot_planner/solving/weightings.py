"""How far the best plan of any weighting of the axes can be better than all plans that are known.

With the weights w of axes of which less is better, known plans give K(w) = min over p of w f(p), and all plans together
V(w) = min over plans of w f. The loss K(w) - V(w) is convex wherever one and the same known plan is the best (there K is
linear, and V is concave everywhere), so it is largest at a corner of such a region. The corners are those of
{(w, t): t <= w f(p) for all p, w >= 0, sum of w = 1}, of which there are few: V is solved for at each, and the largest
loss is the largest for any weights at all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pilot_planner.solving.sparse_rows import Array

_BELOW = 3.0
"""Values are scaled to 0 to 1, so no corner that counts lies so far below."""
_SAME = 1e-9


Weights = tuple[float, ...]


def most_beaten(values: Array, ideal: Array, spreads: Array, best: Callable[[Weights, float], float | None]) -> float | None:
    """The largest loss for any weights, as a share of the axes' ranges ``spreads``.

    ``values``: plans x axes. ``best(weights, known)``: no plan has a smaller weighted sum; None stops, and is the answer.
    """
    varying = np.flatnonzero(spreads > 0.0)
    if not len(varying):
        return 0.0
    scaled = (values[:, varying] - ideal[varying]) / spreads[varying]
    # In units of the first axis that varies, so that no weight is too small for a search.
    unit = spreads[varying[0]]
    most = 0.0
    for corner in corners(scaled):
        weights = np.zeros(len(spreads))
        weights[varying] = corner * unit / spreads[varying]
        known = float((values @ weights).min())
        least = best(tuple(weights.tolist()), known)
        if least is None:
            return None
        most = max(most, (known - least) / unit)
    return float(most)


def corners(values: Array) -> Array:
    """Weights (corners x axes, rows sum to 1) at which the loss of known plans can be largest.

    ``values``: plans x axes, scaled by the ranges of the axes.
    """
    from scipy.spatial import HalfspaceIntersection

    count = values.shape[1]
    if count == 1:
        return np.ones((1, 1))
    last = values[:, -1:]
    # In the variables w of all axes but the last, and t; each row holds A x + b <= 0.
    plans = np.hstack([last - values[:, :-1], np.ones((len(values), 1)), -last])
    signs = np.hstack([-np.eye(count - 1), np.zeros((count - 1, 2))])
    total = np.append(np.ones(count - 1), [0.0, -1.0])
    floor = np.append(np.zeros(count - 1), [-1.0, -_BELOW])
    middle = np.full(count, 1.0 / count)
    inside = np.append(middle[:-1], (values @ middle).min() - 0.5)
    found = HalfspaceIntersection(np.vstack([plans, signs, total, floor]), inside).intersections
    found = found[np.isfinite(found).all(axis=1)]
    w = found[found[:, -1] > -_BELOW + 0.5][:, :-1]
    weights = np.clip(np.hstack([w, 1.0 - w.sum(axis=1, keepdims=True)]), 0.0, 1.0)
    rounded = np.round(weights / weights.sum(axis=1, keepdims=True) / _SAME) * _SAME
    return np.unique(rounded, axis=0)
