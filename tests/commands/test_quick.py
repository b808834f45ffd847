"""A command loads what it needs and no more: `floorwatch --help` answers at once, and a collector knows nothing of SQL or Dash."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.patience import HANG_S

HEAVY = ("alembic", "dash", "openpyxl", "pandas", "plotly", "pydantic", "redis", "sqlalchemy")


@pytest.mark.parametrize(
    ("said", "loads"),
    [
        ("import dashboard.cli", set()),
        ("import dashboard.cli; from collectors import simulator", set()),
        ("from dashboard.commands import processes; from collectors import collect", {"pydantic", "redis"}),
        ("from dashboard.live import process", {"pydantic", "redis", "sqlalchemy"}),
    ],
)
def test_what_is_not_needed_is_not_loaded(said: str, loads: set[str]) -> None:
    told = f"import sys; {said}; print(*sys.modules.keys() & set({HEAVY}))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=HANG_S, check=True)
    assert set(done.stdout.split()) == loads
