"""Serve the dashboard on this machine until it is stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from waitress.server import create_server

from pilot_planner.dashboard.app import make_app, services_of
from pilot_planner.errors import Fault, InputError, Place

_THREADS = 16
"""Threads that answer: most wait for a solve, of which few run at a time."""
_LOCAL = ("127.0.0.1", "localhost", "::1")
_BODY_BYTES = 20_000_000


def serve(inputs: str | Path | None, model: str | Path | None, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Listen until interrupted; ``ready`` is told the address once it answers.

    Only addresses of this machine are taken: the dashboard asks nobody for a password, so it must not be reached from
    elsewhere. Raises InputError for another address, for a port that is taken, and for faults of inputs and designs.
    """
    if host not in _LOCAL:
        what = "would let anybody on the network in, since the dashboard has no accounts"
        fix = "leave --host out; to work from elsewhere, forward a port over ssh"
        raise InputError([Fault(Place(f"--host {host}"), what, "127.0.0.1, localhost or ::1", fix)])
    if not 0 <= port <= _LAST_PORT:
        raise InputError([Fault(Place(f"--port {port}"), "is not a port", f"0 to {_LAST_PORT}", "choose another")])
    app = make_app(inputs, model)
    services = services_of(app)
    try:
        server = create_server(
            app.server, host=host, port=port, threads=_THREADS, max_request_body_size=_BODY_BYTES, ident="pilot-planner"
        )
    except OSError as error:
        reason = error.strerror or str(error)
        fix = "choose another with --port, or 0 for any free one"
        raise InputError([Fault(Place(f"--port {port}"), f"cannot be used ({reason})", "a free port", fix)]) from None
    services.planner.warm_up()
    taken = server.socket.getsockname()[1] if isinstance(server.socket, socket.socket) else port
    ready(f"http://{'[::1]' if host == '::1' else host}:{taken}")
    try:
        server.run()
    finally:
        services.jobs.close()
        server.close()


_LAST_PORT = 65_535
