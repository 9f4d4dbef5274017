"""Reading, changing and migrating: one module for each HMC command."""
