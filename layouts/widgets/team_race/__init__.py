"""Teams against each other."""

from layouts.widgets.team_race.layout import team_race

__all__ = ["team_race"]
