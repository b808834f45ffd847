"""Pages of alerts: what fired, which rules, which channels."""
