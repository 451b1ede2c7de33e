"""The Briefing: the open plan in five full-screen steps."""
