"""The dashboard below a path of a proxy: ``https://example.org/pilot/``.

Every other module writes links as if the pages stood at ``/``. Here, and only here, they are led below the path on their way
out, and the path is taken off again on the way in, whether the proxy has done so already or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, has_request_context, request

from pilot_planner.errors import Fault, InputError, Place

_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_TEXTS = ("application/json", "text/html")
_SLASH = r"(?:/|\\u002f)"
"""As it stands in texts, and as Dash writes it in JSON."""
_LINK = rf"""(\b(?:href|src|action)(?:"\s*:\s*"|=(?:\\?"|&quot;)))(?={_SLASH}(?!{_SLASH}))(?!BASE(?:[?"&\\]|{_SLASH}))"""
"""A link as the pages have it: a property in JSON, an attribute in HTML, an attribute of HTML inside of either."""


def checked_base_path(text: str) -> str:
    """``/pilot`` of ``/pilot/``, and nothing of ``/``. Raises InputError for what is no plain path."""
    path = text.rstrip("/")
    if path and _PATH.fullmatch(path) is None:
        fix = "give what stands behind the name of the host, without the name"
        raise InputError([Fault(Place(f"--base-path {text}"), "is not a path", "such as /pilot", fix)])
    return path


def within(path: str, base: str | None = None) -> str:
    """A path as the pages know it, without ``base``, which is that of the request where none is given."""
    if base is None:
        base = request.script_root if has_request_context() else ""
    if base and (path == base or path.startswith(f"{base}/")):
        return path[len(base) :] or "/"
    return path


def live_below(server: Flask, base: str) -> None:
    """Have an application answer below ``base``; nothing changes where that is empty. After compression is set up."""
    if not base:
        return
    inner = server.wsgi_app
    link = re.compile(_LINK.replace("BASE", re.escape(base).replace("/", _SLASH)))

    def below(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = base, within(environ.get("PATH_INFO", "/"), base)
        return inner(environ, start)

    def led_below(answer: Response) -> Response:
        if answer.location is not None and answer.location.startswith("/"):
            answer.location = f"{base}{within(answer.location, base)}"
        if answer.mimetype in _TEXTS and not request.path.startswith("/download/"):
            answer.set_data(link.sub(rf"\g<1>{base}", answer.get_data(as_text=True)))
        return answer

    server.wsgi_app = below  # type: ignore[method-assign,assignment]
    server.after_request(led_below)
