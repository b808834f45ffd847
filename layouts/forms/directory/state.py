"""What a form shows: what was typed, and what is wrong with it. The same for every form of the directory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import htpy as h

from layouts.forms import link_button, notice
from layouts.texts import Catalogue


@dataclass(frozen=True, slots=True)
class Filled:
    """`values`: texts by field; `lists`: what is chosen of those that may be chosen several times; `errors`: sentences by field, "" for
    the whole form."""

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Collection[str]] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What stands in the field."""
        return self.values.get(name, "")

    def list(self, name: str) -> Collection[str]:
        """What is chosen of a field."""
        return self.lists.get(name, ())

    def error(self, name: str) -> str:
        """What is wrong with it; "" for nothing."""
        return self.errors.get(name, "")

    def whole(self, texts: Catalogue) -> str:
        """The sentence above the form: what is wrong with all of it, or that something below is."""
        if not self.errors:
            return ""
        return self.errors.get("") or texts("form.wrong")


def nothing_yet(sentence: str, *ways: tuple[str, str]) -> h.Element:
    """An empty page says what belongs there, and how it comes there. `ways`: (label, address)."""
    return h.div(class_="nothing_yet")[
        h.p[sentence],
        bool(ways)
        and h.p(class_="actions")[
            (link_button(label, href, "plain" if n else "primary") for n, (label, href) in enumerate(ways))
        ],
    ]


def read_only(texts: Catalogue) -> h.Element:
    """Said where others would find buttons."""
    return notice("info", texts("directory.read_only"))
