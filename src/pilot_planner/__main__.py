"""``python -m pilot_planner`` and ``pilot-planner``: what has to be set before anything is loaded, then the command line."""

from __future__ import annotations

import atexit
import gc
import os

_COLLECT_RARELY = 400_000


def main() -> None:
    """Run the command line."""
    # A command makes many small records and ends soon: fewer collections, and none when it ends, save a tenth of its time.
    gc.set_threshold(_COLLECT_RARELY)
    atexit.register(gc.freeze)
    # The matrices are small: threads of the linear algebra library cost more to begin than they bring.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # None of ours; looking for them reads the descriptions of all that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    from pilot_planner.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
