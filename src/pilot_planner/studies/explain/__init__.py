"""Why a plan is as it is, or why there is none: shadow prices, cliffs, excluded hosts, conflicts and their repairs."""
