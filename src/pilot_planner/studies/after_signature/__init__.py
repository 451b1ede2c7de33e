"""What happens after a plan is signed: actuals, where the pilot stands, and the rest planned anew."""
