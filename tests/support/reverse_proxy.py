"""A reverse proxy in front of a dashboard: nginx where the machine has it, else a small one of the standard library."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

_CONFIGURATION = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 20m;
        location {path}/ {{
            proxy_pass {address}{to};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto {scheme};
            proxy_read_timeout 120s;
        }}
    }}
}}
"""
_SECONDS = 10


@contextmanager
def proxied(address: str, path: str, folder: Path, *, strips: bool = False, scheme: str = "http") -> Iterator[str]:
    """Address of a proxy that has the dashboard at ``address`` below ``path``, and nothing beside it.

    ``strips``: it takes the path off before it asks. ``scheme``: what it says it was asked by.
    """
    nginx = shutil.which("nginx")
    if nginx is None:
        with _small(address, path, strips, scheme) as found:
            yield found
        return
    port = _free_port()
    # Started by root, it would work as somebody who may not write into this folder.
    user = "user root;" if os.geteuid() == 0 else ""
    text = _CONFIGURATION.format(
        user=user, folder=folder, port=port, path=path, address=address, to="/" if strips else "", scheme=scheme
    )
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    command = [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@contextmanager
def _small(address: str, path: str, strips: bool, scheme: str) -> Iterator[str]:
    host = urlsplit(address).netloc

    class Passes(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if not self.path.startswith(f"{path}/"):
                self.send_error(404)
                return
            line = http.client.HTTPConnection(host, timeout=120)
            asked = {**dict(self.headers), "X-Forwarded-For": self.client_address[0], "X-Forwarded-Proto": scheme}
            try:
                line.request(self.command, self.path[len(path) if strips else 0 :], body or None, asked)
                answer = line.getresponse()
                found = answer.read()
            except OSError:
                self.send_error(502)
                return
            finally:
                line.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(found)

        do_GET = do_POST = do_HEAD = _pass  # noqa: N815 (names of the standard library)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Passes)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"no proxy on port {port}")
