"""Every fault in front of every kind of call."""
