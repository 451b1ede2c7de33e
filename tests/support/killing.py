"""A process that kills itself at the N-th thing that it does to files, so that every moment can be tried."""

from __future__ import annotations

import os
import signal
import sys

FILES = {
    "open", "os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.chmod", "os.scandir", "shutil.rmtree",
    "fcntl.flock", "ctypes.dlsym", "ctypes.call_function", "tempfile.mkdtemp", "shutil.copystat", "sqlite3.connect",
}  # fmt: skip
"""Events of Python's audit hooks (PEP 578). One comes before what it tells of."""


def killed_at(moment, work, before=None):
    """Run ``work`` in a child that dies at its ``moment``-th event. Whether it had not ended before."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        count = 0

        def hook(event, _):
            nonlocal count
            if event in FILES:
                count += 1
                if count == moment:
                    os.kill(os.getpid(), signal.SIGKILL)

        status = 1
        try:
            if before is not None:
                before()
            sys.addaudithook(hook)
            work()
            status = 0
        finally:
            os._exit(status)
    _, how = os.waitpid(child, 0)
    assert how in (0, signal.SIGKILL), f"the child ended with {how}"
    return how != 0
