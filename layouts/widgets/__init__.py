"""Widgets: one a file, each with its code of the same name in assets/js."""
