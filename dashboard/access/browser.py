"""A browser's name for the list of sessions: two words that a person knows again, never the text that the browser sent."""

from __future__ import annotations

import re
from typing import Final

_BROWSERS: Final = (
    ("MicroMessenger/", "WeChat"),
    ("wxwork/", "WeCom"),
    ("DingTalk/", "DingTalk"),
    ("Edg/", "Edge"),
    ("QQBrowser/", "QQ Browser"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
)
"""Most browsers also claim to be Chrome or Safari: the first that is found counts."""

_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)

LONGEST = 1000


def browser_words(user_agent: str) -> str:
    """`Firefox 145, Linux`; "" for what is no browser that we know."""
    text = user_agent[:LONGEST]
    browser = next((f"{name} {version}".strip() for mark, name in _BROWSERS if (version := _version(text, mark))), "")
    system = next((name for mark, name in _SYSTEMS if mark in text), "")
    return ", ".join(word for word in (browser, system) if word)


def _version(text: str, mark: str) -> str:
    found = re.search(re.escape(mark) + r"(\d{1,4})", text, re.ASCII)
    return found[1] if found else ""
