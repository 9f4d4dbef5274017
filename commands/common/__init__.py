"""What the commands of every system share: how they are called, found and declared."""
