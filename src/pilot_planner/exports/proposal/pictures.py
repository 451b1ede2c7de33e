"""Figures as pictures, each drawn once; without a browser on the machine their content in words stands in their place."""

from __future__ import annotations

from pilot_planner.exports.dossier import Dossier
from pilot_planner.exports.proposal.blocks import Document
from pilot_planner.exports.proposal.typesetting import bitmaps
from pilot_planner.figures import images

warm_up = images.warm_up
_KEY = "pictures"
SHARP = 2.5
"""Picture points for one px of the figure in bitmaps: about 240 to an inch on paper."""


def drawings(dossier: Dossier, document: Document) -> dict[str, bytes]:
    """Every figure as SVG by its key; empty where no browser is there to draw them, which is noted."""
    kept: dict[str, bytes] = dossier.kept.setdefault(_KEY, {})
    for place, figure in enumerate(document.figures):
        if figure.key in kept:
            continue
        dossier.tell(f"drawing {figure.key.replace('-', ' ')}", 0.7 + 0.2 * place / len(document.figures))
        try:
            kept[figure.key] = images.to_image(figure.drawing, "svg", figure.width, scale=1.0)
        except images.NoBrowserError as error:
            dossier.note(f"figures stand in words instead of pictures: {error}")
            return {}
    return {figure.key: kept[figure.key] for figure in document.figures}


def pictures(dossier: Dossier, document: Document) -> dict[str, bytes]:
    """The same drawings as PNG, for files that take no others."""
    drawn = drawings(dossier, document)
    return bitmaps(drawn, {figure.key: figure.width for figure in document.figures}, SHARP)
