"""A package, so that its shared clients end with its last test: no other test may run on their event loop."""
