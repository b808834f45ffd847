"""What happened, as one actor may read it: figures of the past, single calls, agents' days, and the reports made of them.

Written by the historian (`dashboard.history`), read here. Every call takes the actor first and shows nothing out of their scope,
by one rule (`dashboard.reports.reach`). No figure has a formula here: half-hours are summed in SQL, and the registry's own metrics
(`dashboard.floor.metrics`) evaluate the sums. `Archive` has all of it.
"""

from dashboard.reports.archive import Archive

__all__ = ["Archive"]
