"""Ctrl-C for a process that a test begins, also where the tests themselves run without it (``nohup make test &``)."""

from __future__ import annotations

import signal


def heard():
    """For ``preexec_fn``: the process hears SIGINT even if this one was begun with it ignored, which children inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
