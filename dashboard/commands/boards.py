"""`floorwatch board …`: boards as files on the server's machine. `check` needs neither database nor settings."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dashboard.access import redis_link
from dashboard.access.audit import Audit
from dashboard.access.scope import EVERYTHING
from dashboard.boards import TEMPLATES
from dashboard.boards.mistakes import sentence
from dashboard.boards.reading import MOST_BYTES, BoardRefused, read, written
from dashboard.commands.operator import operator
from dashboard.refusal import Refused
from dashboard.settings import Settings, SettingsError
from dashboard.store.engine import opened
from dashboard.store.migrate import require_newest
from dashboard.wallboards.library import Library
from layouts.texts import catalogue

Say = Callable[[str], None]

_WORDS: Final = catalogue("en", "forms", "boards")


def examine(file: Path, say: Say) -> int:
    """Says everything that is wrong with a board's file. 0: nothing is; 1: something is. Raises `OSError`."""
    try:
        board = read(_body(file))
    except BoardRefused as refused:
        _say_mistakes(file, refused, say)
        return 1
    title = board.title.en or board.title.zh or board.id
    say(f"{file}: {title!r} ({board.id}): {len(board.pages)} pages, {len(board.tiles)} tiles, nothing is wrong.")
    return 0


def show(settings: Settings, say: Say) -> None:
    """One line a board, the templates first. Raises `StoreError`."""
    for board in TEMPLATES.values():
        say(f"{board.id}\ttemplate\t{board.title.en} {board.title.zh}")
    with _library(settings) as library:
        for one in library.listed(operator()):
            state = f"revision {one.revision}" if one.revision else "not published"
            draft = ", draft has changes" if one.revision and one.is_changed else ""
            where = ", ".join(one.shown_on.names) or "no screen"
            say(f"{one.id}\t{state}{draft}\t{one.title.en} {one.title.zh}\tlast by {one.draft_by}\t{where}")


def write_out(settings: Settings, board_id: str, file: Path, say: Say) -> None:
    """Writes what is published (else the draft) to a new file. A template needs no database. Raises `SettingsError`,
    `StoreError` and `OSError`."""
    if board_id in TEMPLATES:
        body = written(TEMPLATES[board_id])
    else:
        with _library(settings) as library, _told():
            body = library.exported(operator(), board_id)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened_file:
        opened_file.write(body)
    say(f"{file}: {board_id}.")


def read_in(settings: Settings, file: Path, board_id: str, say: Say, *, replaces: bool, publishes: bool) -> int:
    """A file as a draft, for everybody's scope where it is new. 0: done; 1: it has mistakes, and nothing was saved. Raises
    `SettingsError`, `StoreError` and `OSError`."""
    body = _body(file)
    with _library(settings) as library, _told():
        try:
            made = library.imported(operator(), body, scope=EVERYTHING, board_id=board_id, replaces=replaces)
        except BoardRefused as refused:
            _say_mistakes(file, refused, say)
            return 1
        if publishes:
            number = library.publish(operator(), made.id, made.draft_version, f"floorwatch board import {file.name}")
            say(f"{file}: {made.id}: revision {number} is on screens.")
        else:
            say(f"{file}: {made.id}: a draft; no screen shows it before it is published.")
    return 0


def _body(file: Path) -> bytes:
    """No more of a file than what a board may have, and a byte that says that there is more."""
    with file.open("rb") as opened_file:
        return opened_file.read(MOST_BYTES + 1)


def _say_mistakes(file: Path, refused: BoardRefused, say: Say) -> None:
    for one in refused.mistakes:
        say(f"{file}: {sentence(one, _WORDS)}")
    say(f"{file}: {len(refused.mistakes)} mistakes. Nothing was saved.")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise SettingsError(_WORDS(refused.word, **refused.values)) from None


@contextmanager
def _library(settings: Settings) -> Iterator[Library]:
    redis = redis_link.connect(settings.effective_redis_url, name="floorwatch-board")
    try:
        with opened(settings.effective_database_url) as engine:
            require_newest(engine)
            yield Library.on(engine, Audit.of(settings, engine), redis, settings.site, _now_ms)
    finally:
        redis.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
