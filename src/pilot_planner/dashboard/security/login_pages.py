"""The pages for logging in and out and for one's own account: plain HTML, so that they work before anything else does."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import urlsplit

from dash import Dash
from flask import Response, g, redirect, request

from pilot_planner.access.access import Access, TooManyAttemptsError
from pilot_planner.access.passwords import BusyError
from pilot_planner.access.roles import TOLD, Role
from pilot_planner.dashboard.runtime.current_user import visitor
from pilot_planner.dashboard.security.proxy_sso import USER
from pilot_planner.dashboard.security.request_guard import (
    LOG_IN,
    SESSION,
    Guarded,
    cookie_name,
    hostname,
    is_loopback,
    session_token,
)
from pilot_planner.dashboard.security.security_headers import policy
from pilot_planner.errors import AccessError

ACCOUNT, LOG_OUT = "/account", "/log-out"
_MOST_BYTES = 20_000
_SECONDS_TO_COME_BACK = 3
DEVICE = "pilot-device"
_SECONDS_OF_A_DAY = 86_400
_LAST_EVENTS = 200
_THEME = """try {
  const kept = JSON.parse(localStorage.getItem("theme"));
  const dark = kept === "dark" || (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
} catch (error) { /* light it stays */ }"""
"""The theme that was chosen on the pages, or else the system's."""
_POLICY = policy([f"'sha256-{base64.b64encode(hashlib.sha256(_THEME.encode()).digest()).decode()}'"])
_FRAME = """<!DOCTYPE html>
<html lang="en" data-mantine-color-scheme="light">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{title} – Pilot planner</title>
    <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
    <script>{theme}</script>
    <link rel="stylesheet" href="/assets/style.css">
  </head>
  <body>
    <main class="pp-door{wide}">
      <p class="pp-door-brand"><img src="/assets/favicon.svg" alt="">Pilot planner</p>
      <h1 class="pp-title">{title}</h1>
      {body}
    </main>
  </body>
</html>
"""


def open_doors(app: Dash, guarded: Guarded) -> None:
    """The routes for logging in and out; without accounts there are none."""
    if guarded.access is None:
        return
    doors = _Doors(guarded.access, guarded)
    for path, view, methods in (
        (LOG_IN, doors.log_in, ["GET", "POST"]),
        (LOG_OUT, doors.log_out, ["POST"]),
        (ACCOUNT, doors.account, ["GET", "POST"]),
    ):
        app.server.add_url_rule(path, path, view, methods=methods)


def weighs_password(method: str, path: str) -> bool:
    """Whether a request asks for a password to be weighed, which takes long and much memory."""
    return method == "POST" and path.rstrip("/").endswith((LOG_IN, ACCOUNT))


class _Doors:
    def __init__(self, access: Access, guarded: Guarded) -> None:
        self._access, self._guarded = access, guarded

    def log_in(self) -> Any:
        """The form, and what becomes of it."""
        back = _inside(request.args.get("next", ""))
        if not self._may_send_passwords():
            text = "This page came without encryption, so a password could be read on its way."
            return _page("Log in", _alert(f"{text} Open it under its https address."), 403)
        if request.method == "GET":
            return _page("Log in", _log_in_form(""))
        request.max_content_length = _MOST_BYTES
        name, password = request.form.get("name", ""), request.form.get("password", "")
        try:
            token = self._access.log_in(name, password, request.remote_addr or "", _device(), session_token())
        except TooManyAttemptsError as error:
            refused = _page("Log in", _alert(_sentence(str(error))) + _log_in_form(name), 429)
            refused.headers["Retry-After"] = str(round(error.seconds) + 1)
            return refused
        except BusyError as error:
            busy = _page("Log in", _alert(_sentence(str(error))) + _log_in_form(name), 503)
            busy.headers["Retry-After"] = str(_SECONDS_TO_COME_BACK)
            return busy
        except AccessError as error:
            return _page("Log in", _alert(_sentence(str(error))) + _log_in_form(name), 401)
        answer = redirect(back, 303)
        secure, path = request.is_secure, request.script_root or "/"
        # Lax and not Strict, so that a link in a mail opens the plan and not the log-in; see gate.py on why that is enough.
        answer.set_cookie(cookie_name(SESSION), token, httponly=True, secure=secure, samesite="Lax", path=path)
        answer.set_cookie(
            cookie_name(DEVICE),
            self._access.device_of(name),
            max_age=round(self._guarded.settings.log_in.device_days * _SECONDS_OF_A_DAY),
            httponly=True,
            secure=secure,
            samesite="Strict",
            path=path,
        )
        return answer

    def _may_send_passwords(self) -> bool:
        if request.is_secure or self._guarded.settings.requests.plain_http:
            return True
        return is_loopback(hostname(request.host)) and is_loopback(request.remote_addr or "")

    def log_out(self) -> Any:
        """End the session, here and in the database."""
        token = session_token()
        if token:
            self._access.log_out(token)
        answer = _page("Logged out", f'<p>Your session has ended.</p><p><a href="{LOG_IN}">Log in again</a></p>')
        for secure in (True, False):
            name, path = cookie_name(SESSION, secure), request.script_root or "/"
            answer.delete_cookie(name, path=path, secure=secure, httponly=True, samesite="Lax")
        return answer

    def account(self) -> Any:
        """One's own account: the role in words, and another password; for administrators, every account and the log."""
        said, status = "", 200
        if request.method == "POST":
            request.max_content_length = _MOST_BYTES
            said, status = self._log_out_elsewhere() if "elsewhere" in request.form else self._new_password()
        asks = visitor()
        parts = [
            f"<p>You are <strong>{escape(asks.name)}</strong> and may {TOLD[asks.role]} (role {asks.role.word}).</p>",
            '<p><a href="/">To the plan</a></p>',
            f'<form method="post" action="{LOG_OUT}">{_button("Log out", main=False)}</form>',
            said,
        ]
        if not request.environ.get(USER):
            parts += [self._sessions(asks.name), _password_form()]
        if asks.role is Role.ADMINISTER:
            parts += [self._accounts(), self._events()]
        return _page("Your account", "\n".join(parts), status, wide=asks.role is Role.ADMINISTER)

    def _new_password(self) -> tuple[str, int]:
        name = visitor().name
        old, new, again = (request.form.get(field, "") for field in ("old", "new", "again"))
        try:
            if new != again:
                raise AccessError("the two new passwords differ")
            self._access.change_own_password(name, old, new, session_token(), request.remote_addr or "")
        except AccessError as error:
            return _alert(_sentence(str(error))), 422
        return '<p class="pp-taken" role="status">The password is changed; other sessions of yours have ended.</p>', 200

    def _log_out_elsewhere(self) -> tuple[str, int]:
        name = visitor().name
        self._access.end_sessions(name, by=name, keep=session_token())
        return '<p class="pp-taken" role="status">All other sessions of yours have ended.</p>', 200

    def _sessions(self, name: str) -> str:
        rows = [(_moment(begun), _moment(seen)) for begun, seen in self._access.sessions(name)]
        table = _table("Your sessions", ("Begun (UTC)", "Last used (UTC)"), rows)
        button = _button("Log out everywhere else", main=False)
        form = f'<form method="post"><input type="hidden" name="elsewhere" value="1">{button}</form>'
        return f'<section class="pp-section"><h2>Where you are logged in</h2>{table}{form}</section>'

    def _accounts(self) -> str:
        rows = [
            (one.name, one.role.word, "" if one.active else "disabled", "" if one.has_password else "single sign-on only")
            for one in self._access.list()
        ]
        table = _table("Accounts", ("Account", "Role", "State", "Log-in"), rows)
        how = "Accounts are added and changed on the server: <code>pilot-planner accounts --help</code>."
        return f'<section class="pp-section"><h2>Accounts</h2><p class="pp-sub">{how}</p>{table}</section>'

    def _events(self) -> str:
        rows = [
            (one.at[:19].replace("T", " "), one.who, one.action, one.subject) for one in self._access.events(_LAST_EVENTS)
        ]
        table = _table("What was done", ("At (UTC)", "Who", "What", "To"), rows)
        how = f"The last {_LAST_EVENTS}, never to be changed; <code>pilot-planner accounts log</code> has all."
        return f'<section class="pp-section"><h2>What was done</h2><p class="pp-sub">{how}</p>{table}</section>'


def _device() -> str:
    """What the browser holds as proof that its owner has been logged in here before."""
    return request.cookies.get(cookie_name(DEVICE), "")


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d %H:%M")


def _page(title: str, body: str, status: int = 200, wide: bool = False) -> Response:
    g.public = False
    text = _FRAME.format(title=escape(title), body=body, theme=_THEME, wide=" pp-door-wide" if wide else "")
    answer = Response(text, status=status, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def _log_in_form(name: str) -> str:
    # The address stays as it is: where to go afterwards stands in it.
    return (
        '<form method="post" class="pp-door-form">'
        + _field("Account", "name", "username", name[:64], kind="text", focus=not name)
        + _field("Password", "password", "current-password", focus=bool(name))
        + _button("Log in")
        + '</form><p class="pp-sub">No account, or the password is lost? Ask whoever looks after this server.</p>'
    )


def _password_form() -> str:
    return (
        '<section class="pp-section"><h2>Another password</h2><form method="post" class="pp-door-form">'
        + _field("The one you have", "old", "current-password")
        + _field("The new one", "new", "new-password")
        + _field("The new one again", "again", "new-password")
        + _button("Change it")
        + "</form></section>"
    )


def _field(label: str, name: str, fills: str, value: str = "", kind: str = "password", focus: bool = False) -> str:
    held = f' value="{escape(value)}"' if value else ""
    plain = ' autocapitalize="none" spellcheck="false"' if kind == "text" else ""
    return (
        f'<label>{label}<input type="{kind}" name="{name}" autocomplete="{fills}" required maxlength="1000"'
        f"{plain}{held}{' autofocus' if focus else ''}></label>"
    )


def _button(words: str, main: bool = True) -> str:
    return f'<button type="submit" class="pp-button{" pp-button-main" if main else ""}">{words}</button>'


def _alert(text: str) -> str:
    return f'<p class="pp-refused" role="alert">{escape(text)}</p>'


def _table(name: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    top = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in rows)
    return (
        f'<div class="pp-scroll" role="region" tabindex="0" aria-label="{escape(name)}"><table class="pp-table pp-words-4">'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _inside(address: str) -> str:
    """A path of this server; the first page for anything else, such as the address of another site."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    printable = address.isprintable() and "\\" not in address
    if parts.scheme or parts.netloc or not printable or not address.startswith("/") or address.startswith("//"):
        return "/"
    return address
