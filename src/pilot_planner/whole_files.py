"""Folders and files that are there whole or not at all, whenever the process is killed. All that is written goes this way.

What is new is made in a hidden folder beside its place, brought to the disk (fsync), and gets its name in one move; a folder
that is there already changes places with the new one, in one step too. What a killed process left is swept when something is
written beside it again, and in the working folder and the folder for temporary files whenever a command starts.

A folder that cannot change places (the working folder, a mount, one of another owner, a system without that step) gets its
files one after another: once all of them stand in it under ``.pilot-planner-ready``, the next start finishes what a kill
stopped.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pilot_planner.errors import Fault, InputError, Place

WORKING = ".pilot-planner."
"""How names of folders begin that are being filled; nothing in them is needed once their process has gone."""
READY = ".pilot-planner-ready."
"""How names of folders begin whose contents belong into the folder around them."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""The disk is full, a quota is used up, the file may not grow further."""
_TEMPORARY = "pilot-planner-work-"
_ABANDONED_AFTER = 86_400.0
"""Seconds after which a working folder is swept where the system has no locks that end with their process."""


def no_room(error: OSError) -> bool:
    """Whether there was no room for what was to be written."""
    return error.errno in _NO_ROOM


def cannot_be_written(folder: Path, error: OSError) -> InputError:
    """What an error of the system means for a folder that was to be written."""
    what = f"cannot be written ({error.strerror})"
    if no_room(error):
        return InputError([Fault(Place(str(folder)), what, "room on its disk", "free some space, or choose another folder")])
    return InputError([Fault(Place(str(folder)), what, "a writable folder", "choose another one")])


@contextmanager
def telling(folder: str | Path) -> Iterator[None]:
    """What stops writing into a folder, as InputError."""
    try:
        yield
    except OSError as error:
        raise cannot_be_written(Path(folder), error) from None


def write_file(file: str | Path, raw: bytes, mode: int | None = None) -> None:
    """One file, in the place of an older one if there is one. ``mode``: its permissions; those of the older one if None.

    Raises OSError.
    """
    target = Path(os.path.realpath(file))
    if target.exists() and not target.is_file():
        raise _of_another_kind(target)
    with beside(target) as made:
        fresh = made / "file"
        fresh.write_bytes(raw)
        if mode is None and target.exists():
            mode = stat.S_IMODE(target.stat().st_mode)
        if mode is not None:
            fresh.chmod(mode)
        put(fresh, target)


def write_folder(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Files by path into a folder, all at once; whatever else is in it stays. Makes the folder where it is not there.

    Raises OSError, with nothing changed.
    """
    target = Path(os.path.realpath(folder))
    if target.is_dir():
        sweep(target)
    if not _may_move(target):
        return _fill(target, files)
    with beside(target) as made:
        fresh = made / "new"
        fresh.mkdir()
        _write_all(fresh, files)
        if not target.exists():
            return put(fresh, target)
        owner, own = target.stat(), fresh.stat()
        if (owner.st_uid, owner.st_gid) == (own.st_uid, own.st_gid):
            _carry_over(target, fresh)
            shutil.copystat(target, fresh)
            _sync_tree(fresh)
            if _exchange(fresh, target):
                _sync(target.parent)
                # What somebody else added meanwhile.
                return _carry_over(fresh, target)
    return _fill(target, files)


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A working folder on the same disk as ``target``, whose folder is made if need be. Raises OSError."""
    if target.parent.exists() and not target.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target.parent))
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep(target.parent)
    with _held(target.parent, WORKING) as made:
        yield made


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for what is needed for a moment, in the system's place for such. Raises OSError."""
    with _held(Path(tempfile.gettempdir()), _TEMPORARY) as made:
        yield made


def put(fresh: Path, target: Path) -> None:
    """Bring to the disk what was made in a working folder, and give it its name. Raises OSError."""
    _sync_tree(fresh)
    fresh.replace(target)
    _sync(target.parent)


def sweep_at_start() -> None:
    """Clear away what killed processes left in the working folder and in that for temporary files."""
    with suppress(OSError):
        sweep(Path.cwd())
    sweep(Path(tempfile.gettempdir()), _TEMPORARY)


def sweep(folder: Path, working: str = WORKING) -> None:
    """Finish or clear away what killed processes left in a folder. What cannot be read or removed is left there."""
    own = os.geteuid() if hasattr(os, "geteuid") else None
    with suppress(OSError), os.scandir(folder) as entries:
        left = [Path(one.path) for one in entries if one.name.startswith((working, READY)) and _is_own_folder(one, own)]
        for path in left:
            with suppress(OSError), _abandoned(path) as nobodys:
                if nobodys and path.name.startswith(READY):
                    _move_up(path)
                elif nobodys:
                    shutil.rmtree(path)


