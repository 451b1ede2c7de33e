"""The one way in: every request is looked at here before anything answers it, and every answer before it leaves.

Why a form or a script of another site can change nothing here: the cookie of a session is ``SameSite=Lax``, so a browser
adds it to no request of another site but a link that somebody follows, and following a link changes nothing. Every request
that does change something is a POST, and must besides say by ``Sec-Fetch-Site`` or ``Origin`` that a page of this server has
sent it, which scripts cannot forge. That holds for single sign-on too, whose cookie is the proxy's. A token in each form
would add nothing. Without accounts there is no cookie; what could be done from elsewhere is keeping this machine busy or, by
a name that is made to point to it, reading plans: so it answers to names of this machine alone.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from dash import Dash
from dash.exceptions import InvalidCallbackReturnValue
from flask import Response, g, redirect, request
from werkzeug.exceptions import HTTPException

from pilot_planner.access.access import Access, Visitor
from pilot_planner.access.roles import Role
from pilot_planner.dashboard.runtime.current_user import OWNER, too_low
from pilot_planner.dashboard.runtime.log import Log
from pilot_planner.dashboard.security import permissions
from pilot_planner.dashboard.security.proxy_sso import signed_on
from pilot_planner.dashboard.security.request_shape import fault_of
from pilot_planner.dashboard.security.security_headers import Headers
from pilot_planner.dashboard.security.settings import ServerSettings
from pilot_planner.errors import NotAllowedError, PilotPlannerError, StoreError

LOG_IN = "/log-in"
SESSION = "pilot-session"
"""Browsers take the first one over TLS alone, and from no other host, not even of the same domain."""
_MALFORMED = "This is no request of a page of this server"
_UPDATE = "/_dash-update-component"
_CHANGES_NOTHING = ("GET", "HEAD", "OPTIONS")
_OF_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_FRAMES = 12
"""Of a traceback that are written down, the last ones."""
_QUIET = ("/health", "/ready", "/assets/", "/_dash-component-suites/", "/chart-library.js", "/_favicon.ico")
"""Requests that the log leaves out."""


@dataclass(frozen=True)
class Guarded:
    """What the gate works with. ``access`` None: nobody is asked who he is, and only names of this machine are answered."""

    settings: ServerSettings
    log: Log
    access: Access | None = None


def guard(app: Dash, guarded: Guarded) -> None:
    """Put the gate before an application whose routes and callbacks are all there."""
    gate = _Gate(app, guarded)
    server = app.server
    server.config["MAX_CONTENT_LENGTH"] = int(guarded.settings.requests.most_megabytes * 1e6)
    server.before_request(gate.enter)
    server.after_request(gate.leave)
    server.register_error_handler(Exception, gate.fault)


class _Gate:
    def __init__(self, app: Dash, guarded: Guarded) -> None:
        self._access, self._settings, self._log = guarded.access, guarded.settings, guarded.log
        self._roles = permissions.roles_by_output(app.callback_map)
        self._callbacks = app.callback_map
        self._headers = Headers(app.csp_hashes(), private=guarded.access is not None)
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()
        names = {name.lower() for name in guarded.settings.requests.names}
        self._hosts: set[str] = set() if guarded.access is not None and not names else names | set(_OF_THIS_MACHINE)

    # Before.

    def enter(self) -> Response | None:
        """None where the request may be answered; else the answer that refuses it."""
        g.began = time.perf_counter()
        g.public = False
        if self._hosts and hostname(request.host) not in self._hosts:
            return told(403, "This server does not answer under that name; whoever runs it can add it to the settings.")
        if request.method not in _CHANGES_NOTHING and not self._from_here():
            return told(403, "This was sent by another site and is refused; open the page itself and try again.")
        rule = "" if request.url_rule is None else request.url_rule.rule
        if rule in permissions.PUBLIC:
            g.public = True
            return None
        body = self._body() if rule == _UPDATE and request.method == "POST" else None
        output = None if body is None else str(body.get("output", ""))
        if output is not None and output not in self._roles:
            return told(400, f"{_MALFORMED}: it is no JSON, or asks for nothing that a page of this server asks for.")
        if self._access is None:
            g.visitor = OWNER
        else:
            visitor = self.visitor(self._access)
            if visitor is None:
                return self._ask_who()
            g.visitor = visitor
            least = self._roles.get(output) if output is not None else permissions.ROUTES.get(rule)
            if least is None or visitor.role < least:
                return told(403, too_low(visitor.role, least or Role.ADMINISTER))
        malformed = "" if body is None else fault_of(body, self._callbacks)
        return told(400, f"{_MALFORMED}: {malformed}.") if malformed else None

    def _from_here(self) -> bool:
        """Whether a page of this server has sent the request; without accounts, a program on this machine may as well."""
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site == "same-origin"
        origin = request.headers.get("Origin")
        if origin is not None:
            return urlsplit(origin).netloc == request.host
        return self._access is None

    def _body(self) -> dict[str, Any]:
        """What a callback is sent; empty where that is no object in JSON."""
        try:
            body = request.get_json(silent=True)
        except RecursionError:
            return {}
        return body if isinstance(body, dict) else {}

    def visitor(self, access: Access) -> Visitor | None:
        """Who has sent this request, by single sign-on or by a session."""
        found = signed_on(access, self._settings.proxy, request.environ)
        if found is not None:
            self._note_sign_on(access, found.name)
            return found
        token = session_token()
        return access.session(token) if token else None

    def _note_sign_on(self, access: Access, name: str) -> None:
        """Single sign-on has no moment of coming in: the first request after a pause is taken for one."""
        now = time.monotonic()
        with self._lock:
            pause = now - self._seen.get(name, -math.inf)
            self._seen[name] = now
        if pause > self._settings.sessions.idle_minutes * 60:
            access.note(name, "log-in", "", {"by": "proxy"})

    def _ask_who(self) -> Response:
        if request.method == "GET" and not request.path.startswith(("/_dash", "/_reload")):
            query = request.query_string.decode("latin-1")
            back = quote(request.path + (f"?{query}" if query else ""), safe="")
            return redirect(f"{LOG_IN}?next={back}", 303)  # type: ignore[return-value]
        return told(401, "You are not logged in any more; log in and try again.")

    # After.

    def leave(self, answer: Response) -> Response:
        """The answer with its headers; what it was is written down."""
        path, began = request.path, g.get("began")
        if self._settings.log.requests and began is not None and not path.startswith(_QUIET):
            rule = request.url_rule.rule if request.url_rule is not None else "(none)"
            seconds = round(time.perf_counter() - began, 4)
            self._log("request", method=request.method, route=rule, status=answer.status_code, seconds=seconds)
        return self._headers.put(answer, g.get("public", False))

    def fault(self, error: Exception) -> Any:
        """What went wrong, in words. A traceback goes to the log alone."""
        if isinstance(error, HTTPException):
            return _http(error)
        if isinstance(error, NotAllowedError):
            return told(403, str(error))
        if isinstance(error, StoreError):
            self._log("fault", what="database", reason=error.reason)
            return told(503, str(error))
        if isinstance(error, PilotPlannerError):
            return told(422, str(error))
        if isinstance(error, InvalidCallbackReturnValue):
            # How many components of a kind there are, the request alone says.
            self._log("fault", what="outputs", where=[request.path])
            return told(400, f"{_MALFORMED}: 'outputs' has more or fewer components than it.")
        # Where it happened and not what it held: values may be anybody's.
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        where = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
        self._log("fault", what=type(error).__name__, where=where)
        return told(500, f"This is a fault of the planner itself, not of your settings ({type(error).__name__}).")


def told(status: int, text: str) -> Response:
    """An answer in words, which the pages show as a message."""
    return Response(f"{text}\n", status=status, mimetype="text/plain")


def _http(error: HTTPException) -> Any:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if error.code == 413:
        most = (request.max_content_length or 0) / 1e6
        return told(413, f"What was sent is too large; this server takes {most:g} MB at most.")
    return told(error.code, str(error.description or error.name))


def hostname(host: str) -> str:
    """The name in a Host header, without the port: ``localhost``, ``127.0.0.1``, ``::1``."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def cookie_name(name: str, secure: bool | None = None) -> str:
    """What a cookie is called: browsers hold those that come over TLS to this host, and to the whole of it where nothing
    stands beside the pages."""
    if not (request.is_secure if secure is None else secure):
        return name
    return f"__Secure-{name}" if request.script_root else f"__Host-{name}"


def session_token() -> str:
    """What the browser holds of a session; empty where it holds none."""
    return request.cookies.get(cookie_name(SESSION), "")


def is_loopback(host: str) -> bool:
    """Whether an address is of this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
