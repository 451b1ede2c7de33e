"""Draws of the evidence: uncertain inputs, trials of a plan, Sobol and one-at-a-time influence."""
