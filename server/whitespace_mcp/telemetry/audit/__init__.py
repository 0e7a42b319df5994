"""The optional audit trail: writing it, and checking what was written."""
