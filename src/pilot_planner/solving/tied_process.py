"""Run as a script: turns into another program that is killed when the process that began it is.

Its arguments are the number of that process and the command. It imports nothing of the package, so that it begins at once.
"""

import ctypes
import os
import signal
import sys

_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux' prctl(2); it outlives execve(2)."""


def main() -> None:
    """Ask for the signal first; whoever was killed before that is found by its number."""
    parent, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != int(parent):
        raise SystemExit(1)
    os.execv(command[0], command)  # noqa: S606  # nosec B606 # the solver that PuLP begins


if __name__ == "__main__":
    main()
