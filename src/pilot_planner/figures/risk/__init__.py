"""Charts of draws: fan charts, histograms, breach rates, stress events, tornado."""
