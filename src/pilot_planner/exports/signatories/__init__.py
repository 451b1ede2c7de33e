"""What those who must sign read in their own language: the plan in short, what must be true first, what is measured."""
