"""A server for the firm, on real PostgreSQL, Redis, HAProxy and an identity provider."""
