"""Questions put to programmes: the plan first, then everything that makes it convincing."""
