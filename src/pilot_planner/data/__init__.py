"""What we believe: reading, checking, overriding and describing the files of ``inputs/``."""
