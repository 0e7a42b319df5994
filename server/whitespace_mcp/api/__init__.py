"""The platform over HTTP: one client with its limits and retries, one module per resource."""
