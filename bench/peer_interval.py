"""The peer of the wall: the same board as a small Dash app that asks once a second, as Dash dashboards are usually made.

`dcc.Interval` → a callback reads the live API and fills headlines and two AG Grids (a thousand `html.Div` would be far slower).
It shows less than the wall (no callers, no trend), and the API is as fresh as the wall: what differs is the way.
"""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any

from dash import Dash, Input, Output, dcc, html
from dash_ag_grid import AgGrid

API = f"http://127.0.0.1:{os.environ.get('PEER_LIVE_PORT', '8051')}/api/v1"
HEADERS = {"Authorization": f"Bearer {os.environ.get('PEER_TOKEN', '')}"}
COLUMNS = ("waiting", "service_level", "agents_available", "offered", "answered", "abandoned")
HEADLINES = ("service_level", "longest_wait", "waiting", "answered", "offered", "abandoned", "asa", "aht")
PERSON = ("name", "state", "queue", "reason", "calls", "missed", "talk", "occupancy")
Row = dict[str, Any]


def ask(path: str) -> Row:
    """The live API's answer."""
    asked = urllib.request.Request(f"{API}/{path}", headers=HEADERS)  # noqa: S310 — always http
    with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310
        found: Row = json.load(answer)
        return found


def everybody() -> list[Row]:
    """All agents, page by page."""
    rows: list[Row] = []
    while True:
        page = ask(f"agents?limit=500&offset={len(rows)}")
        rows += page["agents"]
        if len(rows) >= page["total"]:
            return rows


def headline(metrics: Row) -> str:
    return "   ".join(f"{name} {shown(metrics[name]['value'])}" for name in HEADLINES)


def shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def grid(name: str, fields: tuple[str, ...], key: str, height: str) -> AgGrid:
    columns = [{"field": field} for field in fields]
    return AgGrid(id=name, columnDefs=columns, rowData=[], getRowId=f"params.data.{key}", style={"height": height})


app = Dash(__name__, title="peer")
server = app.server
app.layout = html.Div(
    [
        dcc.Interval(id="every", interval=1000),
        html.Div(id="position"),
        html.H2(id="headline"),
        html.H3(id="states"),
        grid("queues", ("queue", *COLUMNS), "queue", "300px"),
        grid("people", PERSON, "id", "520px"),
    ]
)


@app.callback(
    Output("position", "children"),
    Output("headline", "children"),
    Output("states", "children"),
    Output("queues", "rowData"),
    Output("people", "rowData"),
    Input("every", "n_intervals"),
)
def board(_: int | None) -> tuple[str, str, str, list[Row], list[Row]]:
    """The whole board. `position` is the first answer's: the others are not older."""
    floor = ask("floor")
    queues = ask(f"queues?{'&'.join(f'metric={name}' for name in COLUMNS)}")["queues"]
    people = everybody()
    counts = "   ".join(f"{state} {count}" for state, count in floor["agents"]["counts"].items())
    rows = [{"queue": queue, **{name: found[name]["value"] for name in COLUMNS}} for queue, found in queues.items()]
    return floor["position"], headline(floor["metrics"]), counts, rows, people
