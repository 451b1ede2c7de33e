"""The Compare page, saved and shared plans."""
