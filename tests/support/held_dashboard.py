"""``pilot-planner dashboard`` whose long work stops at points that a test controls (``held_work``)."""

import held_work

from pilot_planner.cli.main import main
from pilot_planner.dashboard.runtime import job_functions

# Processes that work for pages run this file too, under another name: there, work is what it is.
if __name__ == "__main__":
    for kind in ("influence", "front", "risk"):
        setattr(job_functions, kind, getattr(held_work, kind))
    main()
