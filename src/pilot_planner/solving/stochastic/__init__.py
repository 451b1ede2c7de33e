"""Two-stage plans over draws: recourse programmes, Benders cuts, conditional value at risk."""
