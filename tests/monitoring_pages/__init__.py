"""The pages of the monitoring rules, and of one's own phone."""
