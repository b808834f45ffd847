"""Both languages are whole, and what the code asks for exists."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from layouts.texts import LANGUAGES, ROOMS, CatalogueError, catalogue
from layouts.texts.catalogue import _messages

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*ROOT.glob("layouts/**/*.py"), *ROOT.glob("dashboard/**/*.py"), *ROOT.glob("assets/js/**/*.js")]
ID = r"[a-z_]+(?:\.[a-z_A-Z0-9-]+)*"
MSGID = re.compile(rf"""["'`]({ID})["'`]""")
FAMILY = re.compile(r"""["'`]([a-z_.0-9]+\.)(?:\$\{|\{|["'])""")
CALL = re.compile(
    rf"""(?<!forms\.)\b(?:texts|words?|words\.word|counted|words\.counted|Refused)\(\s*["'`]({ID})["'`]"""
)
PLURALS = (".one", ".other")


def _source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


def _file(lang: str, room: str) -> Path:
    return ROOT / "layouts" / "texts" / room / f"{lang}.po"


def _own(lang: str, room: str) -> dict[str, str]:
    """What stands in one file, as gettext reads it."""
    read = read_po(io.StringIO(_file(lang, room).read_text(encoding="utf-8")))
    return {str(message.id): str(message.string) for message in read if message.id}


def test_there_are_rooms() -> None:
    assert {"forms", "access"} <= set(ROOMS)


@pytest.mark.parametrize("room", ["", *ROOMS])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_catalogue_is_what_gettext_reads_from_it(lang: str, room: str) -> None:
    words = catalogue(lang, room).words if room else catalogue(lang).words
    own = _own(lang, room)
    assert {msgid: words[msgid] for msgid in own} == own
    assert len(words) == len(own) + (len(_own(lang, "")) if room else 0)
    assert f'"Language: {lang}\\n"' in _file(lang, room).read_text(encoding="utf-8")


@pytest.mark.parametrize("room", ["", *ROOMS])
def test_the_catalogues_hold_the_same_ids_and_no_empty_word(room: str) -> None:
    zh, en = (_own(lang, room) for lang in LANGUAGES)
    assert sorted(zh) == sorted(en)
    assert [msgid for words in (zh, en) for msgid, word in words.items() if not word.strip()] == []


@pytest.mark.parametrize("room", ["", *ROOMS])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_id_stands_once_in_a_file(lang: str, room: str) -> None:
    found = re.findall(r'^msgid "(.+)"', _file(lang, room).read_text(encoding="utf-8"), re.MULTILINE)
    assert [msgid for msgid in set(found) if found.count(msgid) > 1] == []


@pytest.mark.parametrize("room", ["", *ROOMS])
def test_both_languages_put_the_same_values_into_a_sentence(room: str) -> None:
    zh, en = (_own(lang, room) for lang in LANGUAGES)
    for msgid in zh:
        if msgid != "date":
            assert set(re.findall(r"\{(\w+)\}", zh[msgid])) == set(re.findall(r"\{(\w+)\}", en[msgid])), msgid


def _all() -> dict[str, str]:
    return dict(catalogue("en", *ROOMS).words)


def test_every_id_that_is_asked_for_exists() -> None:
    known = set(_all()) | {msgid.removesuffix(ending) for msgid in _all() for ending in PLURALS}
    asked = set(CALL.findall(_source()))
    assert len(asked) > 60
    assert asked <= known


def test_every_word_is_used() -> None:
    source = _source()
    used, families = set(MSGID.findall(source)), tuple(FAMILY.findall(source))
    unused = {
        msgid
        for msgid in _all()
        if msgid not in used and msgid.rpartition(".")[0] not in used and not msgid.startswith(families)
    }
    assert unused == set()


def test_states_reasons_and_formulas_of_the_vocabulary_have_words() -> None:
    from typing import get_args

    from collectors.events import LINK_REASONS, AgentDisplayState, SlFormula
    from layouts.widgets.agent_states import STATES

    words = catalogue("zh-CN").words
    assert set(get_args(AgentDisplayState)) <= set(STATES)
    wanted = (
        [f"state.{s}" for s in STATES]
        + [f"reason.{r}" for r in LINK_REASONS]
        + [f"formula.{f}" for f in get_args(SlFormula)]
    )
    assert set(wanted) <= set(words)


@pytest.mark.parametrize("text", ['msgid "a"\nmsgstr b\n', 'msgid "a"\nwords "b"\n', 'msgid "a" "b"\n\\x\n'])
def test_a_broken_catalogue_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(CatalogueError, match=r"^x\.po, line [23]: "):
        list(_messages(text, "x.po"))


def test_long_entries_go_over_several_lines() -> None:
    assert list(_messages('msgid ""\n"a"\nmsgstr "b "\n"c"\n', "x.po")) == [("a", "b c")]
