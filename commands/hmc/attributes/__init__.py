"""The attribute tables: one for each type of resource that is listed."""
