"""The invented market: who is in it, and the slips that they place; everything the platform shows derives from it."""
