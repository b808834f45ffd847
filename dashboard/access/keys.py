"""The keys of access in Redis. Ids of sessions, tokens and devices stand in them only as SHA-256: a dump opens no door."""

from __future__ import annotations

import hashlib

from collectors.stream.keys import site_key


def digest(secret: str) -> str:
    """How a random secret (session id, token, code) is kept: SHA-256, in hexadecimal digits. Not for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()


def session_key(site: str, session: str) -> str:
    """A session; `session` is its id, which stays while its cookie changes and opens nothing."""
    return site_key(site, f"session:{session}")


def session_cookie_key(site: str, cookie: str) -> str:
    """Which session a cookie opens; `cookie` is the digest of its value."""
    return site_key(site, f"session-cookie:{cookie}")


def second_factor_key(site: str, session: str) -> str:
    """The sealed seed of a second factor that is being set up in a session."""
    return site_key(site, f"second-factor:{session}")


def sessions_of_key(site: str, account_id: str) -> str:
    """The ids of an account's sessions."""
    return site_key(site, f"sessions-of:{account_id}")


def account_key(site: str, account_id: str) -> str:
    """What an account may do, as sessions and gateways read it while the database is away."""
    return site_key(site, f"account:{account_id}")


def token_key(site: str, token: str) -> str:
    """An API token; `token` is a digest."""
    return site_key(site, f"token:{token}")


def screen_key(site: str, token: str) -> str:
    """A paired screen by the digest of its device token: what it needs to keep going."""
    return site_key(site, f"screen:{token}")


def screen_seen_key(site: str, screen_id: str) -> str:
    """When and with what a screen was last seen."""
    return site_key(site, f"screen-seen:{screen_id}")


def boards_key(site: str) -> str:
    """The published boards: a hash, board id → revision and document."""
    return site_key(site, "boards")


def picture_key(site: str, picture_id: str) -> str:
    """A picture that a published board shows: a hash of its media type and its bytes."""
    return site_key(site, f"picture:{picture_id}")


def announcements_key(site: str) -> str:
    """The announcements that are shown: a hash, id → announcement."""
    return site_key(site, "announcements")


def supervision_key(site: str) -> str:
    """The rules of monitoring and the supervisors' phones, as pages show them while the database is away."""
    return site_key(site, "supervision")


def pairing_key(site: str, code: str) -> str:
    """A pairing in progress."""
    return site_key(site, f"pairing:{code}")


def oidc_key(site: str, browser: str) -> str:
    """A sign-in begun at the OpenID provider; `browser` is the digest of its cookie."""
    return site_key(site, f"oidc:{browser}")


def throttle_key(site: str, what: str, whom: str) -> str:
    """Failed attempts at `what` by `whom` (a digest)."""
    return site_key(site, f"throttle:{what}:{whom}")


def notices_channel(site: str) -> str:
    """Where changes of access are told; see `dashboard.access.notices`."""
    return site_key(site, "access")
