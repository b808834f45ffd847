"""Leaderboards and contests: who takes part, what counts, over which period; how it stands, how it ended, what is celebrated.

Scores are made by `dashboard.floor.scoring` (pure). Here is what it needs from outside (the past of a period, how people choose to
appear) and what comes of it (results that stay, celebrations, corrections). Documents are JSON in SQL; the historian ends periods and
calls celebrations, gateways show how it stands.
"""
