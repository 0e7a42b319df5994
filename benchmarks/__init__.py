"""`make bench`: what a question costs, against what it could cost at least, and against what it cost."""

PARTS = ("startup", "questions", "depth", "memory", "load", "sheets", "firm", "tokens")
"""The modules of this folder that have figures, in the order of the table."""
