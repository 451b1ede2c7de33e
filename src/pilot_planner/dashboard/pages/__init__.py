"""A folder for each page: its ``page`` module has ``layout``, what stands there at first, and ``register``, for the rest."""
