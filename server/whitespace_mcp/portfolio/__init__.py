"""The list of risks of one organisation: loaded once, kept fresh, then filtered, grouped and paged in SQLite."""
