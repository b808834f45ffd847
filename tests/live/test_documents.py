"""The documents say what there is: every series, path, parameter, tile kind and close code."""

from __future__ import annotations

from pathlib import Path

from collectors.vitals import Vitals
from dashboard.live import api, frames
from dashboard.live.tally import Tally
from dashboard.live.views import KINDS

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_every_series_is_in_the_process_page() -> None:
    vitals = Vitals()
    Tally(vitals)
    text = (DOCS / "process-live.md").read_text(encoding="utf-8")
    assert [series.name for series in vitals.series if f"`{series.name}" not in text] == []


def test_every_path_and_parameter_is_in_the_api_page() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    for name, parameters in api.PARAMETERS.items():
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `/api/v1/{name}`")]
        assert {f"`{parameter}`" for parameter in parameters} <= set(row.split(" | ")[-1].rstrip(" |").split(", "))
    assert f"{api.MOST_ROWS:,} rows, or {api.MOST_AGENTS} with" in text


def test_every_kind_of_tile_and_close_code_is_in_the_protocol() -> None:
    text = (DOCS / "live-protocol.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"| `{kind}` |" in text
    for code in (frames.BAD_TEXT, frames.POLICY, frames.UNSUPPORTED, frames.BEHIND):
        assert str(code) in text
