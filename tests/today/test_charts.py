"""What a chart is told, and the file that draws it."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from flask import Flask

from dashboard.pages import bundle, charts
from dashboard.pages.doors import FILE, Doors
from layouts.charts import Bars, ChartView, Heat, Series, Target, chart, document_of
from layouts.texts import catalogue

ROOT = Path(__file__).resolve().parents[2]


def test_bars_say_what_they_are_and_nothing_empty() -> None:
    told = document_of(
        Bars(
            "The day",
            ["09:00–09:30", "09:30–10:00"],
            ["09:00", ""],
            [
                Series("Answered", "bar", "answered", [1, None]),
                Series("SL", "line", "rate", [0.5, None], "ratio", "right"),
            ],
            target=Target(0.8, "right"),
            running=1,
        )
    )
    assert told["kind"] == "bars"
    assert told["axis"] == {"labels": ["09:00–09:30", "09:30–10:00"], "ticks": ["09:00", ""], "name": ""}
    assert told["series"][0] == {
        "name": "Answered",
        "shape": "bar",
        "tone": "answered",
        "values": [1, None],
        "side": "left",
    }
    assert told["series"][1]["unit"] == "ratio"
    assert told["target"] == {"value": 0.8, "side": "right"}


def test_heat() -> None:
    heat = document_of(Heat("Week", "Offered", "count", ["Mon"], ["09"], [[3]], worse="above"))
    assert (heat["kind"], heat["values"], heat["worse"]) == ("heat", [[3]], "above")


def test_what_people_typed_stays_text_in_a_document() -> None:
    hostile = "<img src=x onerror=alert(1)>\"'"
    view = ChartView(Heat(hostile, hostile, "count", [hostile], ["09"], [[1]]), "/p", "Asia/Shanghai")
    html = str(chart(view, catalogue("en", "charts")))
    assert "<img" not in html
    assert "chart.table" in html


def test_plotly_is_ours_whole_and_kept_for_good() -> None:
    """The file is the published one, by the hash in its decision record; it comes packed, under an address of its content."""
    body = (bundle.ASSETS / charts.SOURCE).read_bytes()
    record = (ROOT / "docs" / "decisions" / "0011-charts.md").read_text(encoding="utf-8")
    assert hashlib.sha256(body).hexdigest() in record
    server = Flask("charts")
    doors = Doors(server)
    charts.register(doors)
    assert doors.routes == {"plotly": FILE}
    answer = server.test_client().get(charts.plotly_address(), headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data) == body
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"Licensed under the MIT license" in body[:300]
    assert (bundle.ASSETS / "vendor" / "plotly" / "LICENSE.txt").is_file()


def test_pages_of_forms_get_their_scripts_in_the_order_in_which_they_need_each_other() -> None:
    for name in (*charts.LIBRARIES, *charts.STYLES):
        assert (bundle.ASSETS / name).is_file()
    own = {path.name for path in (bundle.ASSETS / "js" / "charts").glob("*.js")}
    assert {Path(name).name for name in charts.LIBRARIES if "/charts/" in name} == own
    assert charts.LIBRARIES[-1].endswith("chart.js")
