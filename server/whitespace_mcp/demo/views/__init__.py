"""Pure functions from the market to the documents that the platform serves to one viewer."""
