"""How cells look: one family, hairlines instead of boxes, one accent; yellow is what may be changed."""

from __future__ import annotations

from typing import Any

from pilot_planner.figures.core.theme import palette

FONT, SIZE = "Arial", 9
"""Everywhere at hand, and with a metric twin (Liberation Sans) where it is not."""

MONEY, WHOLE, COUNT, SHARE, PLAIN, TEXT = "#,##0.00", "#,##0", "#,##0.0", "0.0%", "0", "@"
FINE_SHARE = "0.00%"
PRICE = "#,##0.00"
RATE = "0.0000##"
DAY = "yyyy-mm-dd"

_C = palette("print")
_INPUT = "#FFF7DB"

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "font_color": _C.ink, "text_wrap": True},
    "note": {"font_color": _C.second, "text_wrap": True},
    "gate": {"text_wrap": True, "left": 5, "left_color": _C.alert, "indent": 1, "align": "left"},
    "draft": {"bold": True, "font_color": _C.alert, "text_wrap": True},
    "section": {"bold": True, "font_size": 11, "font_color": _C.accent},
    "head": {"bold": True, "text_wrap": True, "bottom": 1, "bottom_color": _C.second, "valign": "bottom"},
    "right": {"align": "right"},
    "left": {"align": "left"},
    "centre": {"align": "center"},
    "row": {"bottom": 1, "bottom_color": _C.faint},
    "wrap": {"text_wrap": True},
    "bold": {"bold": True},
    "total": {"bold": True, "top": 1, "top_color": _C.second},
    "grand": {"bold": True, "top": 1, "bottom": 6, "top_color": _C.ink, "bottom_color": _C.ink},
    "grey": {"font_color": _C.second},
    "input": {"bg_color": _INPUT, "font_color": "#0F3E87", "locked": False},
    "figure": {"bold": True, "font_size": 18, "font_color": _C.accent, "align": "left"},
    "link": {"font_color": _C.accent, "underline": 1},
    "indent": {"indent": 1, "align": "left"},
    "accent": {"bold": True, "font_color": _C.accent},
    "weak": {"font_color": _C.alert},
}


def plain(value: float | None) -> str:
    """The format that shows a number of any size without digits that mean nothing."""
    if value is None or float(value).is_integer():
        return WHOLE
    return MONEY if abs(value) >= _LARGE else "0.####"


_LARGE = 10


class Looks:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, tuple[str, ...]], Any] = {}

    def of(self, number: str = TEXT, *styles: str) -> Any:
        """The format with a number format and some styles, the later winning."""
        key = (number, styles)
        if key not in self._made:
            parts: dict[str, Any] = {"font_name": FONT, "font_size": SIZE, "valign": "top", "num_format": number}
            for style in styles:
                parts |= _STYLES[style]
            self._made[key] = self._book.add_format(parts)
        return self._made[key]

    def change(self, style: str) -> Any:
        """What a condition lays over a cell: only what the style says."""
        return self._book.add_format(_STYLES[style])


def money_format(digits: int) -> str:
    """The format of amounts in a currency with so many decimal places."""
    return "#,##0" + (f".{'0' * digits}" if digits else "")
