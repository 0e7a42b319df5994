"""What happens before and around serving: logging in, finding out what is wrong, writing the hosts' configuration."""
