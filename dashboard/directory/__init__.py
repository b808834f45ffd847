"""Who and what is on the floor, as people keep it: people, teams, agents, queues, pause reasons, the business day.

Everything here is asked with an `Actor` and checked for permission and scope; everything that changes leaves a line in the
audit log and, where it touches numbers, a row in the settings outbox, in one transaction. The floor itself never reads these
tables: it is told by the stream (`dashboard.history.settings_outbox`).
"""

from dashboard.directory.directory import Directory, Rooms, Together
from dashboard.directory.refusals import Unknown

__all__ = ["Directory", "Rooms", "Together", "Unknown"]
