"""Every agent in one grid: state, time in it, work, and the day's counts. Five thousand rows without a stutter.

Rows never come through Dash: assets/js/widgets_desk/agent_grid.js gives them to the grid's own client API. The functions
named here (`desk…`) are in assets/js/widgets_desk/grid_functions.js. Sorting compares the rows' own fields; formatters run
only for the rows that can be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.attributes import data
from layouts.controls.modes import MODES
from layouts.texts import Catalogue
from layouts.widgets.agent_states import STATES
from layouts.widgets.tile import Tile, definitions_box, part
from layouts.widgets.view import Definition

COLUMNS: tuple[dict[str, Any], ...] = (
    {"colId": "agent", "field": "name", "flex": 3, "minWidth": 84, "cellClass": "name"},
    {"colId": "staff", "field": "staff", "flex": 1, "minWidth": 74, "cellClass": "faint"},
    {
        "colId": "state",
        "field": "state",
        "flex": 2,
        "minWidth": 94,
        "cellClass": "state",
        "comparator": {"function": "deskCompareState"},
        "cellClassRules": {f"s-{state}": f"params.data.state == '{state}'" for state in STATES},
    },
    {
        "colId": "in_state",
        "field": "since",
        "width": 92,
        "type": "rightAligned",
        "cellClass": ["in_state", "ag-right-aligned-cell"],
        "comparator": {"function": "deskCompareTime"},
        "cellClassRules": {f"over-{level}": f"params.data.level == '{level}'" for level in ("amber", "red")},
    },
    {"colId": "queue", "field": "work", "flex": 3, "minWidth": 88},
    {"colId": "number", "field": "number", "flex": 2, "minWidth": 126, "cellClass": "dim"},
    {"colId": "team", "field": "team_name", "flex": 2, "minWidth": 84, "cellClass": "dim"},
    {"colId": "calls", "field": "calls", "flex": 1, "minWidth": 66, "type": "rightAligned"},
    {"colId": "missed", "field": "missed", "flex": 1, "minWidth": 74, "type": "rightAligned"},
    {"colId": "aht", "field": "aht", "flex": 1, "minWidth": 66, "type": "rightAligned"},
    {"colId": "occupancy", "field": "occupancy", "flex": 1, "minWidth": 98, "type": "rightAligned"},
)

HEADINGS: Final = {"listening": "controls.column.listening", "controls": "controls.column"}

CONTROLS: Final[tuple[dict[str, Any], ...]] = (
    {
        "colId": "listening",
        "field": "listening",
        "flex": 3,
        "minWidth": 118,
        "cellClass": "listening",
        "tooltipField": "listening",
        "cellClassRules": {f"m-{mode}": f"params.data.listening_mode == '{mode}'" for mode in MODES},
    },
    {
        "colId": "controls",
        "field": "id",
        "width": 64,
        "sortable": False,
        "resizable": False,
        "pinned": "right",
        "cellClass": "controls",
        "headerClass": "controls",
    },
)
"""Columns for who may step in: who is in the call, and the way to the menu."""

_WORK: Final = [column["colId"] for column in COLUMNS].index("number") + 1
"""Where the columns of what somebody does end, and those of the day begin."""

METRICS: Final = {"calls": "calls_handled", "missed": "calls_missed", "aht": "aht", "occupancy": "occupancy"}
"""Columns that are numbers of the dictionary."""

OPTIONS: dict[str, Any] = {
    "theme": {"function": "deskTheme(themeQuartz)"},
    "rowHeight": 40,
    "headerHeight": 38,
    "animateRows": False,
    "asyncTransactionWaitMillis": 60,
    "isFullWidthRow": {"function": "deskIsGroup(params)"},
    "fullWidthCellRenderer": "DeskGroup",
    "postSortRows": {"function": "deskKeepGroups(params)"},
    "isExternalFilterPresent": {"function": "deskIsFiltered()"},
    "doesExternalFilterPass": {"function": "deskPasses(params)"},
    "suppressNoRowsOverlay": True,
    "suppressDragLeaveHidesColumns": True,
    "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
}

_MENU: Final = {"preventDefaultOnContextMenu": True}
"""The browser's own menu does not lie over ours."""


def agent_grid(
    tile: Tile,
    texts: Catalogue,
    definitions: Sequence[Definition] = (),
    *,
    has_controls: bool = False,
    selects: bool = False,
) -> Component:
    """The grid, empty, and the words of an empty floor. `definitions`: of `METRICS`, in their order. `has_controls`: with a menu for
    each agent. `selects`: with a box for each, for what is done with several."""
    said = dict(zip(METRICS, definitions, strict=bool(definitions)))
    listening, menu = CONTROLS
    columns = (*COLUMNS[:_WORK], listening, *COLUMNS[_WORK:], menu) if has_controls else COLUMNS
    grid = dag.AgGrid(
        id=ids.AGENT_GRID,
        columnDefs=[_column(column, texts, said.get(column["colId"])) for column in columns],
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressMovable": True,
            "comparator": {"function": "deskCompare"},
        },
        getRowId="params.data.id",
        dashGridOptions=OPTIONS | (_MENU if has_controls else {}) | (_selecting(texts) if selects else {}),
        className="",
        style={"height": "100%", "width": "100%"},
    )
    nobody = html.Div([part("empty", html.P), part("hint", html.P)], className="nobody", hidden=True)
    return html.Div(
        [grid, nobody, *definitions_box(definitions)], className="agent_grid", **data(widget=tile.kind, tile=tile.name)
    )


def _selecting(texts: Catalogue) -> dict[str, Any]:
    """Several at a time, by boxes that the keyboard reaches too."""
    return {
        "rowSelection": {
            "mode": "multiRow",
            "checkboxes": True,
            "headerCheckbox": True,
            "selectAll": "filtered",
            "enableClickSelection": False,
            "isRowSelectable": {"function": "deskIsAgent(params)"},
        },
        "selectionColumnDef": {"width": 40, "minWidth": 40, "maxWidth": 40, "pinned": "left", "cellClass": "select"},
        "localeText": {
            "ariaRowToggleSelection": texts("controls.select_row"),
            "ariaRowSelectAll": texts("controls.select_all"),
            "ariaHeaderSelection": texts("controls.select_all"),
        },
    }


def _column(column: dict[str, Any], texts: Catalogue, definition: Definition | None) -> dict[str, Any]:
    name = column["colId"]
    if definition is not None:
        column = {**column, "headerTooltip": definition.text}
    if name == "state" and texts.lang == "en":
        column = {**column, "minWidth": 116}
    return {
        **column,
        "headerName": texts(HEADINGS.get(name, f"desk.column.{name}")),
        "valueFormatter": {"function": f"deskText.{name}(params)"},
    }
