"""The lines of one risk: sums against the order, each carrier's line, quotes, subjectivities."""
