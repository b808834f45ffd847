"""One file a report: what it shows, made within a look that is open."""
