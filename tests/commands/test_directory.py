"""`floorwatch directory …` as people type it: a look, the deed, the file back, and what is wrong in words."""

from __future__ import annotations

import stat
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.access.ledger import lines_of
from tests.commands.typed import Run, typed

__all__ = ["typed"]


@pytest.fixture
def run(typed: Run) -> Run:
    """`run("export", …)`: `floorwatch directory export …`."""
    return partial(typed, "directory")


def test_a_list_is_looked_at_imported_and_written_out_again(run: Run, engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("姓名,工号\n王芳,0042\n李文博,1003\n".encode("gb18030"))
    looked = run("import", file)
    assert (looked.exit_code, "row 2: new: '王芳'" in looked.stdout) == (0, True)
    assert looked.stdout.endswith(
        "2 new, 0 changed, 0 unchanged, 0 wrong. Nothing was changed yet: --yes imports it.\n"
    )
    assert lines_of(engine) == []
    assert run("import", file, "--yes").stdout.endswith("Imported.\n")
    out = tmp_path / "out.xlsx"
    assert run("export", "people", out).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = run("import", out, "--yes")
    assert (again.exit_code, again.stdout.endswith("2 unchanged, 0 wrong. Nothing to import.\n")) == (0, True)
    assert [line.action for line in lines_of(engine)] == ["directory.imported", "directory.exported"]


def test_a_wrong_row_is_named_and_nothing_is_taken(run: Run, engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Name,Team\n王芳,\n李文博,Nowhere\n", encoding="utf-8")
    found = run("import", file, "--yes")
    assert found.exit_code == 1
    assert "row 3: WRONG: '李文博': Team: There is no team “Nowhere”" in found.stdout
    assert found.stdout.endswith(
        "1 new, 0 changed, 0 unchanged, 1 wrong. Nothing was taken: mend the rows that are wrong.\n"
    )
    assert lines_of(engine) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import", "nothing.csv"), "nothing.csv"),
        (("import", "{file}"), "is none of our tables"),
        (("export", "chairs", "{out}.csv"), "there is no such table"),
        (("export", "people", "{out}.pdf"), "ends in .csv or .xlsx"),
        (("export", "people", "{file}"), "File exists"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    run: Run, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    file = tmp_path / "colours.csv"
    file.write_text("colour,size\nred,1\n")
    found = run(*(word.format(file=file, out=tmp_path / "out") for word in words))
    assert found.exit_code in (1, 2)
    assert sentence in found.stderr
    assert "Traceback" not in found.output
