"""Serve the dashboard until it is stopped: to this machine alone, or to others behind accounts."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dash import Dash
from waitress.server import create_server

from pilot_planner.access.access import Access
from pilot_planner.dashboard.app import make_app, services_of
from pilot_planner.dashboard.runtime.base_path import checked_base_path
from pilot_planner.dashboard.runtime.log import open_log
from pilot_planner.dashboard.runtime.memory import share_arenas
from pilot_planner.dashboard.runtime.request_lanes import Doorkeeper, Lanes
from pilot_planner.dashboard.security.login_pages import weighs_password
from pilot_planner.dashboard.security.proxy_sso import TrustedProxy
from pilot_planner.dashboard.security.request_guard import Guarded, is_loopback
from pilot_planner.dashboard.security.settings import ServerSettings, load_settings
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.store.store import Store


@dataclass(frozen=True)
class Served:
    """Where and how to serve.

    Attributes:
        accounts: a file or address of accounts; None asks nobody who he is, which only addresses of this machine may do.
        settings: a file that replaces values of the server's settings.
        proxy: values of its section about proxies, which go before those of the file.
        store: a file or address where plans are saved for everybody; None leaves saving to each visitor's own browser.
        log: a file for lines of JSON, ``-`` for standard output; None is ``-`` with accounts and none without.
        base_path: where the pages stand below the name of the host, as a proxy in front has it.
    """

    host: str = "127.0.0.1"
    port: int = 8050
    accounts: str | None = None
    settings: Path | None = None
    proxy: dict[str, Any] | None = None
    store: str | None = None
    log: str | None = None
    base_path: str = ""


def serve(inputs: str | Path | None, model: str | Path | None, served: Served, ready: Callable[[str], None]) -> None:
    """Listen until interrupted; ``ready`` is told the address once it answers.

    Raises InputError for an address that others reach without accounts, for a port that is taken, for faults of settings,
    inputs and designs; StoreError where the accounts cannot be opened.
    """
    if not 0 <= served.port <= _LAST_PORT:
        raise InputError(
            [Fault(Place(f"--port {served.port}"), "is not a port", f"0 to {_LAST_PORT}", "choose another")],
        )
    base = checked_base_path(served.base_path)
    if served.accounts is None and not is_loopback(served.host):
        raise InputError([_open_to_all(served.host)])
    share_arenas()
    settings = load_settings(served.settings, served.proxy)
    access = None if served.accounts is None else _opened(served.accounts, settings)
    log = open_log(served.log if served.log is not None or access is None else "-")
    store = None if served.store is None else Store.open(served.store)
    app = make_app(inputs, model, Guarded(settings, log, access), store, base)
    services = services_of(app)
    try:
        server = listening(app, settings, served.host, served.port, base)
    except OSError as error:
        reason = error.strerror or str(error)
        fix = "choose another with --port, or 0 for any free one; --host must be an address of this machine"
        place = Place(f"--host {served.host} --port {served.port}")
        raise InputError([Fault(place, f"cannot be used ({reason})", "a free port", fix)]) from None
    services.planner.warm_up()
    taken = server.socket.getsockname()[1] if isinstance(getattr(server, "socket", None), socket.socket) else served.port
    host = f"[{served.host}]" if ":" in served.host else served.host
    # A short answer waits this long for each long one that works in Python at the same moment.
    sys.setswitchinterval(_SWITCH_SECONDS)
    log("start", accounts=access is not None)
    ready(f"http://{host}:{taken}{base}")
    try:
        with _ends_on_request():
            server.run()
    finally:
        services.jobs.close()
        services.planner.close()
        server.close()
        for one in (access, store):
            if one is not None:
                one.close()
        log("end")


def listening(app: Dash, settings: ServerSettings, host: str, port: int, base_path: str = "") -> Any:
    """A server of an application, with a lane for each kind of request; it answers once it is run. Raises OSError."""
    passwords, connections = settings.passwords, dict[int, Any]()
    lanes = Lanes(settings.requests.threads, passwords.at_once + passwords.waiting, weighs_password, base_path)
    Doorkeeper(connections, settings.requests.connections)
    return create_server(
        TrustedProxy(app.server, settings.proxy),
        map=connections,
        _dispatcher=lanes,
        host=host,
        port=port,
        connection_limit=settings.requests.connections,
        # select() stops at 1,024 files, and each connection is one.
        asyncore_use_poll=True,
        max_request_body_size=int(settings.requests.most_megabytes * 1e6),
        # Headers of proxies are looked at by TrustedProxy, which knows which of them to believe.
        clear_untrusted_proxy_headers=False,
        ident="pilot-planner",
    )


_LAST_PORT = 65_535
_SWITCH_SECONDS = 0.001
"""After which Python lets another of its threads go on; it takes 0.005 by itself, which is as long as a page takes."""


@contextmanager
def _ends_on_request() -> Iterator[None]:
    """What systemd and containers send to end a service ends it as Ctrl-C does, with its work put down."""

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _open_to_all(host: str) -> Fault:
    what = "would let anybody on the network in, since nobody is asked who he is"
    fix = (
        "make an account ('pilot-planner accounts add NAME --role administer --accounts FILE') and give --accounts FILE "
        "here; or leave --host out and forward a port over ssh"
    )
    return Fault(Place(f"--host {host}"), what, "127.0.0.1, localhost or ::1, or --accounts", fix)


def _opened(address: str, settings: ServerSettings) -> Access:
    access = Access.open(address, rules=settings.rules)
    by_proxy = bool(settings.proxy.addresses and settings.proxy.user_header)
    if not by_proxy and not any(one.active and one.has_password for one in access.list()):
        place = Place(f"--accounts {access.door.address.shown}")
        fix = f"add one: pilot-planner accounts add NAME --role administer --accounts {access.door.address.shown}"
        access.close()
        raise InputError([Fault(place, "has no account that could log in", "at least one", fix)])
    return access
