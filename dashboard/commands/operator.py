"""Who works with the commands on the server's machine, as the audit log names them."""

from __future__ import annotations

import getpass
import os

from dashboard.access.actor import Actor, system


def operator() -> Actor:
    """The system's user that runs the command; who may run it may do everything there."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        name = str(os.getuid())
    return system(f"floorwatch@{name}")
