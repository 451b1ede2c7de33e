"""The Parties page."""