def is_working_name(name: str) -> bool:
    """Whether a file or folder of that name belongs to unfinished writing."""
    return name.startswith((WORKING, READY))


def _is_own_folder(entry: os.DirEntry[str], own: int | None) -> bool:
    return entry.is_dir(follow_symlinks=False) and own in (None, entry.stat(follow_symlinks=False).st_uid)


@contextmanager
def _held(around: Path, prefix: str) -> Iterator[Path]:
    """A folder that is locked while its process lives, and goes with it."""
    while True:
        made = Path(tempfile.mkdtemp(prefix=prefix, dir=around))
        # Somebody who sweeps may come in between: before the lock, or while it is asked for.
        with suppress(FileNotFoundError, BlockingIOError):
            number = _lock(made)
            if made.exists():
                break
            _unlock(number)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        _unlock(number)


def _lock(folder: Path) -> int | None:
    """Raises BlockingIOError where a living process has it; None where the system has no such locks."""
    if sys.platform == "win32":
        return None
    import fcntl

    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        raise
    except OSError:
        os.close(number)
        return None
    return number


def _unlock(number: int | None) -> None:
    if number is not None:
        os.close(number)


@contextmanager
def _abandoned(folder: Path) -> Iterator[bool]:
    """Whether nobody works in a folder any more; it is ours meanwhile."""
    try:
        number = _lock(folder)
    except BlockingIOError:
        yield False
        return
    try:
        yield number is not None or time.time() - folder.stat().st_mtime > _ABANDONED_AFTER
    finally:
        _unlock(number)


def _may_move(target: Path) -> bool:
    """Whether a folder may be replaced as a whole: not where somebody stands in it, or it is a disk of its own."""
    if not target.exists():
        return True
    here = Path(os.path.realpath(Path.cwd()))
    return not (here.is_relative_to(target) or target.is_mount()) and os.access(target.parent, os.W_OK)


def _fill(target: Path, files: Mapping[str, bytes]) -> None:
    """Files into a folder that stays where it is: all in it under one name, then each to its place."""
    for name in files:
        for place in (target / name, *(target / name).parents):
            if place == target:
                break
            if place.exists() and place.is_dir() == (place == target / name):
                raise _of_another_kind(place)
    with _held(target, WORKING) as made:
        fresh = made / "new"
        fresh.mkdir()
        _write_all(fresh, files)
        _sync_tree(fresh)
        ready = target / made.name.replace(WORKING, READY, 1)
        fresh.rename(ready)
        _sync(target)
        _move_up(ready)


def _move_up(ready: Path) -> None:
    """Each file of a folder into the folder around it, at the same path; then the folder goes."""
    for path in sorted(ready.rglob("*")):
        final = ready.parent / path.relative_to(ready)
        if path.is_dir():
            final.mkdir(exist_ok=True)
        else:
            path.replace(final)
    _sync(ready.parent)
    shutil.rmtree(ready)


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, raw in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)


def _of_another_kind(path: Path) -> OSError:
    kind = "a folder" if path.is_dir() else "a file" if path.is_file() else "neither a file nor a folder"
    return OSError(errno.EEXIST, f"{path.name} is {kind}", str(path))


def _carry_over(old: Path, new: Path) -> None:
    """What is in one folder and not in the other: the same files by a second name, or a copy where a disk has none."""
    with os.scandir(old) as entries:
        for entry in entries:
            there = new / entry.name
            if is_working_name(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                if there.exists() and not there.is_dir():
                    raise _of_another_kind(Path(entry.path))
                if not there.exists():
                    there.mkdir()
                    shutil.copystat(entry.path, there)
                _carry_over(Path(entry.path), there)
            elif there.is_dir() and not there.is_symlink():
                raise _of_another_kind(Path(entry.path))
            elif not os.path.lexists(there):
                try:
                    os.link(entry.path, there, follow_symlinks=False)
                except OSError:
                    shutil.copy2(entry.path, there, follow_symlinks=False)


_AT_WORKING_FOLDER = -100
_EXCHANGE = 2
"""AT_FDCWD and RENAME_EXCHANGE of Linux' renameat2(2); RENAME_SWAP of renamex_np(2) on macOS is 2 too."""


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step. False where the system or the disk cannot."""
    if sys.platform == "win32":
        return False
    library = ctypes.CDLL(None)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        return bool(library.renameat2(_AT_WORKING_FOLDER, names[0], _AT_WORKING_FOLDER, names[1], _EXCHANGE) == 0)
    if hasattr(library, "renamex_np"):
        return bool(library.renamex_np(*names, _EXCHANGE) == 0)
    return False


def _sync_tree(path: Path) -> None:
    if path.is_dir():
        for inner in path.iterdir():
            if not inner.is_symlink():
                _sync_tree(inner)
    _sync(path)


def _sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    if sys.platform == "win32" and path.is_dir():
        return
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
