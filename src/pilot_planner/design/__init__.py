"""What may be decided: pilot designs in TOML, their schema, and settings on top of them."""
