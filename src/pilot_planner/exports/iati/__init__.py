"""A plan as one activity of the IATI Standard, version 2.03."""

from pilot_planner.exports.iati.activity import make

__all__ = ["make"]
