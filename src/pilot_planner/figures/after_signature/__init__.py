"""Charts of a pilot that runs: four questions over its periods, and the way from the signed plan to a new one."""
