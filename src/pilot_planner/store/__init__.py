"""Saved designs, scenarios, plans, fronts and studies, with a history that only grows. SQLite or PostgreSQL."""
