"""Who runs this process, as the system knows him: names in the environment are whatever somebody wrote there."""

from __future__ import annotations

import getpass
import os


def operator() -> str:
    """The account of the process; with sudo, the one that called it as well (``ana as root``)."""
    try:
        import pwd
    except ImportError:  # not on Windows, where the system is asked by another way
        return os.getlogin() if hasattr(os, "getlogin") else getpass.getuser()

    def name_of(number: int) -> str:
        try:
            return pwd.getpwuid(number).pw_name
        except KeyError:
            return f"uid {number}"

    own, caller = os.getuid(), os.environ.get("SUDO_UID", "")
    # Only root can have been called by sudo, so nobody else is believed about it.
    if own == 0 and caller.isdecimal() and int(caller) != 0:
        return f"{name_of(int(caller))} as {name_of(own)}"
    return name_of(own)
