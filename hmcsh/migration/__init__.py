"""Live Partition Mobility."""
