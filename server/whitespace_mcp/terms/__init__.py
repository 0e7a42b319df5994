"""The field's words as pure functions: ids, stages, moments and text. No I/O, and nothing of ours but errors."""
