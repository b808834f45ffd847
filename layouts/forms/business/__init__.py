"""Pages of business events: what was told, who tells, what is counted besides, files."""
