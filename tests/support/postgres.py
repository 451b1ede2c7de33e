"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket there, as a user without rights."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def find_programs() -> Path | None:
    """The folder of PostgreSQL's programs, if it is installed."""
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Server:
    """Started by ``start``; ends with ``stop``, and by itself when the tests' process ends."""

    def __init__(self, folder: Path | None = None, options: tuple[str, ...] = ()) -> None:
        programs = find_programs()
        assert programs is not None
        self.programs = programs
        # Not in pytest's folder: the names of sockets must be short, and another user must reach it.
        self.own = folder is None
        self.folder = Path(tempfile.mkdtemp(prefix="pg.", dir="/tmp")) if folder is None else folder
        self.data = self.folder / "data"
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None
        self.count = 0
        self.user: dict[str, object] = {}
        if os.getuid() == 0:
            account = next(
                pwd.getpwnam(name) for name in ("postgres", "nobody") if name in {one.pw_name for one in pwd.getpwall()}
            )
            self.user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        command = [
            programs / "initdb",
            "-D",
            self.data,
            "-U",
            "tester",
            "-A",
            "trust",
            "--encoding=UTF8",
            "--locale=C",
            "-N",
            "--wal-segsize=1",
        ]
        subprocess.run(command, check=True, capture_output=True, **self.user)  # type: ignore[call-overload]

    def start(self) -> Server:
        """Start it and wait until it answers."""
        for _ in range(50):
            if self._starts():
                return self
            # What the last one left in shared memory may still be in use.
            time.sleep(0.2)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def _starts(self) -> bool:
        command = [self.programs / "postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses=", *self.options]
        libc = ctypes.CDLL(None)

        def end_with_us() -> None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)

        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, preexec_fn=end_with_us, start_new_session=True, **self.user
            )  # type: ignore[call-overload]
        for _ in range(600):
            ready = subprocess.run(
                [self.programs / "pg_isready", "-q", "-h", self.folder, "-U", "tester", "-d", "postgres"], check=False
            )
            if ready.returncode == 0 or self.process.poll() is not None:
                return ready.returncode == 0
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: at once, with order; SIGKILL: as if the machine had failed."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=60)

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        if self.own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, statement: str, database: str = "postgres") -> str:
        """What psql prints for a statement."""
        command = [self.programs / "psql", "-h", self.folder, "-U", "tester", "-d", database, "-qAt", "-c", statement]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    def new_database(self, options: str = "") -> str:
        """The address of a database with nothing in it: a schema of its own, or with options one of its own."""
        self.count += 1
        name = f"store_{os.getpid()}_{self.count}"
        if options:
            self.run(f"CREATE DATABASE {name} {options}")
            return self.address(name)
        self.run(f"CREATE SCHEMA {name}")
        return f"{self.address('postgres')}&options=-csearch_path%3D{name}"

    def address(self, database: str) -> str:
        return f"postgresql://tester@/{database}?host={self.folder}"
