"""The text of contracts, invented, in the form of line items (JMRC, reference 5.4)."""
