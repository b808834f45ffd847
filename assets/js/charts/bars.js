/* Bars and lines over one axis. A document says what is drawn:
   `{kind: "bars", sentence, axis: {labels, ticks}, unit, series: [{name, shape, tone, unit?, side?, values}], target?: {value, unit, name}, holes?: [i],
   running?: i, links?: [href]}`. `labels` say each place whole, `ticks` are what may stand at the axis ("" for nothing). Shapes: `bar` (stacked on the
   bars before it), `outline` (around the whole stack), `area` (steps behind everything), `line`, `dots` (a dotted line). Values may be null. */
(function (floorwatch) {
  "use strict";

  const BAR = 0.72;
  const OUTLINE = 0.84;
  /** So many places share the whole width; fewer are no wider than they would be. */
  const FULL = 8;

  const is_right = (series) => series.side === "right";
  const most = (values) => values.reduce((top, value) => Math.max(top, value || 0), 0);

  /** The stack's height at each place. */
  function heights(document) {
    const sums = new Array(document.axis.labels.length).fill(0);
    for (const { shape, values } of document.series) if (shape === "bar") values.forEach((value, i) => (sums[i] += value || 0));
    return sums;
  }

  function top_of(document, side) {
    const own = document.series.filter((series) => is_right(series) === side).map(({ values }) => most(values));
    const { target } = document;
    if (target && (target.side === "right") === side) own.push(target.value);
    return Math.max(0, ...own, ...(side ? [] : [most(heights(document))]));
  }

  function unit_of(document, side) {
    const found = document.series.find((series) => is_right(series) === side);
    return (found && found.unit) || document.unit || "count";
  }

  /** Over missing data a bar is pale. */
  function shades(document, tone) {
    const { colour } = floorwatch.charts.tones;
    const holes = new Set(document.holes || []);
    return document.axis.labels.map((_, i) => colour(tone, holes.has(i) ? "pale" : i === document.running ? "whole" : "most"));
  }

  const share_of = (values) => Math.min(1, values.length / FULL);

  function bar(document, series, base) {
    const y = series.values.map((value) => value || 0);
    const drawn = { type: "bar", x: y.map((_, i) => i), y, base: [...base], width: BAR * share_of(y), marker: { color: shades(document, series.tone), line: { width: 0 } } };
    y.forEach((value, i) => (base[i] += value));
    return drawn;
  }

  function outline(series) {
    const { colour } = floorwatch.charts.tones;
    const line = { width: 1, color: colour(series.tone, "pale") };
    return { type: "bar", x: series.values.map((_, i) => i), y: series.values.map((value) => value || null), base: 0, width: OUTLINE * share_of(series.values), marker: { color: colour(series.tone, "hint"), line } };
  }

  /** Steps as wide as the places, from edge to edge. */
  function area(series) {
    const { colour } = floorwatch.charts.tones;
    const { values } = series;
    const x = [-0.5, ...values.map((_, i) => i), values.length - 0.5];
    const y = [values[0], ...values, values[values.length - 1]];
    return {
      type: "scatter", mode: "lines", x, y, fill: "tozeroy", fillcolor: colour(series.tone, "hint"),
      line: { shape: "hvh", width: 1, color: colour(series.tone, "pale") },
    };
  }

  function line(series) {
    const { colour } = floorwatch.charts.tones;
    const is_dotted = series.shape === "dots";
    const color = colour(series.tone, is_dotted ? "grid" : "whole");
    const x = series.values.map((_, i) => i);
    const marker = { size: is_dotted ? 0 : 5, color, line: { width: 0 } };
    return {
      type: "scatter", mode: is_dotted ? "lines" : "lines+markers", x, y: series.values, connectgaps: false, marker,
      line: { width: is_dotted ? 1.5 : 2.2, color, dash: is_dotted ? "dot" : "solid" },
    };
  }

  const DRAWN = { area: (_, series) => area(series), outline: (_, series) => outline(series), bar, line: (_, series) => line(series), dots: (_, series) => line(series) };
  /** What lies behind comes first. */
  const ORDER = ["area", "outline", "bar", "dots", "line"];

  function traces(document) {
    const base = new Array(document.axis.labels.length).fill(0);
    const series = [...document.series].sort((a, b) => ORDER.indexOf(a.shape) - ORDER.indexOf(b.shape));
    return series.map((one) => ({ ...DRAWN[one.shape](document, one, base), hoverinfo: "skip", yaxis: is_right(one) ? "y2" : "y" }));
  }

  function target_of(document) {
    const { colour } = floorwatch.charts.tones;
    const { target } = document;
    if (!target) return {};
    const yref = target.side === "right" ? "y2" : "y";
    const shape = { type: "line", xref: "paper", x0: 0, x1: 1, yref, y0: target.value, y1: target.value, line: { width: 1.4, dash: "dash", color: colour("target", "grid") } };
    return { shapes: [shape] };
  }

  /** What Plotly is asked to draw on `width` pixels. */
  function picture(document, width, type_px) {
    const { scales, tones } = floorwatch.charts;
    const has_right = document.series.some(is_right);
    const left = scales.scale(top_of(document, false), unit_of(document, false));
    const right = has_right ? scales.scale(top_of(document, true), unit_of(document, true)) : null;
    const places = document.axis.labels.length;
    const axis = { showline: false, zeroline: false, fixedrange: true, tickmode: "array", ticks: "", tickfont: { color: tones.colour("faint"), size: type_px } };
    const layout = {
      barmode: "overlay",
      xaxis: { ...axis, showgrid: false, range: [-0.5, places - 0.5], ...scales.spaced(document.axis.ticks, width - 90, type_px) },
      yaxis: { ...axis, gridcolor: tones.colour("line"), gridwidth: 1, ...left },
      ...(right ? { yaxis2: { ...axis, showgrid: false, overlaying: "y", side: "right", ...right } } : {}),
      ...target_of(document),
    };
    return { traces: traces(document), layout };
  }

  /** The place under a pixel; null for none. */
  function at(document, axes, x) {
    const i = Math.round(axes.x.p2l(x - axes.x._offset));
    return i >= 0 && i < document.axis.labels.length ? i : null;
  }

  function told(document, i) {
    const lines = document.series.map((series) => ({ name: series.name, tone: series.tone, text: floorwatch.formats.text(series.unit || document.unit || "count", series.values[i]) }));
    return { title: document.axis.labels[i], lines, note: (document.holes || []).includes(i) ? floorwatch.words.word("chart.hole") : "", href: (document.links || [])[i] || "" };
  }

  /** Where a told place stands: pixels from the left edge, and its width. */
  function spot(_, axes, i) {
    const step = axes.x.l2p(1) - axes.x.l2p(0);
    return { x: axes.x._offset + axes.x.l2p(i), width: step };
  }

  /** The same numbers: `{head, rows: [{cells, href}]}`. */
  function table(document) {
    const rows = document.axis.labels.map((label, i) => ({ cells: [label, ...told(document, i).lines.map(({ text }) => text)], href: (document.links || [])[i] || "" }));
    return { head: [document.axis.name || "", ...document.series.map(({ name }) => name)], rows };
  }

  floorwatch.charts = floorwatch.charts || {};
  floorwatch.charts.kinds = floorwatch.charts.kinds || {};
  floorwatch.charts.kinds.bars = { picture, at, told, spot, table, count: (document) => document.axis.labels.length, key: (document) => document.series };
})((window.floorwatch = window.floorwatch || {}));
