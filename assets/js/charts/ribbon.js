/* Pieces of time in rows: `{kind: "ribbon", sentence, from, to, rows: [text], pieces: [{row, from, to, tone, name, detail?, href?}], marks?: [{at, text, tone}]}`, moments in ms.
   What is shown of it (`view`) can be a part: the chart zooms and moves, and draws it again. */
(function (floorwatch) {
  "use strict";

  const HIGH = 0.74;

  const shown = (document, view) => view || { from: document.from, to: document.to };

  /** One trace a tone: thousands of pieces are few shapes to think of. */
  function traces(document) {
    const { colour } = floorwatch.charts.tones;
    const by_tone = new Map();
    for (const piece of document.pieces) {
      if (!by_tone.has(piece.tone)) by_tone.set(piece.tone, []);
      by_tone.get(piece.tone).push(piece);
    }
    return [...by_tone].map(([tone, pieces]) => ({
      type: "bar", orientation: "h", hoverinfo: "skip", width: HIGH, y: pieces.map(({ row }) => row), base: pieces.map(({ from }) => from),
      x: pieces.map(({ from, to }) => to - from), marker: { color: colour(tone, "whole"), line: { width: 0 } },
    }));
  }

  function picture(document, width, type_px, view) {
    const { scales, tones } = floorwatch.charts;
    const { from, to } = shown(document, view);
    const axis = { showline: false, zeroline: false, fixedrange: true, tickmode: "array", ticks: "", tickfont: { color: tones.colour("dim"), size: type_px } };
    const shapes = (document.marks || []).map(({ at, tone }) => (
      { type: "line", x0: at, x1: at, yref: "paper", y0: 0, y1: 1, line: { width: 1.4, dash: "dot", color: tones.colour(tone || "text") } }
    ));
    const layout = {
      barmode: "overlay", shapes,
      xaxis: { ...axis, type: "linear", gridcolor: tones.colour("line"), range: [from, to], ...scales.times(from, to, width - 90, type_px) },
      yaxis: { ...axis, showgrid: false, range: [document.rows.length - 0.5, -0.5], tickvals: document.rows.map((_, i) => i), ticktext: document.rows.map(scales.plain) },
    };
    return { traces: traces(document), layout };
  }

  function at(document, axes, x, y) {
    const at_ms = axes.x.p2l(x - axes.x._offset);
    const row = Math.round(axes.y.p2l(y - axes.y._offset));
    const found = document.pieces.findIndex((piece) => piece.row === row && piece.from <= at_ms && at_ms < piece.to);
    return found === -1 ? null : found;
  }

  function span_of(piece) {
    const { time, duration } = floorwatch.words;
    return `${time(piece.from)} – ${time(piece.to)} · ${duration((piece.to - piece.from) / 1000)}`;
  }

  function told(document, i) {
    const piece = document.pieces[i];
    const lines = [{ name: piece.name, tone: piece.tone, text: piece.detail || "" }];
    return { title: span_of(piece), lines, note: "", href: piece.href || "" };
  }

  function spot(document, axes, i) {
    const piece = document.pieces[i];
    const left = axes.x.l2p(piece.from);
    const right = axes.x.l2p(piece.to);
    const high = Math.abs(axes.y.l2p(1) - axes.y.l2p(0)) * HIGH;
    return { x: axes.x._offset + (left + right) / 2, width: Math.max(3, right - left), y: axes.y._offset + axes.y.l2p(piece.row), height: high };
  }

  function key(document) {
    const by_tone = new Map(document.pieces.map((piece) => [piece.tone, piece.name]));
    return document.key || [...by_tone].map(([tone, name]) => ({ tone, name, shape: "bar" }));
  }

  function table(document) {
    const { time, duration, word } = floorwatch.words;
    const rows = document.pieces.map((piece) => ({
      cells: [time(piece.from), time(piece.to), duration((piece.to - piece.from) / 1000), document.rows[piece.row], [piece.name, piece.detail].filter(Boolean).join(" · ")], href: piece.href || "",
    }));
    return { head: ["from", "to", "lasted", "row", "what"].map((id) => word(`chart.${id}`)), rows };
  }

  /** The part that is shown after zooming by `factor` around a moment, and moving by a share of what is shown; null for all of it. */
  function moved(document, view, factor, around_ms, share) {
    const { from, to } = shown(document, view);
    const whole = document.to - document.from;
    const width = Math.min(whole, Math.max(60000, (to - from) * factor));
    if (width >= whole) return null;
    const start = around_ms - ((around_ms - from) / (to - from)) * width + share * width;
    const first = Math.min(Math.max(document.from, start), document.to - width);
    return { from: first, to: first + width };
  }

  floorwatch.charts = floorwatch.charts || {};
  floorwatch.charts.kinds = floorwatch.charts.kinds || {};
  floorwatch.charts.kinds.ribbon = { picture, at, told, spot, table, key, moved, shown, count: (document) => document.pieces.length };
})((window.floorwatch = window.floorwatch || {}));
