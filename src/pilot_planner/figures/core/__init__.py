"""What every chart shares: the base layout, the theme, placed labels, outlines of countries, and drawings as SVG."""
