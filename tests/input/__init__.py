"""What clients send: anything at all."""
