"""Text that somebody typed, made harmless for the files that it goes into. What can be shown stays as it was."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 forbids (production 2), and the controls 7F to 9F, which it discourages and no reader shows."""
_FORMULA = re.compile(r"^[=+\-@\t\n\r|%]")
"""How a cell begins that a spreadsheet may take for a formula when it opens a CSV file."""
_BREAKS = re.compile("[\n\t\u2028\u2029]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that set the reading direction of what stands after them, as far as the end of a paragraph."""


def xml_text(text: str) -> str:
    """The text without what XML 1.0 cannot hold: null bytes, control characters, halves of surrogate pairs.

    Ends of lines become ``\\n``. Markup needs no care here: whoever writes the XML escapes it.
    """
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line_text(text: str) -> str:
    """The same on one line, without marks that turn the reading direction round; letters keep their own direction."""
    return _BREAKS.sub(" ", _TURNING.sub("", xml_text(text)))


def csv_text(text: str) -> str:
    """The same for a cell of a CSV file: on one line, and with an apostrophe before what looks like a formula.

    CSV has no types, so a spreadsheet would work out ``=cmd()``; with the apostrophe it shows a text.
    """
    plain = " ".join(xml_text(text).split())
    return f"'{plain}" if _FORMULA.match(plain) else plain
