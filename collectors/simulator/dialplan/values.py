"""Variables and expressions of a dialplan: `${NAME}`, `${FUNCTION(…)}`, `$[…]`, as far as dialplans about calls need them.

Invariants: what is unknown is empty, as in Asterisk; expansion ends (each bracket is expanded once, from the inside).
"""

from __future__ import annotations

import re
from collections.abc import Callable

ValueOf = Callable[[str], str]
"""What a plain variable, or `FUNCTION(argument)` that is not one of the pure ones below, is worth."""

_COMPARISON = re.compile(
    r"\s*(?P<left>\"[^\"]*\"|[^=!<>|&]*?)\s*(?P<sign>!=|>=|<=|=|>|<)\s*(?P<right>\"[^\"]*\"|[^|&]*?)\s*"
)
_CLOSING = {"${": "{}", "$[": "[]"}


def expand(text: str, value_of: ValueOf) -> str:
    """`text` with every variable and expression replaced."""
    out, place = [], 0
    while place < len(text):
        opening = text[place : place + 2]
        if opening not in _CLOSING:
            out.append(text[place])
            place += 1
            continue
        end = _end(text, place + 1, *_CLOSING[opening])
        inner = expand(text[place + 2 : end], value_of)
        out.append(_variable(inner, value_of) if opening == "${" else _truth(inner))
        place = end + 1
    return "".join(out)


def arguments(data: str) -> list[str]:
    """An application's arguments: parted by commas outside brackets, a backslash before a sign taken away."""
    parts, depth, last = [], 0, 0
    for place, sign in enumerate(data):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            parts.append(data[last:place])
            last = place + 1
    return [part.strip() for part in (*parts, data[last:])]


def is_true(text: str) -> bool:
    return text.strip() not in {"", "0"}


def _end(text: str, opens_at: int, opening: str, closing: str) -> int:
    depth = 0
    for place in range(opens_at, len(text)):
        depth += (text[place] == opening) - (text[place] == closing)
        if depth == 0:
            return place
    return len(text)


def _variable(name: str, value_of: ValueOf) -> str:
    function, opens, rest = name.partition("(")
    if opens and rest.endswith(")") and function in FUNCTIONS:
        return FUNCTIONS[function](rest[:-1])
    plain, _, cut = name.partition(":") if not opens else (name, "", "")
    value = value_of(plain)
    if not cut:
        return value
    offset, _, length = cut.partition(":")
    tail = value[int(offset or 0) :]
    return tail[: int(length)] if length else tail


_SIGN = re.compile(r"\\x([0-9a-fA-F]{2})|\\(.)|(.)", re.DOTALL)


def _filter(data: str) -> str:
    """`FILTER(signs,value)`: ranges (`a-z`), `\\-` for the sign itself. Two backslashes are a backslash, so `\\\\-` begins a range."""
    allowed, _, value = data.partition(",")
    signs, wanted, place = [found.groups() for found in _SIGN.finditer(allowed)], set[str](), 0
    while place < len(signs):
        first = _plain(*signs[place])
        is_range = signs[place + 1 : place + 2] == [(None, None, "-")]
        last = (_plain(*signs[place + 2]) if place + 2 < len(signs) else "") if is_range else first
        wanted.update(map(chr, range(ord(first), ord(last) + 1)) if last else ())
        place += 3 if is_range else 1
    return "".join(sign for sign in value if sign in wanted)


def _plain(code: str | None, escaped: str | None, sign: str | None) -> str:
    return chr(int(code, 16)) if code else escaped or sign or ""


def _if(data: str) -> str:
    condition, _, rest = data.partition("?")
    yes, _, no = rest.partition(":")
    return yes if is_true(condition) else no


def _regex(data: str) -> str:
    """`"pattern" text`: whether the pattern is found; a broken one is not."""
    pattern, _, text = data.lstrip().removeprefix('"').partition('" ')
    try:
        return str(int(re.search(pattern, text) is not None))
    except re.error:
        return "0"


FUNCTIONS: dict[str, Callable[[str], str]] = {
    "FILTER": _filter,
    "IF": _if,
    "REGEX": _regex,
    "LEN": lambda data: str(len(data)),
    "ISNULL": lambda data: str(int(not data)),
    "TOLOWER": str.lower,
    "TOUPPER": str.upper,
}
"""Functions that need nothing but their argument."""


def _truth(text: str) -> str:
    for sign, join in (("|", any), ("&", all)):
        parts = re.split(rf"\s{re.escape(sign)}\s", text)
        if len(parts) > 1:
            return str(int(join(is_true(_truth(part)) for part in parts)))
    found = _COMPARISON.fullmatch(text)
    if found is None:
        return text.strip().strip('"')
    left, right = found["left"].strip('"'), found["right"].strip('"')
    pair: tuple[float, float] | tuple[str, str] = (left, right)
    if _number(left) is not None and _number(right) is not None:
        pair = (float(left), float(right))
    return str(int(_COMPARE[found["sign"]](*pair)))


_COMPARE: dict[str, Callable[..., bool]] = {
    "=": lambda a, b: bool(a == b), "!=": lambda a, b: bool(a != b), ">": lambda a, b: bool(a > b),
    "<": lambda a, b: bool(a < b), ">=": lambda a, b: bool(a >= b), "<=": lambda a, b: bool(a <= b),
}  # fmt: skip


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
