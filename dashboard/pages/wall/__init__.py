"""`/wall/`: a board for a TV. `page` answers requests, `preferences` knows language and theme, `views` makes what the layout is
told, `tiles` has a mapping for each kind."""

from dashboard.pages.wall.page import PAGE, register

__all__ = ["PAGE", "register"]
