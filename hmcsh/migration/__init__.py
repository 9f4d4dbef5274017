"""Live Partition Mobility: request, validation, mapping, the steps, stop and recovery."""
