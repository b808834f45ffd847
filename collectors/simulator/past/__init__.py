"""Weeks and years of the simulated centre's past, call by call, without living them event by event.

The same staff, curve, patience, talk times, pauses and transfers as the living floor; callers queue for real, first come first
served, for agents who can do one thing at a time. What comes out is what a perfect witness would have written down.
"""

from .config import PastConfig
from .course import OFFER, OWN_CALL, STATE, STATES, VISIT, DayBook
from .living import days, days_for

__all__ = [
    "OFFER",
    "OWN_CALL",
    "STATE",
    "STATES",
    "VISIT",
    "DayBook",
    "PastConfig",
    "days",
    "days_for",
]
