"""What one steps into calls with, wherever it stands: the menu of an agent or caller, the dialogs, one's own session."""

from layouts.controls.command_log import command_log
from layouts.controls.own_session import own_session
from layouts.controls.phone_chip import phone_chip
from layouts.controls.row_menu import row_menu
from layouts.controls.selection import selection
from layouts.controls.selection_bar import selection_bar

__all__ = ["command_log", "own_session", "phone_chip", "row_menu", "selection", "selection_bar"]
