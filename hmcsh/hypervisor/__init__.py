"""Partition memory as page state, and how it moves."""
