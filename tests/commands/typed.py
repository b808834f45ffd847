"""`floorwatch …` as people type it, for the site of one database: `from tests.commands.typed import Run, typed`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboard.cli import app

Run = Callable[..., Result]


@pytest.fixture
def typed(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`typed("board", "list")`: what the command answers."""
    config = tmp_path / "floorwatch.toml"
    monkeypatch.setenv("FLOORWATCH_DATABASE_URL", database_url)
    config.write_text(f'data = "{tmp_path / "data"}"\n')
    return lambda *words: CliRunner().invoke(app, [*map(str, words), "--config", str(config)])
