"""Whatever the directory refuses has its sentence in both languages, and each sentence takes what it is given."""

from __future__ import annotations

import re
from pathlib import Path

import dashboard.directory
from dashboard.directory.refusals import WORDS
from layouts.texts import LANGUAGES, catalogue


def test_every_refusal_has_its_sentence() -> None:
    code = "".join(path.read_text() for path in Path(dashboard.directory.__path__[0]).glob("*.py"))
    said = {f"directory.refused.{word}" for word in {*WORDS.values(), "not_understood"}}
    said |= {word for word in re.findall(r"directory\.refused\.[a-z_]+", code) if not word.endswith("_")}
    said |= {f"directory.refused.unknown_{kind}" for kind in re.findall(r'(?:Unknown|missing)\("([a-z]+)"', code)}
    said |= {
        f"directory.refused.team_{word}" for word in ("has_people", "has_teams", "in_roles", "in_screens", "in_boards")
    }
    for lang in LANGUAGES:
        words = catalogue(lang, "directory").words
        assert said == {word for word in words if word.startswith("directory.refused.")}


def test_every_change_has_its_word_in_the_audit_log() -> None:
    code = "".join(path.read_text() for path in Path(dashboard.directory.__path__[0]).glob("*.py"))
    kinds = "person|team|agent|queue|reason|rules|directory"
    said = set(re.findall(rf'"((?:{kinds})\.(?!refused)[a-z_]+)"', code))
    assert len(said) >= 20
    for lang in LANGUAGES:
        assert {f"action.{action}" for action in said} <= set(catalogue(lang, "audit").words)


def test_both_languages_name_the_same_values() -> None:
    zh, en = (catalogue(lang, "directory").words for lang in LANGUAGES)
    for word in (word for word in zh if word.startswith("directory.")):
        assert set(re.findall(r"{(\w+)}", zh[word])) == set(re.findall(r"{(\w+)}", en[word])), word
