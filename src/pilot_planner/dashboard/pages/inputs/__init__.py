"""The Inputs page."""
