"""Pareto fronts by epsilon constraints, and near-optimal alternatives."""
