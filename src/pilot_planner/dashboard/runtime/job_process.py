"""What happens in the process of a job: it gives way to answers, holds its memory, does its work and tells about it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

_GIVES_WAY = 10
"""How much less of a busy machine jobs get than answers to visitors, as POSIX counts niceness."""

Tell = Callable[[str, Any], bool]
"""Given to the work: ``tell("progress", (text, share))`` or ``tell("item", record)``; False means: stop."""
Work = Callable[[Mapping[str, Any], Tell], Any]


def processes() -> Any:
    """How the processes of jobs begin: as copies of one that has loaded what they need, where the system can do that.

    That one has no threads and no plan of any visitor in it, which copies of the server would have.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():  # not on Windows
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pilot_planner.dashboard.runtime.job_functions", *_LOADED_BEFORE])
    return context


_LOADED_BEFORE = tuple(
    f"pilot_planner.studies.{name}"
    for name in (
        "planning.setup",
        "explain.shadow_prices",
        "explain.host_exclusion",
        "pareto.pareto_front",
        "parties.agreement",
        "explain.infeasibility",
        "sweeps.what_if",
    )
)
"""What almost every job needs, and what would take it longer to load than many a job works."""


def _hold_memory(megabytes: int) -> None:
    """No more memory than that for this process and each one that it begins; where the system can do that."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    most = megabytes * 2**20
    # Of what is written to, not of addresses: libraries set aside many more of those than they use.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def do_work(work: Work, task: Mapping[str, Any], pipe: Connection, megabytes: int | None) -> None:
    """Do the work and tell about it through ``pipe``. What comes back, its end included, asks to stop."""
    from pilot_planner.errors import PilotPlannerError

    with contextlib.suppress(OSError, AttributeError):  # where the system has none of it, or forbids it
        os.nice(_GIVES_WAY)
    if megabytes is not None:
        _hold_memory(megabytes)

    def tell(kind: str, value: Any) -> bool:
        # Nobody listens any more: the server has gone or given up.
        with contextlib.suppress(OSError):
            pipe.send((kind, value))
            return not pipe.poll(0)
        return False

    try:
        end = ("done", work(task, tell))
    except PilotPlannerError as error:
        end = ("failed", str(error))
    except MemoryError:
        end = ("failed", f"this needs more than the {megabytes or 0:,} MB of memory that one piece of work may have")
    except Exception as error:  # the last net of this process: a fault of ours, told in a sentence
        end = ("failed", f"this is a fault of the planner itself, not of your settings ({type(error).__name__}: {error})")
    with contextlib.suppress(OSError):
        pipe.send(end)
        pipe.close()
