"""What the commands of AIX share."""
