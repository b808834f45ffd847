/* The named functions of the agents' grid, by which layouts/widgets/agent_grid.py calls them. The grid writes what they return
   as text. Comparators get whole rows, so that a column can sort by what it means and not by how it is written. */
(function (floorwatch) {
  "use strict";

  const words = floorwatch.words;
  const STATE_ORDER = [
    "talking", "holding", "monitoring", "ringing", "wrapping_up", "unreachable", "paused", "busy_elsewhere", "available", "signed_out",
  ];
  const collator = new Intl.Collator(document.documentElement.lang || "zh-CN", { numeric: true });
  const grid = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  function or_dash(value) {
    return value === null || value === undefined || value === "" ? words.NO_VALUE : String(value);
  }

  function is_signed_out(row) {
    return row.state === "signed_out";
  }

  /** What each column shows. A group's row shows nothing of its own here. */
  const text = {
    agent: (row) => row.name || row.id,
    staff: (row) => or_dash(row.staff),
    state: (row) => words.word(`state.${row.state}`),
    in_state: (row) => (is_signed_out(row) || !row.since ? words.NO_VALUE : words.duration((floorwatch.freshness.shown_now() - row.since) / 1000)),
    queue: (row) => or_dash(row.work),
    number: (row) => or_dash(row.number),
    team: (row) => or_dash(row.team_name),
    calls: (row) => words.number(row.calls),
    missed: (row) => words.number(row.missed),
    aht: (row) => words.duration(row.aht),
    occupancy: (row) => words.percent_sign(row.occupancy),
    listening: (row) => row.listening,
    controls: () => words.word("controls.open"),
  };

  grid.deskText = {};
  for (const name of Object.keys(text)) grid.deskText[name] = (params) => (params.data && !params.data.is_group ? text[name](params.data) : "");

  function compare(a, b) {
    if (a === b) return 0;
    if (a === null || a === undefined || a === "") return -1;
    if (b === null || b === undefined || b === "") return 1;
    return typeof a === "string" ? collator.compare(a, b) : a - b;
  }

  grid.deskCompare = function (a, b, node_a, node_b) {
    return compare(a, b) || (node_a.data.place || 0) - (node_b.data.place || 0);
  };
  /** Longest first when ascending in age: the older moment is the longer time. */
  grid.deskCompareTime = (a, b) => compare(b, a);
  grid.deskCompareState = (a, b) => STATE_ORDER.indexOf(a) - STATE_ORDER.indexOf(b);

  grid.deskIsAgent = (node) => Boolean(node.data && !node.data.is_group);
  grid.deskIsGroup = (params) => Boolean(params.rowNode.data && params.rowNode.data.is_group);
  grid.deskIsFiltered = () => floorwatch.desk.grid !== undefined && floorwatch.desk.grid.is_filtered();
  grid.deskPasses = (params) => floorwatch.desk.grid.passes(params.data);
  grid.deskKeepGroups = (params) => floorwatch.desk.grid && floorwatch.desk.grid.keep_groups(params.nodes);

  grid.deskTheme = (theme) =>
    theme.withParams({
      fontFamily: "inherit",
      fontSize: 14,
      backgroundColor: "var(--surface)",
      foregroundColor: "var(--text)",
      borderColor: "var(--line)",
      accentColor: "var(--accent)",
      headerBackgroundColor: "var(--surface)",
      headerTextColor: "var(--dim)",
      headerFontSize: 12.5,
      headerFontWeight: 560,
      rowHoverColor: "color-mix(in srgb, var(--accent) 6%, transparent)",
      selectedRowBackgroundColor: "color-mix(in srgb, var(--accent) 11%, transparent)",
      wrapperBorderRadius: "12px",
      cellHorizontalPadding: "12px",
      columnBorder: false,
      headerColumnBorder: false,
      browserColorScheme: "inherit",
    });

  /** A group's line: name, then how many are where. React keeps it; the grid asks anew when the row's data changes. */
  components.DeskGroup = (props) => {
    const { createElement } = window.React;
    return createElement(
      "div",
      { className: "group_line", role: "gridcell" }, // a row of a grid holds cells, also this one
      createElement("b", null, props.data.name),
      createElement("span", null, props.data.line),
    );
  };
})((window.floorwatch = window.floorwatch || {}));
