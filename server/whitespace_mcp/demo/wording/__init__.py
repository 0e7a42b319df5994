"""The text of contracts, invented, in the form of line items (JMRC, platform.md 5.4)."""
