"""The commands of `floorwatch`: one file a command, each a thin shell around a room that does the work."""
