"""The parties who must each want the pilot: would they take part, and what would other sums mean?"""
