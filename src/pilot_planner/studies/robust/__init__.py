"""Plans that are made for many draws at once."""
