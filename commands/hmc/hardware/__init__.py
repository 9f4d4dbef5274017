"""The types of hardware resources: what `lshwres` lists of each and what `chhwres` does to it."""
