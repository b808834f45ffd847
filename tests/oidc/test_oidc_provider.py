"""What a provider may say, and what is believed of it: each lie is refused, for its own reason."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, RSAKey

from dashboard.access.oidc_link import Line, ProviderAway
from dashboard.access.oidc_provider import CodeRefused, Provider, is_acceptable
from dashboard.access.oidc_token import TokenRefused, usable_keys
from tests.oidc.hostile_provider import NOW_S, HostileProvider, signed, signed_with_a_shared_secret


class Clock:
    """Times that the test sets."""

    def __init__(self) -> None:
        self.ms = NOW_S * 1000
        self.s = 0.0


def provider_of(liar: HostileProvider, clock: Clock | None = None, **changed: Any) -> Provider:
    at = clock or Clock()
    return Provider(liar.settings(**changed), lambda: at.ms, Line(lambda: at.s))


def claims_of(liar: HostileProvider, provider: Provider | None = None) -> dict[str, Any]:
    """Begins a sign-in as a browser does and comes back with a code."""
    asking = provider or provider_of(liar)
    url = asking.sign_in_url(redirect_uri="http://us/callback", state="s", nonce="n-1", verifier="v" * 43, lang="en")
    liar.nonce = parse_qs(urlsplit(url).query)["nonce"][0]
    return asking.claims(code="c", redirect_uri="http://us/callback", verifier="v" * 43, nonce="n-1")


def test_an_honest_answer_counts_and_the_browser_is_sent_with_pkce(liar: HostileProvider) -> None:
    provider = provider_of(liar, client_secret="s3cret")
    url = provider.sign_in_url(redirect_uri="http://us/callback", state="s", nonce="n", verifier="v" * 43, lang="zh-CN")
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{liar.issuer}/authorize?")
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert query["code_challenge"] != "v" * 43
    assert (query["response_type"], query["scope"], query["state"]) == ("code", "openid profile email", "s")

    assert claims_of(liar, provider)["sub"] == "subject-1"
    assert "code_verifier=" + "v" * 43 in liar.posted[0]
    assert "s3cret" not in liar.posted[0]  # in the header, by HTTP Basic


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://evil.example"}, "invalid_claim (iss)"),
    "no issuer": ({"iss": None}, "missing_claim (iss)"),
    "another audience": ({"aud": "somebody-else"}, "invalid_claim (aud)"),
    "audiences without us": ({"aud": ["a", "b"]}, "invalid_claim (aud)"),
    "two audiences, no azp": ({"aud": ["floorwatch", "b"]}, "missing_claim (azp)"),
    "issued to another": ({"azp": "somebody-else"}, "invalid_claim (azp)"),
    "expired": ({"exp": NOW_S - 61}, "expired_token"),
    "never expires": ({"exp": None}, "missing_claim (exp)"),
    "expires at no number": ({"exp": "tomorrow"}, "invalid_claim (exp)"),
    "not yet": ({"nbf": NOW_S + 100}, "invalid_claim (nbf)"),
    "from the future": ({"iat": NOW_S + 100}, "invalid_claim (iat)"),
    "another nonce": ({"nonce": "n-2"}, "invalid_claim (nonce)"),
    "no nonce": ({"nonce": None}, "missing_claim (nonce)"),
    "another access token's": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "invalid_claim (at_hash)"),
    "nobody": ({"sub": ""}, "subject"),
    "a subject that is a list": ({"sub": ["a"]}, "invalid_claim (sub)"),
    "a subject that no database keeps": ({"sub": "a\x00"}, "subject"),
    "an endless subject": ({"sub": "s" * 256}, "subject"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_claim_that_is_not_for_us_is_refused(liar: HostileProvider, lie: str) -> None:
    changed, reason = LIES[lie]
    liar.claims = changed
    with pytest.raises(TokenRefused) as refused:
        claims_of(liar)
    assert reason in str(refused.value)


def test_only_the_providers_own_asymmetric_signature_counts(liar: HostileProvider) -> None:
    public, kid = liar.key.as_pem(private=False), str(liar.key.kid)
    stranger = ECKey.generate_key("P-256", auto_kid=True)

    def tampered(claims: dict[str, Any]) -> str:
        head, _, signature = signed(claims, liar.key).split(".")
        body = signed(claims | {"groups": ["admins"]}, liar.key).split(".")[1]
        return f"{head}.{body}.{signature}"

    forged = {
        "no signature at all": lambda claims: signed(claims, OctKey.generate_key(128), "none", kid),
        "the public key as a shared secret": lambda claims: signed_with_a_shared_secret(claims, public, kid),
        "a stranger's key": lambda claims: signed(claims, stranger),
        "a stranger's key under the provider's name": lambda claims: signed(claims, stranger, kid=kid),
        "a changed body": tampered,
        "no token": lambda _: "a.b",
        "no JSON": lambda _: "eyJhbGciOiJFUzI1NiJ9.bm9uZQ.AAAA",
    }
    for liar.token in forged.values():
        with pytest.raises(TokenRefused):
            claims_of(liar)
    liar.token = lambda claims: signed(claims, liar.key)
    assert claims_of(liar)["sub"] == "subject-1"


def test_the_document_cannot_talk_us_into_weak_algorithms(liar: HostileProvider) -> None:
    secret = OctKey.generate_key(256, auto_kid=True)
    liar.shown = [secret, liar.key]
    liar.document = {"id_token_signing_alg_values_supported": ["none", "HS256"]}
    for algorithm, key in (("HS256", secret), ("none", secret), ("ES256", liar.key)):
        liar.token = lambda claims, algorithm=algorithm, key=key: signed(claims, key, algorithm)  # type: ignore[misc]
        with pytest.raises(TokenRefused, match="no algorithm that counts"):
            claims_of(liar)


def test_keys_that_may_not_sign_are_left_out() -> None:
    good = ECKey.generate_key("P-256")
    with pytest.warns(SecurityWarning):
        short = RSAKey.generate_key(1024).as_dict(private=False)
    shown = {
        "keys": [
            OctKey.generate_key(256).as_dict(), good.as_dict(private=False) | {"use": "enc"}, {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
            short, {"kty": "RSA", "n": 1}, {"kty": "EC", "crv": "P-0"}, "nonsense", None,
            good.as_dict(private=False),
        ]
    }  # fmt: skip
    assert [key.as_dict(private=False)["x"] for key in usable_keys(shown)] == [good.as_dict()["x"]]
    assert usable_keys({"keys": 1}) == usable_keys([]) == usable_keys(None) == ()


def test_new_keys_are_fetched_when_a_token_names_one_and_old_ones_are_forgotten(liar: HostileProvider) -> None:
    clock = Clock()
    provider = provider_of(liar, clock)
    claims_of(liar, provider)
    claims_of(liar, provider)
    assert liar.asked.count("/keys") == 1

    old = liar.key
    liar.key = ECKey.generate_key("P-256", auto_kid=True)
    liar.shown = [liar.key]
    assert claims_of(liar, provider)["sub"] == "subject-1"
    assert liar.asked.count("/keys") == 2

    liar.token = lambda claims: signed(claims, old)
    with pytest.raises(TokenRefused):
        claims_of(liar, provider)
    liar.token = lambda claims: signed(claims, liar.key)

    liar.shown = []  # withdrawn at the provider: within the hour it is here too
    clock.ms += 3_600_001
    liar.claims = {"iat": clock.ms // 1000, "exp": clock.ms // 1000 + 60}
    with pytest.raises(TokenRefused, match="no usable key"):
        claims_of(liar, provider)


def test_groups_come_from_the_userinfo_only_of_the_same_subject(liar: HostileProvider) -> None:
    liar.claims = {"groups": None}
    liar.userinfo = {"groups": ["sales-leads"], "name": "another name", "iss": "https://evil.example"}
    found = claims_of(liar)
    assert found["groups"] == ["sales-leads"]
    assert found["name"] == "李娜"  # what the token says is signed, and wins
    assert found["iss"] == liar.issuer

    liar.userinfo = {"sub": "subject-2", "groups": ["floor-managers"]}
    with pytest.raises(TokenRefused, match="another subject"):
        claims_of(liar)


DOCUMENTS: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://evil.example"},
    "the issuer with a slash": {"issuer": "http://127.0.0.1/"},
    "no token endpoint": {"token_endpoint": None},
    "keys in clear over the net": {"jwks_uri": "http://keys.example/keys"},
    "tokens from a file": {"token_endpoint": "file:///etc/passwd"},
    "a list for an address": {"authorization_endpoint": ["https://a.example"]},
    "a script for an address": {"authorization_endpoint": "javascript:alert(1)"},
}


@pytest.mark.parametrize("lie", DOCUMENTS)
def test_a_document_that_is_not_the_providers_is_not_used(liar: HostileProvider, lie: str) -> None:
    liar.document = DOCUMENTS[lie]
    with pytest.raises(ProviderAway):
        claims_of(liar)
    assert liar.posted == []


@pytest.mark.parametrize("raw", [b"<html>", b"[]", b'"text"', b"[" * 100_000, b"\xff"])
def test_what_is_no_document_of_a_provider_counts_as_away(liar: HostileProvider, raw: bytes) -> None:
    liar.raw = raw
    with pytest.raises(ProviderAway):
        claims_of(liar)


def test_more_than_a_provider_has_to_say_is_not_read(liar: HostileProvider) -> None:
    liar.raw = json.dumps(liar.said("/.well-known/openid-configuration")).encode() + b" " * 600_000
    with pytest.raises(ProviderAway, match="too long"):
        claims_of(liar)


def test_nobody_is_sent_to_a_provider_that_has_gone(liar: HostileProvider) -> None:
    clock = Clock()
    provider = provider_of(liar, clock)
    claims_of(liar, provider)
    claims_of(liar, provider)
    assert liar.asked.count("/.well-known/openid-configuration") == 1
    liar.close()
    clock.ms += 10_001
    with pytest.raises(ProviderAway):
        provider.sign_in_url(redirect_uri="http://us", state="s", nonce="n", verifier="v" * 43, lang="en")
    assert provider.description().issuer == liar.issuer  # for who is on the way back it is known still


def test_no_redirect_is_followed(liar: HostileProvider) -> None:
    liar.status, liar.location = 302, f"{liar.issuer}/elsewhere"
    with pytest.raises(ProviderAway, match="302"):
        claims_of(liar)
    assert liar.asked == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    "answer",
    [{"id_token": None}, {"id_token": 5}, {"id_token": ["a"]}, {"expires_in": "soon"}, {"access_token": {"a": 1}}],
)
def test_tokens_that_are_none_are_refused(liar: HostileProvider, answer: dict[str, Any]) -> None:
    liar.answer = answer
    with pytest.raises((TokenRefused, ProviderAway)):
        claims_of(liar)


def test_an_error_of_the_provider_leaves_only_its_code(liar: HostileProvider) -> None:
    provider = provider_of(liar)
    for said, told in (
        ("invalid_grant", "invalid_grant"),
        ("<img src=x onerror=alert(1)>", "unknown"),
        (["a"], "unknown"),
    ):
        liar.answer = {"error": said, "error_description": "<script>alert(1)</script>"}
        with pytest.raises(CodeRefused) as refused:
            claims_of(liar, provider)
        assert str(refused.value) == told


def test_after_a_failure_the_next_ones_do_not_wait(liar: HostileProvider) -> None:
    clock = Clock()
    provider = provider_of(liar, clock)
    liar.close()
    with pytest.raises(ProviderAway, match="cannot be reached"):
        claims_of(liar, provider)
    with pytest.raises(ProviderAway, match="a moment ago"):  # who tries the line says something else, as before
        claims_of(liar, provider)
    clock.s += 5.1
    with pytest.raises(ProviderAway, match="cannot be reached"):
        claims_of(liar, provider)


def test_a_provider_that_hangs_is_away_in_time(liar: HostileProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.access.oidc_link.READ_S", 0.2)
    liar.delay_s = 8
    began = time.monotonic()
    with pytest.raises(ProviderAway):
        claims_of(liar)
    assert time.monotonic() - began < liar.delay_s


def test_addresses_in_clear_are_only_of_this_machine() -> None:
    assert is_acceptable("https://login.example/token", "https://login.example")
    assert is_acceptable("http://127.0.0.1:1/token", "http://localhost:1")
    for address in (
        "http://login.example/token",
        "ftp://login.example",
        "https:///token",
        "//login.example",
        "",
        "http://[::1",
    ):
        assert not is_acceptable(address, "http://localhost:1"), address
    assert not is_acceptable(
        "http://127.0.0.1:1/token", "https://login.example"
    )  # no way inside for an outside provider
