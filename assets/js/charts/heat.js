/* A heat map: `{kind: "heat", sentence, name, unit, rows: [text], columns: [text], ticks?: [text], values: [[number|null]], worse?: "above"|"below", links?: [[href]]}`.
   The colour grows with the number; where less is worse, with what is missing. A number stands in its cell where it has room. */
(function (floorwatch) {
  "use strict";

  const LEAST_CELL_PX = 36;
  /** How much of its colour the highest number has: what stands in it must be read. */
  const FULL = 0.55;

  const flat = (document) => document.values.flat().filter((value) => value !== null && value !== undefined);
  const place = (document, i) => [Math.floor(i / document.columns.length), i % document.columns.length];
  const text_of = (document, row, column) => floorwatch.formats.text(document.unit, document.values[row][column]);

  function picture(document, width, type_px) {
    const { scales, tones } = floorwatch.charts;
    const found = flat(document);
    const tone = document.worse ? "bad" : "accent";
    const shades = [[0, tones.colour("raised")], [1, tones.between("raised", tone, FULL)]];
    const axis = { showgrid: false, zeroline: false, showline: false, fixedrange: true, tickmode: "array", ticks: "", tickfont: { color: tones.colour("dim"), size: type_px } };
    const has_room = (width - 80) / document.columns.length >= LEAST_CELL_PX;
    const trace = {
      type: "heatmap", z: document.values, x: document.columns.map((_, i) => i), y: document.rows.map((_, i) => i), xgap: 2, ygap: 2, showscale: false, hoverinfo: "skip",
      colorscale: document.worse === "below" ? shades.map(([at], i) => [at, shades[1 - i][1]]) : shades,
      zmin: Math.min(0, ...found), zmax: Math.max(document.unit === "ratio" ? 1 : 0, ...found) || 1,
      ...(has_room ? { text: document.values.map((row, i) => row.map((value, j) => (value === null ? "" : scales.plain(text_of(document, i, j))))), texttemplate: "%{text}", textfont: { size: type_px, color: tones.colour("text") } } : {}),
    };
    const layout = {
      xaxis: { ...axis, ...scales.spaced(document.ticks || document.columns, width - 80, type_px) },
      yaxis: { ...axis, autorange: "reversed", tickvals: document.rows.map((_, i) => i), ticktext: document.rows.map(scales.plain) },
    };
    return { traces: [trace], layout };
  }

  function at(document, axes, x, y) {
    const column = Math.round(axes.x.p2l(x - axes.x._offset));
    const row = Math.round(axes.y.p2l(y - axes.y._offset));
    const is_in = row >= 0 && row < document.rows.length && column >= 0 && column < document.columns.length;
    return is_in ? row * document.columns.length + column : null;
  }

  function told(document, i) {
    const [row, column] = place(document, i);
    const lines = [{ name: document.name, tone: document.worse ? "bad" : "accent", text: text_of(document, row, column) }];
    return { title: `${document.rows[row]} ${document.columns[column]}`, lines, note: "", href: document.links ? document.links[row][column] : "" };
  }

  function spot(document, axes, i) {
    const [row, column] = place(document, i);
    const cell = { x: axes.x.l2p(1) - axes.x.l2p(0), y: Math.abs(axes.y.l2p(1) - axes.y.l2p(0)) };
    return { x: axes.x._offset + axes.x.l2p(column), width: cell.x, y: axes.y._offset + axes.y.l2p(row), height: cell.y };
  }

  function table(document) {
    const rows = document.rows.map((name, row) => ({ cells: [name, ...document.columns.map((_, column) => text_of(document, row, column))], href: "" }));
    return { head: [document.name, ...document.columns], rows };
  }

  floorwatch.charts = floorwatch.charts || {};
  floorwatch.charts.kinds = floorwatch.charts.kinds || {};
  floorwatch.charts.kinds.heat = {
    picture, at, told, spot, table, count: (document) => document.rows.length * document.columns.length, key: () => [], row: (document) => document.columns.length,
  };
})((window.floorwatch = window.floorwatch || {}));
