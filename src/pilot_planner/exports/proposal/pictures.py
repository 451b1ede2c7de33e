"""Figures as pictures, each drawn once, without a browser."""

from __future__ import annotations

from pilot_planner.exports.proposal.blocks import Document
from pilot_planner.exports.proposal.typesetting import bitmaps
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.figures.core.svg_renderer import NotDrawnError, to_svg

_KEY = "pictures"
SHARP = 2.5
"""Picture points for one px of the figure in bitmaps: about 240 to an inch on paper."""


def drawings(dossier: Dossier, document: Document) -> dict[str, bytes]:
    """Every figure as SVG by its key. One that cannot be drawn is left out, to stand in words, and that is noted."""
    if _KEY not in dossier.kept:
        made: dict[str, bytes] = {}
        for figure in document.figures:
            try:
                made[figure.key] = to_svg(figure.drawing, figure.width).encode()
            except NotDrawnError as error:
                dossier.note(f"figure {figure.number} stands in words instead of a picture: {error}")
        dossier.kept[_KEY] = made
    drawn: dict[str, bytes] = dossier.kept[_KEY]
    return drawn


def pictures(dossier: Dossier, document: Document) -> dict[str, bytes]:
    """The same drawings as PNG, for files that take no others."""
    return bitmaps(drawings(dossier, document), {figure.key: figure.width for figure in document.figures}, SHARP)
