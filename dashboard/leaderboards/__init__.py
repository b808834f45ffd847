"""Leaderboards and contests: who takes part, what counts, over which period; how it stands, how it ended, what is celebrated.

Scores are made by `dashboard.floor.scoring` (pure). Here is what it needs from outside and what comes of it, in four rooms: `standings`
(the numbers of a period, kept up to date), `results` (how periods ended), `celebrations`, `people` (how they choose to appear). Beside
them stand what all share: documents, their checking and their shelf. The historian watches (`watch`): it ends periods and calls
celebrations; gateways show how it stands; pages, which have no floor, try one by history alone (`tried`).
"""
