"""How a leaderboard stands: which period runs, who takes part, what each one did in it by the floor and by history, kept up to date."""
