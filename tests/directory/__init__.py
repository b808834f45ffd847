"""The directory, on SQLite and on PostgreSQL."""
