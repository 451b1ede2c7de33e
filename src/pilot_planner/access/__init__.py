"""Who may use a shared dashboard: accounts, roles, sessions, limits on log-in, and a log of what was done."""
