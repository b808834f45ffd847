"""To whom a letter may go: addresses as people type them, several in one field, each of a form that no server can misread."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from dashboard.refusal import Refused

MOST: Final = 20
"""Recipients of one letter."""

_LONGEST: Final = 254
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?P<domain>{_LABEL}(?:\.{_LABEL})*)", re.ASCII)
_BETWEEN: Final = re.compile(r"[\s,;，；、]+")


def addresses_in(text: str) -> tuple[str, ...]:
    """What stands in a field, each once, in order; not checked yet."""
    return tuple(dict.fromkeys(piece for piece in _BETWEEN.split(text) if piece))


def is_address(text: str) -> bool:
    """Whether this is one address and nothing else: ASCII, no quotes, no comment, no line end."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None


def checked(addresses: Iterable[str], domains: Iterable[str] = (), field: str = "recipients") -> tuple[str, ...]:
    """The addresses, each once. `domains`: those that mail may go to, none for every one. Raises `Refused` at `field`."""
    found = tuple(dict.fromkeys(addresses))
    if not found:
        raise Refused("mail.refused.nobody", field)
    if len(found) > MOST:
        raise Refused("mail.refused.too_many", field, most=MOST)
    allowed = {domain.lower().removeprefix("@") for domain in domains}
    for address in found:
        if not is_address(address):
            raise Refused("mail.refused.address", field, address=address[:100])
        if allowed and address.rpartition("@")[2].lower() not in allowed:
            raise Refused("mail.refused.domain", field, address=address, domains=", ".join(sorted(allowed)))
    return found
