"""What an announcement is: a message of a person to chosen screens, checked before anything is kept. Pure.

Invariant: one line of text that can be read as it was typed: no control characters, and no marks that turn its direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import msgspec

from dashboard.refusal import Refused
from dashboard.typed_text import in_one_line

Form = Literal["ticker", "banner", "full"]
Priority = Literal["normal", "high"]

FORMS: Final[tuple[Form, ...]] = get_args(Form)
PRIORITIES: Final[tuple[Priority, ...]] = get_args(Priority)

LONGEST: Final[dict[Form, int]] = {"ticker": 200, "banner": 80, "full": 100}
"""Characters: what fits a screen in letters that can be read from the other end of the floor."""

SECONDS: Final = range(5, 121)
"""How long a full screen is covered, or a page of the ticker shown."""

MINUTES: Final = range(1, 721)
"""How long an announcement is valid."""

MOST_SCREENS: Final = 200


class Announcement(msgspec.Struct, frozen=True):
    """One as it is shown. `until_ms`: epoch. `seconds`: how long the whole screen is covered (`full`), or its page of the ticker
    is shown; a banner stays until it ends."""

    id: str
    form: Form
    text: str
    priority: Priority
    until_ms: int
    seconds: int
    screens: tuple[str, ...]

    def is_for(self, screen_id: str, now_ms: int) -> bool:
        """Whether this screen shows it now."""
        return now_ms < self.until_ms and screen_id in self.screens


@dataclass(frozen=True, slots=True)
class AnnouncementWishes:
    """As a form sends it; what is no number there is 0. `screens`: their ids."""

    text: str
    form: str
    priority: str
    seconds: int
    minutes: int
    screens: tuple[str, ...]


def checked(wishes: AnnouncementWishes) -> AnnouncementWishes:
    """The same with its text in one line and each screen once. Raises `Refused` for the first field that is wrong."""
    form = next((form for form in FORMS if form == wishes.form), None)
    if form is None:
        raise Refused("refused.announcement.form", "form")
    text = in_one_line(wishes.text)
    if not text:
        raise Refused("refused.announcement.text_missing", "text")
    if len(text) > LONGEST[form]:
        raise Refused("refused.announcement.text", "text", most=LONGEST[form], length=len(text))
    if wishes.priority not in PRIORITIES:
        raise Refused("refused.announcement.priority", "priority")
    if wishes.seconds not in SECONDS:
        raise Refused("refused.announcement.seconds", "seconds", least=SECONDS[0], most=SECONDS[-1])
    if wishes.minutes not in MINUTES:
        raise Refused("refused.announcement.minutes", "minutes", least=MINUTES[0], most=MINUTES[-1])
    screens = tuple(dict.fromkeys(wishes.screens))
    if not screens:
        raise Refused("refused.announcement.screens_missing", "screens")
    if len(screens) > MOST_SCREENS:
        raise Refused("refused.announcement.screens", "screens", most=MOST_SCREENS)
    return AnnouncementWishes(text, form, wishes.priority, wishes.seconds, wishes.minutes, screens)
