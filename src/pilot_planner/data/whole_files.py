"""Files that are written whole or not at all, and what is said where they cannot be."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterable, Iterator
from pathlib import Path

from pilot_planner.errors import Fault, InputError, Place

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""The disk is full, a quota is used up, the file may not grow further."""


def no_room(error: OSError) -> bool:
    """Whether there was no room for what was to be written."""
    return error.errno in _NO_ROOM


def cannot_be_written(folder: Path, error: OSError) -> InputError:
    """What an error of the system means for a folder that was to be written."""
    what = f"cannot be written ({error.strerror})"
    if no_room(error):
        return InputError([Fault(Place(str(folder)), what, "room on its disk", "free some space, or choose another folder")])
    return InputError([Fault(Place(str(folder)), what, "a writable folder", "choose another one")])


@contextlib.contextmanager
def whole_files(folder: Path, names: Iterable[str]) -> Iterator[dict[str, Path]]:
    """Working files by final name: they get these names together at the end, and are removed where anything fails.

    The folder is made. Raises InputError where it cannot be used or has no room.
    """
    parts = {name: folder / f".{name}.part" for name in names}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield parts
        for name, part in parts.items():
            part.replace(folder / name)
    except OSError as error:
        raise cannot_be_written(folder, error) from None
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError):
                part.unlink()
