"""Managed systems and what stands in them."""
