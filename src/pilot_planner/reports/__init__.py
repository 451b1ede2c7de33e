"""Results for people and for other programs: the plan folder, the printed plan, the printed check."""
