"""What the commands for states, service and utilization are made of."""
