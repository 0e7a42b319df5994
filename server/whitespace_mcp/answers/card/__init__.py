"""The card of one risk: its parts, and how they are cut to size."""
