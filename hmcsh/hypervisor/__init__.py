"""Partition memory as page state, and how it moves.

Nothing is imported here: numpy costs a tenth of a second, which commands that move no memory need
not wait for.
"""
