"""Exit statuses, and the one place where exceptions become messages. A traceback never reaches the user."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from pilot_planner.errors import InputError, NoPlanError, NoTimeError, PilotPlannerError, Place

DONE = 0
BAD_INPUT = 2
NO_PLAN = 3
TIME_LIMIT = 4
DISAGREES = 5
INTERRUPTED = 130


def say(text: str = "") -> None:
    """A line on standard error, never wrapped."""
    sys.stderr.write(f"{text}\n")


_PLACES: ContextVar[Mapping[str, Place] | None] = ContextVar("places of settings", default=None)


def settings_stand_at(places: Mapping[str, Place]) -> None:
    """Faults of these settings are told with the file and row where they stand, until the command has ended."""
    _PLACES.set(places)


@contextmanager
def messages() -> Iterator[None]:
    """Turn what goes wrong into a message on standard error and an exit status."""
    settings_stand_at({})
    try:
        yield
    except InputError as error:
        from pilot_planner.design.overrides import relocated

        for fault in relocated(error.faults, _PLACES.get() or {}):
            say(f"{fault.severity}: {fault}")
        count = len(error.faults)
        say(f"{count} fault{'s' if count != 1 else ''} found; nothing was written.")
        raise SystemExit(BAD_INPUT) from None
    except NoPlanError as error:
        _no_plan(error)
    except PilotPlannerError as error:
        say(f"error: {error}")
        raise SystemExit(TIME_LIMIT if isinstance(error, NoTimeError) else BAD_INPUT) from None
    except KeyboardInterrupt:
        say("Interrupted; nothing was written.")
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        # The reader of our output (a pager, 'head') has gone; that is not an error of ours.
        _drop_output()
        raise SystemExit(DONE) from None
    except OSError as error:
        say(f"error: {error.filename or 'standard output'}: cannot be read or written ({error.strerror or error})")
        _drop_output()
        raise SystemExit(BAD_INPUT) from None
    except Exception:  # the last net: a fault of this program, said so, with the details kept
        _unexpected()


def _no_plan(error: NoPlanError) -> None:
    for reason in error.reasons:
        say(f"no plan: {reason}")
    if command := explain_command(sys.argv[1:]):
        say(f"what conflicts, and what repairs it: {command}")
    raise SystemExit(NO_PLAN) from None


_OF_A_DESIGN = ("--inputs", "--model", "--from", "--set", "--solver", "--engine")
"""Options that say which design on which inputs, whatever the command."""


def explain_command(arguments: Sequence[str]) -> str:
    """The command that explains the design of another command, with the same settings; empty for ``explain`` itself."""
    if not arguments or arguments[0] == "explain":
        return ""
    words = ["pilot-planner", "explain"]
    for place, word in enumerate(arguments):
        name, equals, _ = word.partition("=")
        if name in _OF_A_DESIGN:
            words += [word] if equals else list(arguments[place : place + 2])
    return shlex.join(words)


def _drop_output() -> None:
    """Let what is still buffered for standard output go nowhere, or Python would try again at its end."""
    with suppress(OSError):  # an output that is no file, such as a caller's own
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unexpected() -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", prefix="pilot-planner-", delete=False, encoding="utf-8") as kept:
        traceback.print_exc(file=kept)
    say(f"error: this is a fault of pilot-planner itself, not of your files; the details are in {Path(kept.name)}")
    raise SystemExit(BAD_INPUT) from None
