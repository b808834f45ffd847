/* Scales: where an axis ends, and what is written on it. Everything is written as the rest of the page writes it. */
(function (floorwatch) {
  "use strict";

  const STEPS = {
    count: [1, 2, 5],
    seconds: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400],
  };
  const MOST_TICKS = 5;
  /** Plotly reads a little markup in texts; what people typed has none. */
  const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

  function plain(text) {
    return String(text).replace(/[&<>]/g, (sign) => ENTITIES[sign]);
  }

  function step_of(most, unit) {
    if (unit === "seconds") return STEPS.seconds.find((step) => most / step <= MOST_TICKS) || most / MOST_TICKS;
    for (let power = unit === "amount" || unit === "per_10k" ? 0.1 : 1; ; power *= 10) {
      for (const step of STEPS.count) if (most / (step * power) <= MOST_TICKS) return step * power;
    }
  }

  /** A scale from 0 that holds `most`: `{range, tickvals, ticktext}`. A ratio ends at 100 %, or beyond where something does. */
  function scale(most, unit) {
    const step = unit === "ratio" && most <= 1 ? 0.25 : unit === "ratio" ? step_of(most * 100, "count") / 100 : step_of(most || 1, unit);
    const top = Math.max(step, Math.ceil(most / step - 1e-9) * step);
    const tickvals = [];
    for (let at = 0; at <= top + step / 100; at += step) tickvals.push(at);
    return { range: [0, top * 1.04], tickvals, ticktext: tickvals.map((at) => plain(floorwatch.formats.text(unit, at))) };
  }

  /** Of the places that have a text, every n-th: so many that `width` has room for them. */
  function spaced(ticks, width, type_px) {
    const longest = ticks.reduce((most, text) => Math.max(most, wide(text)), 1);
    const named = ticks.map((text, i) => (text ? i : -1)).filter((i) => i >= 0);
    const room = Math.max(1, Math.floor(width / (longest * type_px * 0.6 + type_px * 1.1)));
    const every = Math.max(1, Math.ceil(named.length / room));
    const chosen = named.filter((_, n) => n % every === 0);
    return { tickvals: chosen, ticktext: chosen.map((i) => plain(ticks[i])) };
  }

  /** How many figures wide a text is; a Chinese sign is nearly two. */
  function wide(text) {
    let found = 0;
    for (const sign of text) found += sign.codePointAt(0) > 0x2e7f ? 1.7 : 1;
    return found;
  }

  floorwatch.charts = floorwatch.charts || {};
  floorwatch.charts.scales = { plain, scale, spaced };
})((window.floorwatch = window.floorwatch || {}));
