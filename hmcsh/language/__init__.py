"""The language of the HMC command line."""
