"""From a page in HTML to a tagged PDF. Light to load, since it runs in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pilot_planner.errors import PilotPlannerError

_FONTS = Path(__file__).parents[2] / "dashboard" / "assets" / "fonts"
_STYLE = Path(__file__).with_name("style.css")
_MISSING = (
    "a PDF needs Pango and HarfBuzz, and they could not be loaded ({error}): install them (Debian and Ubuntu: 'apt-get "
    "install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0'); every other format works without"
)


def render(page: str, drawn: Mapping[str, bytes], write: bool = True) -> tuple[bytes, dict[str, int]]:
    """The PDF (empty unless ``write``), and the page on which each anchor stands, from 1.

    Only the pictures in ``drawn`` and our own fonts are ever read; every other address in the page is refused.
    Raises PilotPlannerError where libraries of the system are missing.
    """
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        raise PilotPlannerError(_MISSING.format(error=error)) from None
    fonts = FontConfiguration()
    fetcher = _only_ours(drawn)
    css = _STYLE.read_text(encoding="utf-8")
    style = weasyprint.CSS(string=css, font_config=fonts, url_fetcher=fetcher, base_url="style:")
    source = weasyprint.HTML(string=page, url_fetcher=fetcher, base_url="page:")
    laid_out = source.render(stylesheets=[style], font_config=fonts)
    pages: dict[str, int] = {}
    for number, one in enumerate(laid_out.pages, start=1):
        for anchor in one.anchors:
            pages.setdefault(anchor, number)
    return (laid_out.write_pdf(pdf_variant="pdf/ua-1") if write else b""), pages


def _only_ours(drawn: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyOurs(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            kind, _, name = url.partition(":")
            if kind == "figure" and name in drawn:
                return URLFetcherResponse(url, drawn[name], {"Content-Type": "image/svg+xml"})
            if kind == "font" and (file := _FONTS / Path(name).name).is_file():
                return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": "font/woff2"})
            raise ValueError(f"{url} is not part of the document")

    return OnlyOurs()
