"""Moments on pages: always in the site's time zone."""

from __future__ import annotations

from dashboard.pages.services import Services
from layouts.forms.moment import Moments


def site_moments(services: Services) -> Moments:
    """For the request at hand: `site_moments(services)(at_ms, never="–")` is a node."""
    return Moments(services.directory.rules.time_zone())
