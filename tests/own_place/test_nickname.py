"""Nicknames as people, and those who mean harm, type them."""

from __future__ import annotations

import pytest

from dashboard.leaderboards.people.nickname import MOST_CELLS, checked_nickname, looks_like
from dashboard.refusal import Refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("小鹿", "小鹿"),
        ("  大橙子 ", "大橙子"),
        ("Jean-Luc  P.", "Jean-Luc P."),
        ("ｓｕｎ７", "sun7"),
        ("阿里·木", "阿里·木"),
        ("Zoë", "Zoë"),
        ("Zoe\u0308", "Zoë"),
        ("", ""),
        ("   ", ""),
        ("鹿" * (MOST_CELLS // 2), "鹿" * (MOST_CELLS // 2)),
    ],
)
def test_nicknames_as_they_are_kept(typed: str, kept: str) -> None:
    assert checked_nickname(typed) == kept


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("a\u202eb", "signs"),
        ("小\u200b鹿", "signs"),
        ("\ufeff鹿", "signs"),
        ("a\u2066b\u2069", "signs"),
        ("小\n鹿", "signs"),
        ("小\0鹿", "signs"),
        ("<b>鹿</b>", "signs"),
        ("=cmd|x", "signs"),
        ("😀鹿", "signs"),
        ("z\u0335\u0336\u0337", "signs"),
        ("\u3164", "signs"),
        ("\ud800", "signs"),
        ("138 0013 8000", "letters"),
        ("...", "letters"),
        ("鹿" * (MOST_CELLS // 2 + 1), "long"),
        ("w" * (MOST_CELLS + 1), "long"),
        ("㍿" * 4, "long"),
        *((letters, "signs") for letters in ("Ꭺlice", "ᴀlice", "ꓔom", "ǃice", "alıce", "٣a", "ﷺ", "ᄀ", "\u1160")),
    ],
)
def test_nicknames_that_are_refused(typed: str, word: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_nickname(typed)
    assert (refused.value.word, refused.value.field) == (f"own_place.refused.nickname_{word}", "nickname")


def test_what_looks_like_another_name() -> None:
    assert looks_like("Lil", ["1i1"])
    assert looks_like("ВОВ", ["bob"]), "Cyrillic"
    assert looks_like("王カ", ["王力"]), "kana"
    assert looks_like("B0B", ["Bob"])
    assert looks_like("Zoe", ["Zoë"])
    assert not looks_like("Bob", ["Rob", "", "..."])
    assert not looks_like("", ["", "..."])
