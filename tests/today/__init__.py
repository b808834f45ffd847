"""The pages of a day: what they are told, what they show, and to whom."""
