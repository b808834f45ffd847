"""Whole walls: every template on every kind of floor, in a browser."""
