"""Charts of sweeps: curves, heat maps and the growth of a pilot."""
