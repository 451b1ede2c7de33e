"""Figures as pictures, by kaleido and a Chromium that is on the machine. Only documents need it, never the dashboard."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import warnings
from typing import Any, Literal

import plotly.graph_objects as go

from pilot_planner.errors import PilotPlannerError

Format = Literal["png", "svg", "pdf", "jpg", "webp"]

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_lock = threading.Lock()
_server_of: int | None = None
"""Process whose picture server runs; a forked child inherits the number but not the server."""


class NoBrowserError(PilotPlannerError):
    """There is no browser that could draw a picture."""


def find_browser() -> str:
    """Path of the browser that draws: ``BROWSER_PATH``, else one on the search path.

    Raises NoBrowserError, which says what to install.
    """
    named = os.environ.get("BROWSER_PATH", "")
    if named:
        if shutil.which(named):
            return named
        raise NoBrowserError(f"BROWSER_PATH is {named}, and nothing there can be run: give the path of Chromium or Chrome")
    for name in _BROWSERS:
        if path := shutil.which(name):
            return path
    raise NoBrowserError(
        "pictures need Chromium or Chrome, and none was found: install one (Debian and Ubuntu: 'apt-get install chromium'; "
        "Windows and macOS: Google Chrome), or set BROWSER_PATH to where it is; everything else works without"
    )


def to_image(
    figure: go.Figure, fmt: Format = "png", width: int = 900, height: int | None = None, scale: float = 2.0
) -> bytes:
    """A picture of a figure, ``width`` x ``height`` px (the figure's own height if None) times ``scale``.

    One picture is drawn at a time, by one server per process: kaleido's server mixes up the pictures of callers in
    several threads, and does not survive a fork.

    Raises:
        NoBrowserError: no browser was found.
        PilotPlannerError: the browser did not draw it.
    """
    browser = find_browser()
    high = height or figure.layout.height or 450
    with _lock, warnings.catch_warnings():
        # kaleido warns of options that the server has already been given.
        warnings.simplefilter("ignore")
        _start(browser)
        try:
            picture = figure.to_image(format=fmt, width=width, height=high, scale=scale)
        except Exception as error:
            raise PilotPlannerError(f"{browser} could not draw the picture: {error}") from error
    return bytes(picture)


def warm_up() -> None:
    """Start the picture server while something else is done, if there is a browser; a picture waits until it is there."""

    def start() -> None:
        with contextlib.suppress(PilotPlannerError), _lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _start(find_browser())

    threading.Thread(target=start, name="pictures", daemon=True).start()


def stop() -> None:
    """End the picture server of this process, if it runs; the next picture starts another one."""
    global _server_of
    with _lock:
        if _server_of == os.getpid():
            import kaleido

            kaleido.stop_sync_server(silence_warnings=True)
            _server_of = None


def _start(browser: str) -> None:
    global _server_of
    if _server_of == os.getpid():
        return
    import kaleido

    if _server_of is not None:
        _forget_server(kaleido)
    # No formulas are set, so the library for them is not asked for over the network.
    page = kaleido.PageGenerator(mathjax=False)
    kaleido.start_sync_server(page_generator=page, n=1, path=browser)
    _server_of = os.getpid()


def _forget_server(kaleido: Any) -> None:
    """Forget the server of the process that this one was forked from: its thread did not come along."""
    from kaleido import _sync_server

    _sync_server.GlobalKaleidoServer._instance = None
    kaleido._global_server = _sync_server.GlobalKaleidoServer()
