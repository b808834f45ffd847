"""`floorwatch board …` as people type it: a look at a file without anything else, files in and out."""

from __future__ import annotations

import stat
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from dashboard.boards import TEMPLATES
from dashboard.boards.reading import read
from dashboard.cli import app
from tests.access.ledger import lines_of
from tests.board_pages.uploads import as_file, wrong_document
from tests.commands.typed import Run, typed
from tests.wallboards.library_room import document

__all__ = ["typed"]


@pytest.fixture
def run(typed: Run) -> Run:
    """`run("export", …)`: `floorwatch board export …`."""
    return partial(typed, "board")


def test_a_look_at_a_file_needs_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOORWATCH_CONFIG", "there-is-none.toml")
    file = tmp_path / "wall.json"
    file.write_bytes(as_file(wrong_document()))
    found = CliRunner().invoke(app, ["board", "check", "wall.json"])
    lines = found.stdout.splitlines()
    assert (found.exit_code, len(lines) > 20) == (1, True)
    assert all(line.startswith("wall.json: ") for line in lines)
    assert any("Page 1, tile d" in line and "piechart" in line for line in lines)
    file.write_bytes(as_file(document()))
    good = CliRunner().invoke(app, ["board", "check", "wall.json"])
    assert (good.exit_code, good.stdout.strip().endswith("nothing is wrong.")) == (0, True)
    missing = CliRunner().invoke(app, ["board", "check", "other.json"])
    assert (missing.exit_code, "other.json" in missing.stderr) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["wall.json"]


def test_files_in_and_out(run: Run, engine: Engine, tmp_path: Path) -> None:
    out = tmp_path / "default.json"
    assert run("export", "default", out).exit_code == 0
    assert read(out.read_bytes()) == TEMPLATES["default"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "File exists" in run("export", "default", out).stderr
    assert "name of a template" in run("import", out).stderr
    taken = run("import", out, "--id", "service")
    assert (taken.exit_code, "no screen shows it" in taken.stdout) == (0, True)
    assert "is taken" in run("import", out, "--id", "service").stderr
    again = run("import", out, "--id", "service", "--replace", "--publish")
    assert (again.exit_code, "revision 1 is on screens" in again.stdout) == (0, True)
    assert "service\trevision 1\t" in run("list").stdout
    assert "default\ttemplate\t" in run("list").stdout
    back = tmp_path / "service.json"
    assert run("export", "service", back).exit_code == 0
    assert read(back.read_bytes()).pages == TEMPLATES["default"].pages
    assert run("export", "nothing", tmp_path / "x.json").exit_code == 2
    assert [line.action for line in lines_of(engine)] == ["board.imported", "board.imported", "board.published"]


def test_a_wrong_file_saves_nothing(run: Run, engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "wall.json"
    file.write_bytes(as_file(wrong_document()))
    found = run("import", file, "--id", "mine", "--publish")
    assert (found.exit_code, found.stdout.strip().endswith("Nothing was saved.")) == (1, True)
    assert lines_of(engine) == []
    file.write_bytes(b" " * 600_000)
    assert "512 KB" in run("import", file).stdout
