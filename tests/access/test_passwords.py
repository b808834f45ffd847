"""What is taken as a password, and how it is kept."""

from __future__ import annotations

import argon2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.access.passwords import LONGEST, Cost, Passwords
from dashboard.refusal import Refused
from tests.access.rooms import CHEAP

PASSWORDS = Passwords("main", CHEAP)


def refusal(password: str, *own_words: str) -> str:
    """The word that it is refused with; "" if it is taken."""
    try:
        PASSWORDS.check(password, own_words)
    except Refused as refused:
        return f"{refused.word} at {refused.field}".removesuffix(" at password")
    return ""


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("k7Qpz2m", "password.too_short"),
        ("一二三四五六七", "password.too_short"),
        ("password1", "password.too_easy"),
        ("qwertyuiop", "password.too_easy"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "password.too_easy"),
        ("１２３４５６７８９", "password.too_easy"),  # full-width digits are digits
        ("zhangsan2024", "password.too_easy"),
        ("zhang san 2024", "password.too_easy"),
        ("张三张三张三张三", "password.too_easy"),
        ("floorwatch1", "password.too_easy"),
        ("x" * (LONGEST + 1), "password.too_long"),
        ("k7Qpz2mX9w", ""),
        ("春眠不觉晓处处闻啼鸟", ""),
        ("четыре лодки у причала", ""),
        ("correct horse battery staple", ""),
        ("长长的句子" + "k7Qpz2mX9w" * 12, ""),  # 125 characters
    ],
)
def test_long_and_unguessable_is_enough(password: str, word: str) -> None:
    assert refusal(password, "张三", "zhangsan") == word


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_any_text_is_taken_or_refused_in_words(password: str) -> None:
    if refusal(password) == "":
        assert PASSWORDS.verify(PASSWORDS.hash(password), password)


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
@settings(max_examples=40)
def test_every_character_counts(one: str, other: str) -> None:
    kept = PASSWORDS.hash(one)
    assert PASSWORDS.verify(kept, one)
    assert not PASSWORDS.verify(kept, one + "x")
    assert not PASSWORDS.verify(kept, one + other + "y")


def test_wide_forms_of_the_input_method_are_the_same_password() -> None:
    assert PASSWORDS.verify(PASSWORDS.hash("Ｋ７ｑｐ　口令"), "K7qp 口令")
    assert not PASSWORDS.verify(PASSWORDS.hash("K7qp"), "k7qp"), "capitals count"


def test_who_has_no_password_costs_a_check_and_never_comes_in() -> None:
    before = PASSWORDS.checks
    assert not PASSWORDS.verify(None, "nobody's")
    assert not PASSWORDS.verify("not a hash", "x")
    assert PASSWORDS.checks == before + 2


def test_the_real_cost() -> None:
    """At least what ASVS 5.0 and OWASP ask for: argon2id, 19 MiB at two passes."""
    real = Passwords("main")
    kept = real.hash("k7Qpz2mX9w")
    found = argon2.extract_parameters(kept)
    assert found.type is argon2.Type.ID
    assert found.memory_cost >= 19_456
    assert found.time_cost >= 2
    assert len(kept) <= 200, "fits its column"
    assert real.verify(kept, "k7Qpz2mX9w")
    assert not real.verify(kept, "k7Qpz2mX9W")
    assert not real.is_outdated(kept)
    assert real.is_outdated(PASSWORDS.hash("k7Qpz2mX9w"))
    assert Passwords("main", Cost(passes=3)).is_outdated(kept)


def test_an_account_without_a_password_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords("main", CHEAP)
    kept = passwords.hash("k7Qpz2mX9w")
    worked_on: list[str] = []
    verify = argon2.PasswordHasher.verify

    def seen(hasher: argon2.PasswordHasher, known: str, typed: bytes) -> bool:
        worked_on.append(known)
        return verify(hasher, known, typed)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", seen)
    assert [passwords.verify(None, "nobody's"), passwords.verify(kept, "wrong"), passwords.verify(kept, "k7Qpz2mX9w")] == [
        False, False, True,
    ]  # fmt: skip
    costs = {known.rpartition("$")[0].rpartition("$")[0] for known in worked_on}
    assert (len(worked_on), len(costs)) == (3, 1)
