"""One module for each step; they run in the order in which each names the one before it."""
