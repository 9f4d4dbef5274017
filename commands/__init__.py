"""What can be typed: a package of commands for each kind of system.

`hmc` has those of the console.
"""
