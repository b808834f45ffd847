"""The historian, as a process, against real servers."""
