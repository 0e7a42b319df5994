"""What everything stands on: time, files, one attempt at a time, logging."""
