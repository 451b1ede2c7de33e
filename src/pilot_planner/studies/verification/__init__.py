"""A second opinion of a plan: referee solvers, and a certificate checked in exact fractions, apart from the search."""
