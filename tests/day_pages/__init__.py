"""Pages of single calls, of one contact, and of an agent's day."""
