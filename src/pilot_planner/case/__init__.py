"""One case: a design applied to inputs. Pay, tax, eligibility, costs and baselines as plain numbers; no solver."""
