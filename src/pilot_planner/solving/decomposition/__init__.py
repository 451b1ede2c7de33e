"""The exact search by sets of hosts: blocks, bounds from multipliers, live programmes of the sets that could win."""
