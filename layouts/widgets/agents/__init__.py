"""Everybody on the floor."""

from layouts.widgets.agents.layout import agents
from layouts.widgets.agents.view import AgentsView

__all__ = ["AgentsView", "agents"]
