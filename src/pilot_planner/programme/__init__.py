"""The mixed-integer linear programme: decisions, quantities, metrics, limits, and its hand-over to PuLP."""
