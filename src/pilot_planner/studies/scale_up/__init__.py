"""How far a pilot could grow when limits move together."""
