"""Words, names and numbers as people read them: one rounding, one label and one unit for every page and document."""
