"""Where one can go, for the desk and for the pages of forms: one list, so that both show the same way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation. `name`: of its icon and of its word (`nav.NAME`). `count`: things that wait for
    somebody there."""

    name: str
    href: str
    new_tab: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Navigation:
    """What one viewer sees of it. `places`: only what they may open. `here`: the name of the page at hand. `who`: the name of
    whoever is signed in, "" for nobody. `lang_href`, `theme_href`: the same page in the other language and the other theme."""

    places: tuple[Place, ...] = ()
    here: str = ""
    who: str = ""
    lang_href: str = "?"
    theme_href: str = "?"


NOWHERE = Navigation()

PLACES_ID = "places"
"""The navigation's own address in a page. On a phone only the first places have room: `#places` opens all of it, without a
script, and going back closes it."""

CLOSED_ID = "closed"
"""Where "less" leads: no element has this id, so the page stays where it is."""

SIGN_OUT = "/sign-out"
"""Where the sign-out button posts to."""
