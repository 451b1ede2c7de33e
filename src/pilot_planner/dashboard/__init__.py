"""The dashboard: designers see the trade-offs and find their plan. Served on this machine, asking nothing of any other."""
