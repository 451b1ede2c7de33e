"""The command line: thin commands over the calls of the package."""
