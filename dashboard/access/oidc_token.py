"""Whether an ID token is true, meant for us, and the answer to what this browser began. Pure: keys and time are arguments.

Only asymmetric signatures count: `none` proves nothing, and with `HS256` a public key would do as the secret. What a token says
about its own algorithm chooses among ours, never beyond them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from joserfc.jws import JWSRegistry
from joserfc.util import base64_to_int

ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
LEEWAY_S: Final = 60
LEAST_RSA_BITS: Final = 2048
LONGEST_SUBJECT: Final = 255


class TokenRefused(Exception):  # noqa: N818 — the field's word
    """The ID token does not hold. The text says why, in our own words, for the log and the audit line.
    `is_key_unknown`: the provider may have changed its keys since we read them."""

    def __init__(self, why: str, *, is_key_unknown: bool = False) -> None:
        super().__init__(why)
        self.is_key_unknown = is_key_unknown


class _Registry(JWSRegistry):
    max_header_length = 4096  # some providers send a certificate chain along


def usable_keys(document: object) -> tuple[Key, ...]:
    """The public keys of a JWKS document that may sign for us: no shared secrets, no keys for encryption, no short RSA."""
    listed = document.get("keys") if isinstance(document, Mapping) else None
    found = (_key(entry) for entry in listed if isinstance(entry, dict)) if isinstance(listed, list) else ()
    return tuple(key for key in found if key is not None)


def _key(entry: dict[str, Any]) -> Key | None:
    if entry.get("kty") not in {"RSA", "EC", "OKP"} or entry.get("use", "sig") != "sig":
        return None
    try:
        if entry["kty"] == "RSA" and base64_to_int(entry["n"]).bit_length() < LEAST_RSA_BITS:
            return None
        return JWKRegistry.import_key(entry)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def checked(
    token: str,
    keys: Sequence[Key],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
    now_s: int,
    algorithms: Sequence[str] = ALGORITHMS,
) -> dict[str, Any]:
    """The claims of a token that holds. Raises `TokenRefused`."""
    found = _decoded(token, keys, [name for name in algorithms if name in ALGORITHMS])
    claims = CodeIDToken(
        found.claims,
        found.header,
        {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}},
        {"nonce": nonce, "client_id": client_id, "access_token": access_token},
    )
    try:
        claims.validate(now=now_s, leeway=LEEWAY_S)
    except JoseError as error:
        raise TokenRefused(_reason(error)) from None
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise TokenRefused(f"a claim has no usable value ({type(error).__name__})") from None
    if not _is_subject(claims["sub"]):
        raise TokenRefused("its subject is none: 1 to 255 characters of ASCII")
    return dict(claims)


def _is_subject(text: str) -> bool:
    return 0 < len(text) <= LONGEST_SUBJECT and text.isascii() and text.isprintable()


def _decoded(token: str, keys: Sequence[Key], algorithms: list[str]) -> jwt.Token:
    if not algorithms:
        raise TokenRefused("the provider signs with no algorithm that counts here")
    if not keys:
        raise TokenRefused("the provider shows no usable key", is_key_unknown=True)
    try:
        return jwt.decode(
            token, KeySet(list(keys)), registry=_Registry(algorithms=algorithms, strict_check_header=False)
        )
    except (InvalidKeyIdError, BadSignatureError) as error:
        raise TokenRefused(_reason(error), is_key_unknown=True) from None
    except JoseError as error:
        raise TokenRefused(_reason(error)) from None
    except (TypeError, ValueError, AttributeError, KeyError, RecursionError) as error:
        raise TokenRefused(f"it cannot be read ({type(error).__name__})") from None


def _reason(error: JoseError) -> str:
    """`error`'s own code and claim, both from closed lists: its description may quote the token."""
    claim = cast("str", getattr(error, "claim", "") or "")
    return f"{error.error}{f' ({claim[:20]})' if claim else ''}"
