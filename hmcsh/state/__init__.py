"""State that lasts: a datacenter and its migrations in a file."""
