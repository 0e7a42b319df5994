"""What a user configures, and what errors say."""
