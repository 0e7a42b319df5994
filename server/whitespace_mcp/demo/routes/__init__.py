"""What the platform answers, by path."""
