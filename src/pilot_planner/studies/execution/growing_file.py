"""A file that grows line by line: lines are there whole or not at all, whenever the process that writes them is killed."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import BinaryIO

from pilot_planner.errors import PilotPlannerError
from pilot_planner.whole_files import no_room


class GrowingFile:
    """Lines are appended whole and at once; what a killed process left half-written is dropped when it goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._out: BinaryIO | None = None

    def read(self) -> bytes:
        """The whole lines that are there. Raises OSError."""
        raw = self.path.read_bytes() if self.path.exists() else b""
        return raw[: raw.rfind(b"\n") + 1]

    def open(self) -> None:
        """Begin to append after the last whole line; what follows it is cut off. Raises OSError."""
        whole = len(self.read())
        self._out = self.path.open("ab", buffering=0)
        self._out.truncate(whole)

    def append(self, lines: bytes) -> None:
        """Write lines whole or not at all. Raises PilotPlannerError where there is no room for them."""
        if self._out is None:
            return
        end = os.fstat(self._out.fileno()).st_size
        left = memoryview(lines)
        try:
            # A disk that is nearly full takes a part of what it is given, without an error.
            while left:
                left = left[self._out.write(left) :]
        except OSError as error:
            with contextlib.suppress(OSError):
                self._out.truncate(end)
            raise cannot_go_on(self.path.parent, error) from None

    def close(self) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None


def cannot_go_on(folder: Path, error: OSError) -> PilotPlannerError:
    """What an error of the system means for a study that writes down what it finishes."""
    what = f"{folder} cannot be written any further ({error.strerror}); the runs that stand there are whole and kept"
    fix = "free some space and ask again" if no_room(error) else "see that it can be written and ask again"
    return PilotPlannerError(f"{what}: {fix} with the same folder, and the study goes on from them")
