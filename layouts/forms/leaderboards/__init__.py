"""Pages of leaderboards: the list, the form of one, how it stands, how it ended."""
