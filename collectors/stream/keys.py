"""The names of the keys, and the arithmetic of stream ids.

Invariant: every key of a site carries the hash tag `{site}`, so that a script may touch several of them in a cluster.
"""

from __future__ import annotations

import re

from collectors.stream.errors import StreamError

START = "0-0"
"""The position before the first entry."""

_SITE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def _of(site: str, rest: str) -> str:
    if not _SITE.fullmatch(site):
        raise StreamError(f"The site name {site!r} cannot be used: letters, digits, '.', '_' and '-' only, at most 64.")
    return f"floor:{{{site}}}:{rest}"


def site_key(site: str, rest: str) -> str:
    """Any other key of the site, in the same slot as its stream."""
    return _of(site, rest)


def events_key(site: str) -> str:
    """The stream of a site's events."""
    return _of(site, "events")


def commands_key(site: str) -> str:
    """The stream of what people ask of the site's switches; short-lived, see `dashboard.supervision.commands`."""
    return _of(site, "commands")


def dead_key(site: str) -> str:
    """The stream of entries that could not be folded."""
    return _of(site, "dead")


def lease_key(site: str, name: str) -> str:
    """Who may write as `name` (a switch link's name; `process:…` for others): the token of the holder, expiring."""
    return _of(site, f"lease:{name}")


def epoch_key(site: str, name: str) -> str:
    """The newest epoch that was ever given out for the lease `name`."""
    return _of(site, f"epoch:{name}")


def cursor_key(site: str, name: str) -> str:
    """The last (epoch, n) that was written under the lease `name`, kept by the append script."""
    return _of(site, f"cursor:{name}")


def parts(stream_id: str) -> tuple[int, int]:
    """(milliseconds, count within the millisecond): stream ids compare like these, not like their text."""
    at_ms, _, count = stream_id.partition("-")
    return int(at_ms), int(count or 0)


def id_ms(stream_id: str) -> int:
    """When the entry was appended, by the server's clock (epoch, ms)."""
    return parts(stream_id)[0]


def newer(one: str, other: str) -> bool:
    """Whether `one` comes after `other` in the stream."""
    return parts(one) > parts(other)
