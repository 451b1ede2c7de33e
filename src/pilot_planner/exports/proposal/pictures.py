"""Figures as pictures, each drawn once; without a browser on the machine their content in words stands in their place."""

from __future__ import annotations

from pilot_planner.exports.dossier import Dossier
from pilot_planner.exports.proposal.blocks import Document, Figure
from pilot_planner.figures import images

warm_up = images.warm_up
_KEY = "pictures"
SHARP = 2.5
"""Picture points for one px of the figure in bitmaps: about 240 to an inch on paper."""


def pictures(dossier: Dossier, document: Document, fmt: images.Format) -> dict[str, bytes]:
    """The picture of every figure by its key; empty where no browser is there to draw them, which is noted."""
    kept: dict[tuple[str, str], bytes] = dossier.kept.setdefault(_KEY, {})
    for place, figure in enumerate(document.figures):
        if (figure.key, fmt) in kept:
            continue
        dossier.tell(f"drawing {figure.key.replace('-', ' ')}", 0.7 + 0.2 * place / len(document.figures))
        try:
            kept[figure.key, fmt] = _drawn(figure, fmt)
        except images.NoBrowserError as error:
            dossier.note(f"figures stand in words instead of pictures: {error}")
            return {}
    return {figure.key: kept[figure.key, fmt] for figure in document.figures}


def _drawn(figure: Figure, fmt: images.Format) -> bytes:
    return images.to_image(figure.drawing, fmt, figure.width, scale=SHARP if fmt == "png" else 1.0)
