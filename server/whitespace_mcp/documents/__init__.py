"""Platform documents as data, pure: JSON, who may see what, the inbox, who is who."""
