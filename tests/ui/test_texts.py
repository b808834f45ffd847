"""Both languages are whole, and what the code asks for exists."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from layouts.texts import LANGUAGES, CatalogueError, catalogue
from layouts.texts.catalogue import _messages

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*ROOT.glob("layouts/**/*.py"), *ROOT.glob("dashboard/pages/*.py"), *ROOT.glob("assets/js/**/*.js")]
MSGID = re.compile(r"""["'`]([a-z_]+(?:\.[a-z_A-Z-]+)*)["'`]""")
FAMILY = re.compile(r"""["'`]([a-z_.]+\.)(?:\$\{|\{|["'])""")
CALL = re.compile(r"""\b(?:texts|word|words\.word|counted|words\.counted)\(\s*["'`]([a-z_]+(?:\.[a-z_A-Z-]+)*)["'`]""")
PLURALS = (".one", ".other")


def _source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_catalogue_is_what_gettext_reads_from_it(lang: str) -> None:
    text = (ROOT / "layouts" / "texts" / f"{lang}.po").read_text(encoding="utf-8")
    read = {str(message.id): str(message.string) for message in read_po(io.StringIO(text)) if message.id}
    assert dict(catalogue(lang).words) == read


def test_the_catalogues_hold_the_same_ids_and_no_empty_word() -> None:
    ids = [set(catalogue(lang).words) for lang in LANGUAGES]
    assert ids[0] == ids[1]
    assert all(word.strip() for lang in LANGUAGES for word in catalogue(lang).words.values())


def test_both_languages_put_the_same_values_into_a_sentence() -> None:
    zh, en = (catalogue(lang).words for lang in LANGUAGES)
    same_names = {msgid for msgid in zh if msgid != "date"}
    for msgid in same_names:
        assert set(re.findall(r"\{(\w+)\}", zh[msgid])) == set(re.findall(r"\{(\w+)\}", en[msgid])), msgid


def test_every_id_that_is_asked_for_exists() -> None:
    known = set(catalogue("en").words) | {
        msgid.removesuffix(ending) for msgid in catalogue("en").words for ending in PLURALS
    }
    asked = set(CALL.findall(_source()))
    assert len(asked) > 60
    assert asked <= known


def test_every_word_is_used() -> None:
    source = _source()
    used, families = set(MSGID.findall(source)), tuple(FAMILY.findall(source))
    unused = {
        msgid
        for msgid in catalogue("en").words
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
