"""How a study tells its caller how far it is, and stops when the caller says so: one rule for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pilot_planner.errors import CancelledError

Progress = Callable[[str, float], bool]
"""Called with what is being done and how far it is (0 to 1); returning False stops with CancelledError."""


def _nothing() -> Any:
    return None


@dataclass
class Telling:
    """The caller's hook, which may be missing. ``partial`` makes what is finished by then, None where nothing is."""

    progress: Progress | None
    partial: Callable[[], Any] = _nothing

    def __call__(self, text: str, fraction: float) -> None:
        """Raises CancelledError, with what is finished, when the hook returns False."""
        if self.progress is not None and not self.progress(text, fraction):
            raise CancelledError(f"stopped at: {text}", self.partial())
