"""How studies run: processes, Dask, kept programmes, progress and cancelling."""
