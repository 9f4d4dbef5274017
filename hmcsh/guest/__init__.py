"""What stands behind the console device of a partition: log-in, shell, DLPAR scripts.

Model and migration know of it only what they are handed: what answers at a console device, and
what runs a script.
"""
