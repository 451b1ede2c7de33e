"""The sections of a proposal: each is a function from a ``Draft`` to a ``Section``."""
