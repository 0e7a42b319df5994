"""`make bench`: what a question costs, against what it could cost at least."""
