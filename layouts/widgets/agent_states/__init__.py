"""How many agents are in which state."""

from layouts.widgets.agent_states.layout import STATES, agent_states

__all__ = ["STATES", "agent_states"]
