"""Solving a programme: our own outcome, whichever solver made it."""
