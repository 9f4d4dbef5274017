"""What the commands of Linux share."""
