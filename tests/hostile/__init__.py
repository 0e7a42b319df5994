"""Text that other parties typed to do harm."""
