"""What a person asks of a screen: its name, board, scope, language, theme, and where it may stand. Checked here, once."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from dashboard.access import scope as scopes
from dashboard.access.scope import Scope
from dashboard.refusal import Refused

LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class ScreenWishes:
    """As a form sends them. `address_range`: an address or a network (`10.1.0.0/16`); "" for anywhere."""

    name: str
    board: str
    scope: Scope
    lang: str
    theme: str
    address_range: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """As the row has them."""
        return {
            "name": self.name,
            "board": self.board,
            "scope": scopes.dump(self.scope),
            "lang": self.lang,
            "theme": self.theme,
            "address_range": self.address_range,
        }


def checked(
    wishes: ScreenWishes, walls: Collection[str], langs: Collection[str], themes: Collection[str]
) -> ScreenWishes:
    """The same with blanks taken off. `walls`: the boards that it may show. Raises `Refused` for the first field that is wrong."""
    name = " ".join(wishes.name.split())
    for field, word in _wrong(wishes, name, walls, langs, themes):
        raise Refused(word, field, most=LONGEST_NAME)
    network = wishes.address_range.strip()
    return ScreenWishes(
        name, wishes.board, wishes.scope, wishes.lang, wishes.theme, _network(network) if network else ""
    )


def _wrong(
    wishes: ScreenWishes, name: str, walls: Collection[str], langs: Collection[str], themes: Collection[str]
) -> Iterator[tuple[str, str]]:
    if not name:
        yield "name", "refused.screen.name_missing"
    if len(name) > LONGEST_NAME or not name.isprintable():
        yield "name", "refused.screen.name"
    if wishes.board not in walls:
        yield "board", "refused.screen.board"
    if wishes.scope.is_nothing:
        yield "scope", "refused.screen.scope_missing"
    if wishes.lang not in langs:
        yield "lang", "refused.screen.lang"
    if wishes.theme not in themes:
        yield "theme", "refused.screen.theme"


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise Refused("refused.screen.address_range", "address_range", text=text[:60]) from None
