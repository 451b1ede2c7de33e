"""What callbacks work with: one set for each server, made by the application's factory and passed along."""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.dashboard.jobs import Jobs
from pilot_planner.dashboard.planner import Planner


@dataclass(frozen=True)
class Services:
    """Plans, and long work."""

    planner: Planner
    jobs: Jobs
