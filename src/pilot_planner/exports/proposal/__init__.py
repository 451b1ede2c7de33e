"""The donor proposal: one document without a format, built from a dossier by sections, then written as Word or PDF."""
