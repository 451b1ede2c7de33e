"""What a database says when it cannot, in words that say what to do."""

from __future__ import annotations

import sqlalchemy as sa

from pilot_planner.errors import StoreError, StoreReason
from pilot_planner.store.addresses import Address

_KEPT = "Nothing that was saved before is lost"
_NOT_SAVED = "what was being saved now is not saved"
_NOT_KNOWN = "what was being saved now may be saved or not: look for it before you save it again"

_SQLITE: tuple[tuple[str, StoreReason, str], ...] = (
    ("SQLITE_BUSY", "busy", "another program has been writing to it for too long; try again when it has ended"),
    ("SQLITE_LOCKED", "busy", "another program has been writing to it for too long; try again when it has ended"),
    ("SQLITE_FULL", "full", "the disk is full; free some space and save again"),
    ("SQLITE_IOERR", "full", "the disk failed or is full; look at it, free some space and save again"),
    (
        "SQLITE_READONLY",
        "read_only",
        "the file or its folder may only be read; allow writing there, or choose another place",
    ),
    ("SQLITE_CANTOPEN", "gone", "the file cannot be opened, or nothing may be written beside it; look at both permissions"),
    ("SQLITE_PERM", "read_only", "the file may not be used by this user; look at its permissions"),
    ("SQLITE_AUTH", "read_only", "the file may not be used by this user; look at its permissions"),
    ("SQLITE_NOTADB", "not_a_store", "the file is no store; name another one with {option}, and leave this file as it is"),
    ("SQLITE_CORRUPT", "damaged", "the file is damaged; keep a copy of it and restore the last backup into a new store"),
    (
        "SQLITE_CONSTRAINT",
        "damaged",
        "it refused a row that does not follow the one before; run '{command} check'",
    ),
    ("SQLITE_TOOBIG", "refused", "what was to be saved is too large for it"),
)

_POSTGRESQL: tuple[tuple[str, StoreReason, str], ...] = (
    ("08", "gone", "the connection was lost; see that the server runs, then try again"),
    ("28", "gone", "the server does not let this user in; correct user and password"),
    ("3D", "gone", "the server has no database of that name; create it, or correct the address"),
    ("57P", "gone", "the server is stopping or starting; try again when it runs"),
    ("5310", "full", "the server's disk is full; free some space there and save again"),
    ("53", "busy", "the server has no room for more; try again later"),
    ("55P03", "busy", "others have been writing to it for too long; try again later"),
    ("57014", "busy", "the server took too long; try again later"),
    ("40", "busy", "others wrote at the same moment; try again"),
    ("25006", "read_only", "the database may only be read; use the server that is written to"),
    ("42501", "read_only", "this user may not do that; ask whoever keeps the database"),
    ("58", "full", "the server's disk failed; whoever keeps the server must look at it"),
    ("XX001", "damaged", "the database is damaged; restore the last backup into a new one"),
    ("XX002", "damaged", "the database is damaged; restore the last backup into a new one"),
    ("P0001", "damaged", "it refused a row that does not follow the one before; run 'pilot-planner store check'"),
)


def told(error: sa.exc.SQLAlchemyError, address: Address, writing: bool, not_known: bool = False) -> StoreError:
    """The error as a sentence with what to do. ``not_known``: the server may have committed before it went away."""
    reason, words = _reason(error)
    end = f". {_KEPT}; {_NOT_KNOWN if not_known else _NOT_SAVED}." if writing else "."
    kind = address.kind
    words = words.format(option=kind.option, command=kind.command)
    return StoreError(f"the {kind.name} {address.shown}: {words}{end}", reason)


def _reason(error: sa.exc.SQLAlchemyError) -> tuple[StoreReason, str]:
    if isinstance(error, sa.exc.TimeoutError):
        return "busy", "too many use it at once; try again later"
    cause = getattr(error, "orig", None)
    if lost(error) and not _sqlstate(cause):
        return "gone", f"the server cannot be reached ({_said(cause)}); see that it runs and lets you in, then try again"
    name, table = _sqlite_name(cause), _SQLITE
    if not name:
        name, table = _sqlstate(cause), _POSTGRESQL
    for front, reason, words in table:
        if name.startswith(front):
            return reason, words
    return "damaged", f"the database said '{_said(cause or error)}'; run '{{command}} check'"


def _said(cause: BaseException | None) -> str:
    """The first line of a database's own words, short."""
    # Braces would be taken for places to fill in.
    return next(iter(str(cause).strip().splitlines()), "")[:300].replace("{", "{{").replace("}", "}}")


def lost(error: sa.exc.SQLAlchemyError) -> bool:
    """Whether a server went away, or none was there. What was under way is then undone, or its end is not known."""
    if not isinstance(error, sa.exc.DBAPIError) or _sqlite_name(error.orig):
        return False
    state = _sqlstate(error.orig)
    if state:
        return state.startswith(("08", "57P"))
    return error.connection_invalidated or isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)


def _sqlite_name(cause: BaseException | None) -> str:
    return str(getattr(cause, "sqlite_errorname", None) or "")


def _sqlstate(cause: BaseException | None) -> str:
    return str(getattr(cause, "sqlstate", None) or "")
