"""The frame of every page and its parts: controls, boxes, chips, help."""
