"""What a page offers: ``layout`` gives what stands there at first, with the plan if that is known already; ``register``
fills the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dash import Dash

    from pilot_planner.dashboard.runtime.opened_plans import Opened
    from pilot_planner.dashboard.runtime.services import Services


class Page(Protocol):
    """What the ``page`` module of a folder in ``pages`` offers."""

    def layout(self, services: Services, opened: Opened) -> Any: ...

    def register(self, app: Dash, services: Services) -> None: ...


def page_at(pages: Mapping[str, Page], pathname: str | None) -> Page | None:
    """The page of a path; None where there is none."""
    return pages.get((pathname or "/").rstrip("/") or "/")
