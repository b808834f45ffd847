"""How many rest, of how many who may."""

from layouts.widgets.rest_quota.layout import rest_quota
from layouts.widgets.rest_quota.view import RestQuotaView

__all__ = ["RestQuotaView", "rest_quota"]
