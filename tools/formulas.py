"""Turn the formulas of a built site into MathML, which browsers draw themselves: ``python tools/formulas.py site``."""

import html
import re
import sys
from pathlib import Path

from latex2mathml.converter import convert

# As pymdownx.arithmatex marks them: an inline formula in a span, one of its own line in a div.
MARKED = re.compile(r'(<(span|div) class="arithmatex">)\\[(\[](.*?)\\[)\]](</\2>)', re.S)


def drawn(found: re.Match[str]) -> str:
    """The same element with its formula as MathML."""
    opening, kind, formula, closing = found.groups()
    return opening + convert(html.unescape(formula), display="block" if kind == "div" else "inline") + closing


for page in Path(sys.argv[1]).rglob("*.html"):
    text = page.read_text(encoding="utf-8")
    page.write_text(MARKED.sub(drawn, text), encoding="utf-8")
