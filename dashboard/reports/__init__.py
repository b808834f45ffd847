"""What happened, read for people: reports, lists of calls, agents' days. Knows SQL and who may see what; pages know the rest."""
