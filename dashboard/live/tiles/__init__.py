"""The value of each kind of tile: one small pure function of (sight, aim, tile) for each."""
