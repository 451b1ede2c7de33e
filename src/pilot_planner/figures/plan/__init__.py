"""Charts of one plan, or of several beside each other."""
