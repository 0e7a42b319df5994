"""Who we are: the credential, its renewal, the organisations of the login and which one a call is about."""
