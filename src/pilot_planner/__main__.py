"""``python -m pilot_planner``."""

from pilot_planner.cli.main import main

if __name__ == "__main__":
    main()
