"""Typesetting by Typst: a template of ours and data in, pages out. Nothing is fetched, and data is never markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
FONTS = str(_HERE / "fonts")


@dataclass(frozen=True)
class Pages:
    """A typeset document.

    Attributes:
        pdf: tagged, with embedded fonts and bookmarks.
        places: page of every place that was asked for, from 1.
        problem: why it is not PDF/UA-1, or nothing where it is.
    """

    pdf: bytes
    places: dict[str, int]
    problem: str = ""


def typeset(record: Mapping[str, Any], places: list[str]) -> Pages:
    """The document as a tagged PDF that conforms to PDF/UA-1, and the page of each of its ``places``.

    The standard wants every letter to be in a font. Where none on the machine has one, the pages are made all the same,
    tagged, and ``problem`` says what is missing.
    """
    import typst

    data = json.dumps({**record, "places": places}, ensure_ascii=False)
    compiler = typst.Compiler(_HERE / "page.typ", root=_HERE, font_paths=fonts(), sys_inputs={"document": data})
    problem = ""
    try:
        (made,) = _files(compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=0))
    except typst.TypstError as error:
        problem = error.message
        (made,) = _files(compiler.compile(format="pdf", timestamp=0))
    pages = json.loads(compiler.query("<pages>", field="value", one=True))
    return Pages(made, dict(pages), problem)


def bitmaps(drawings: Mapping[str, bytes], widths: Mapping[str, int], sharpness: float) -> dict[str, bytes]:
    """Each SVG drawing as PNG with our fonts, ``sharpness`` picture points for one px of its width."""
    import typst

    data = [{"picture": raw.decode("utf-8"), "width": widths[key]} for key, raw in drawings.items()]
    if not data:
        return {}
    compiler = typst.Compiler(
        _HERE / "picture.typ", root=_HERE, font_paths=fonts(), sys_inputs={"pictures": json.dumps(data)}
    )
    made = _files(compiler.compile(format="png", ppi=sharpness * _PX_OF_INCH))
    return dict(zip(drawings, made, strict=True))


def _files(made: bytes | list[bytes] | None) -> list[bytes]:
    """One file comes bare, several in a list."""
    return made if isinstance(made, list) else [made or b""]


_PX_OF_INCH = 96


@cache
def fonts() -> Any:
    """Our own font before those of the machine, which serve the letters that ours does not have."""
    import typst

    return typst.Fonts(font_paths=[FONTS])
