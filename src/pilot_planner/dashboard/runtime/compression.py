"""How the page's scripts travel: compressed once, only those that the first view needs, the largest one in two steps.

On a phone or a slow machine most of a first visit goes into reading scripts, so each kilobyte and each function counts.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from importlib.resources import files
from typing import Any

from dash import Dash
from flask import Flask, Request, Response, request
from flask_compress import Compress

CHARTS = "/chart-library.js"
"""Route of the chart library, which nothing else than this project's own script asks for."""
_FRAME = "/_dash-layout"
_FIXED = ("/_dash-component-suites/", "/assets/", CHARTS)
"""Files that do not change while the server runs."""
_GRID = re.compile(r'<script src="([^"]*/dash_ag_grid[^"]*)"></script>\s*')
_PAGES_WITH_A_GRID = ("/inputs",)
_OWN = re.compile(r'<script src="[^"]*/assets/client\.js[^"]*"></script>\s*')
_UNUSED = re.compile(r'<script src="[^"]*/dash_table/[^"]*"></script>\s*')
"""Dash's older table, which comes with every page and stands on none of ours."""


class LightDash(Dash):
    """Dash whose first page names the scripts that it needs, and tells its own script where the rest is."""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """The page's frame. The table library is left to pages that have such a table.

        Our own script comes first: it asks for what stands on the page while the browser reads all the others.
        """
        scripts = _UNUSED.sub("", parts["scripts"])
        own = _OWN.search(scripts)
        if own is not None:
            scripts = _OWN.sub("", scripts)
            parts = {**parts, "app_entry": own[0] + parts["app_entry"]}
        if request.path.rstrip("/") not in _PAGES_WITH_A_GRID:
            later = _GRID.search(scripts)
            scripts = _GRID.sub("", scripts)
            if later is not None:
                pages = " ".join(_PAGES_WITH_A_GRID)
                scripts += f'<template id="grid-library" data-src="{later[1]}" data-pages="{pages}"></template>'
        made: str = super().interpolate_index(**{**parts, "scripts": scripts})  # type: ignore[no-untyped-call]
        return made


def deliver(server: Flask) -> None:
    """Compress what travels, keep what never changes, and serve the chart library."""
    server.config["COMPRESS_CACHE_BACKEND"] = _Kept
    server.config["COMPRESS_CACHE_KEY"] = _key
    Compress(server)

    def charts() -> Response:
        found = Response(_chart_library(), mimetype="text/javascript", headers={"Cache-Control": "no-cache"})
        # Asked about each time and sent once: the address stays when an upgrade brings another library.
        found.add_etag()
        return found

    def frame_is_of_its_page(answer: Response) -> Response:
        # It holds the page that asked for it: going back, a browser would take the frame of another page from its cache.
        if request.path == _FRAME:
            answer.headers["Cache-Control"] = "no-store"
        return answer

    server.after_request(frame_is_of_its_page)
    server.add_url_rule(CHARTS, CHARTS, charts, methods=["GET"])


@cache
def _chart_library() -> bytes:
    """plotly.js as it comes, inside a function that the page calls when its figures are on the screen.

    Calling is what takes long; reading is not, since the comment in front asks browsers that know it (Chromium from 136)
    to read all functions beside the page's own work, and others ignore it.
    """
    source = (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    return b"//# allFunctionsCalledOnLoad\nwindow.pilotCharts = function () {\n" + source + b"\n};\n"


def _key(asked: Request) -> str:
    return asked.path if asked.path.startswith(_FIXED) else ""


class _Kept:
    """Compressed files by algorithm and path, without what is asked behind it. Answers to questions have no path and are
    not kept."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            return self._files.get(key)

    def set(self, key: str, value: bytes) -> None:
        _, _, address = key.partition(";")
        with self._lock:
            if address:
                self._files[key] = value
