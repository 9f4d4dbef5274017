"""What the commands of a Virtual I/O Server share."""
