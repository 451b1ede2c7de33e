"""Charts of a Pareto front."""
