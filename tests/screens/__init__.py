"""Paired screens: services on real databases and a real Redis, pages in Chromium, endurance on real processes."""
