"""The SSH server: authentication, sessions and the line editor."""
