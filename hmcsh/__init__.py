"""hmcsh: a drop-in emulator of the Hardware Management Console command line."""

__version__ = "0.1.0"
