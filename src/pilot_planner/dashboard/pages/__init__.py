"""One module a page: ``layout(services)`` gives what stands there before anything is known, ``register`` fills it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dash import Dash

    from pilot_planner.dashboard.services import Services


class Page(Protocol):
    """What a module of this folder offers."""

    def layout(self, services: Services) -> Any: ...

    def register(self, app: Dash, services: Services) -> None: ...
