"""An agent's day: the ribbon of states, the figures beside the team's median, the calls."""

from layouts.forms.agent_day.page import AgentDayView, DayFigureView, StateRow, agent_day
from layouts.forms.agent_day.ribbon import Bar, Ribbon, Tick

__all__ = ["AgentDayView", "Bar", "DayFigureView", "Ribbon", "StateRow", "Tick", "agent_day"]
