"""The tools: thin functions from arguments to portfolio, session or api, and to an answer."""
