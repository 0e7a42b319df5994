"""For people in a terminal: any tool of the server as a command, and a token for a request of one's own."""
