"""Guessing gets slow: after the first failures each further try costs a wait of 1, 2, 4 … seconds, 15 minutes at most.

Counted by account and by address, so that neither one password tried at many accounts nor many passwords at one goes fast.
Where an account has signed in from before, it is counted apart: somebody elsewhere who guesses at it does not lock its owner
out. Accounts that do not exist are counted too, so that waiting tells nothing.

A try is counted before it is judged (`enter`), and taken back when it was right (`passed`): a thousand at once are a thousand
tries. Tries during a wait are refused and not counted, so the wait ends when it was said to; it is never longer than it was said
to be, also when the clock was set back meanwhile. Without Redis nobody tries: `AccessUnavailable`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, cast

from redis import Redis

from dashboard.access.keys import digest, throttle_key
from dashboard.access.unavailable import told_as_unavailable
from dashboard.refusal import Refused

What = Literal[
    "sign_in",
    "password",
    "second_factor",
    "invitation",
    "first_admin",
    "pairing",
    "pairing_code",
    "oidc",
    "report_mail",
]
"""`password`: one's own, asked again. `oidc`: a sign-in begun at the provider. `pairing`: a code entered at the desk.
`pairing_code`: a TV that asks for a code. `report_mail`: letters that somebody sends as a test, which are never right."""

LONGEST_S: Final = 900
KNOWN_DAYS: Final = 90
_KNOWN_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """`free`: tries without a wait. One more is forgotten every `forget_s`."""

    free: int
    forget_s: int


BY_ACCOUNT: Final = Rule(5, 600)
BY_ADDRESS: Final[dict[What, Rule]] = {
    "sign_in": Rule(20, 300),
    "password": Rule(50, 300),
    "second_factor": Rule(20, 300),
    "invitation": Rule(10, 300),
    "first_admin": Rule(10, 300),
    "pairing": Rule(10, 300),
    "pairing_code": Rule(30, 20),
    "oidc": Rule(600, 1),
    "report_mail": Rule(20, 300),
}
"""A whole call centre may come from one address: what is free there is more than for one account."""
BY_KNOWN_ADDRESS: Final = Rule(200, 10)
"""For accounts that have signed in from there before: at the start of a shift hundreds mistype."""

# KEYS counts; ARGV now (ms), longest wait (ms), then free and ms to forget one, for each key.
# Answers how long to wait (ms); 0: counted.
_ENTER: Final = """
local now, longest, wait = tonumber(ARGV[1]), tonumber(ARGV[2]), 0
for _, key in ipairs(KEYS) do
  local kept = redis.call('HMGET', key, 'at_ms', 'until_ms')
  local at, ends = tonumber(kept[1] or now), tonumber(kept[2] or '0')
  if at > now then
    ends = ends - (at - now)
    redis.call('HSET', key, 'at_ms', ARGV[1], 'until_ms', string.format('%d', ends))
  end
  wait = math.max(wait, ends - now)
end
if wait > 0 then return math.ceil(wait) end
for i, key in ipairs(KEYS) do
  local free, forget = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
  local kept = redis.call('HMGET', key, 'count', 'at_ms')
  local elapsed = math.max(0, now - tonumber(kept[2] or now))
  local count = math.max(0, tonumber(kept[1] or '0') - elapsed / forget) + 1
  local over = math.ceil(count - free)
  local delay = over > 0 and math.min(longest, 1000 * 2 ^ math.min(over - 1, 20)) or 0
  redis.call('HSET', key, 'count', tostring(count), 'at_ms', ARGV[1], 'until_ms', string.format('%d', now + delay))
  redis.call('PEXPIRE', key, math.ceil(count * forget + longest))
end
return 0
"""

# KEYS count by address, counts to forget wholly. The try was right: it does not count by address.
_PASSED: Final = """
for i = 2, #KEYS do redis.call('DEL', KEYS[i]) end
local count = tonumber(redis.call('HGET', KEYS[1], 'count') or '0')
if count <= 1 then redis.call('DEL', KEYS[1]) return 1 end
redis.call('HSET', KEYS[1], 'count', tostring(count - 1), 'until_ms', '0')
return 1
"""


class Throttle:
    """The counts of a site. `account` is what was typed as a login, whether there is such an account or not."""

    def __init__(self, redis: Redis, site: str, now_ms: Callable[[], int]) -> None:
        self._redis = redis
        self._site = site
        self._now_ms = now_ms
        self._enter = redis.register_script(_ENTER)
        self._passed = redis.register_script(_PASSED)

    def enter(self, what: What, address: str, account: str = "") -> int:
        """Seconds to wait; 0: go on, this try is counted. Raises `AccessUnavailable`."""
        counts = self._counts(what, address, account)
        args: list[int] = [self._now_ms(), LONGEST_S * 1000]
        for _, rule in counts:
            args += [rule.free, rule.forget_s * 1000]
        with told_as_unavailable():
            wait_ms = cast("int", self._enter(keys=[key for key, _ in counts], args=args))
        return -(-wait_ms // 1000)

    def take_back(self, what: What, address: str, account: str = "") -> None:
        """The try that `enter` counted could not be judged: it does not count, and nothing else is forgotten."""
        with told_as_unavailable():
            for key, _ in self._counts(what, address, account):
                self._passed(keys=[key])

    def demand(self, what: What, address: str, account: str = "") -> None:
        """The same, refusing in words."""
        wait_s = self.enter(what, address, account)
        if wait_s:
            raise Refused("access.wait", seconds=wait_s)

    def passed(self, what: What, address: str, account: str = "") -> None:
        """The try that `enter` counted was right."""
        with told_as_unavailable():
            self._passed(keys=[key for key, _ in self._counts(what, address, account)])

    def remember(self, account: str, address: str) -> None:
        """This account has signed in from there (with everything that it has to prove)."""
        key, now = self._known_key(account), self._now_ms()
        with told_as_unavailable(), self._redis.pipeline(transaction=False) as pipe:
            pipe.zadd(key, {digest(_place(address)): now})
            pipe.zremrangebyrank(key, 0, -_KNOWN_MOST - 1)
            pipe.pexpire(key, KNOWN_DAYS * 86_400_000)
            pipe.execute()

    def _counts(self, what: What, address: str, account: str) -> list[tuple[str, Rule]]:
        place = _place(address)
        if not account:
            return [(self._key(what, f"address {place}"), BY_ADDRESS[what])]
        if self._is_known(account, place):
            by_address = (self._key(what, f"known address {place}"), BY_KNOWN_ADDRESS)
            return [by_address, (self._key(what, f"account {account} at {place}"), BY_ACCOUNT)]
        by_address = (self._key(what, f"address {place}"), BY_ADDRESS[what])
        return [by_address, (self._key(what, f"account {account}"), BY_ACCOUNT)]

    def _is_known(self, account: str, place: str) -> bool:
        with told_as_unavailable():
            at_ms = self._redis.zscore(self._known_key(account), digest(place))
        return at_ms is not None and self._now_ms() - at_ms < KNOWN_DAYS * 86_400_000

    def _key(self, what: str, whom: str) -> str:
        return throttle_key(self._site, what, digest(whom))

    def _known_key(self, account: str) -> str:
        return self._key("known", account)


def _place(address: str) -> str:
    """An address as it is counted: of IPv6 the network, because one host has all of it."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))
