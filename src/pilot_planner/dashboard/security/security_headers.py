"""Headers of every answer: what a browser may do with it, and nothing more."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, request

_POLICY = {
    "default-src": "'none'",
    # Styles: Mantine puts its variables, Plotly its rules and React its attributes into the page while it runs. A style can
    # not run anything; what it could fetch is held by the lines above and below.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Our own pages are told where a visitor comes from, which holds the plan; nobody else is.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
}
_FRAMED = "/download/donor/"
"""Files that a page of ours shows in a frame."""
_A_YEAR = 31_536_000


def policy(script_hashes: Iterable[str], *, draws: bool = False, framed: bool = False) -> str:
    """The content policy: scripts of this server, and those few lines within a page that have one of these hashes.

    ``draws``: the page has charts. ``framed``: a page of ours shows it in a frame.
    """
    # Plotly's parallel coordinates compile the program that draws them for the graphics card at hand: without 'unsafe-eval'
    # that chart stays empty. It lets no script in: those of other places and those within a page stay refused.
    charts = ["'unsafe-eval'"] if draws else []
    scripts = " ".join(["'self'", *script_hashes, *charts])
    ancestors = "'self'" if framed else "'none'"
    parts = {**_POLICY, "script-src": scripts, "frame-ancestors": ancestors}
    return "; ".join(f"{name} {value}" for name, value in parts.items())


class Headers:
    """Puts the headers onto answers. ``private``: what is answered is for one visitor and kept by no cache."""

    def __init__(self, script_hashes: Iterable[str], private: bool) -> None:
        hashes = list(script_hashes)
        self._pages, self._files = policy(hashes, draws=True), policy((), framed=True)
        self._private = private

    def put(self, answer: Response, public: bool) -> Response:
        """The answer with its headers. ``public``: it is the same for everybody."""
        framed = request.path.startswith(_FRAMED)
        for name, value in _ALWAYS.items():
            answer.headers.setdefault(name, value)
        answer.headers.setdefault("Content-Security-Policy", self._files if framed else self._pages)
        answer.headers.setdefault("X-Frame-Options", "SAMEORIGIN" if framed else "DENY")
        if self._private and not public:
            answer.headers["Cache-Control"] = "no-store"
        if request.is_secure:
            answer.headers["Strict-Transport-Security"] = f"max-age={_A_YEAR}"
        return answer
