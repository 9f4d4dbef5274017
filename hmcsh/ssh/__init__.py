"""The SSH server: authentication, sessions, terminals and the line editor."""
