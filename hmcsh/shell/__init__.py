"""The restricted shell."""
