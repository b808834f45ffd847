"""The replica, against real servers."""
