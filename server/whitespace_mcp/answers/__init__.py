"""What an assistant reads: small objects made from platform documents, field by field. Pure."""
