/* Colours and type of charts: the page's tokens, read when a chart is drawn, so that dark and light are whatever the page is. */
(function (floorwatch) {
  "use strict";

  /** What a series stands for → its token. A number is one of several that stand for nothing. */
  const TOKEN = {
    answered: "--s-talking", abandoned: "--bad", offered: "--dim", other: "--s-wrapping_up", rate: "--good", target: "--text", usual: "--faint",
    1: "--s-talking", 2: "--s-available", 3: "--s-ringing", 4: "--s-wrapping_up", 5: "--s-holding", 6: "--s-monitoring", 7: "--s-paused", 8: "--s-unreachable",
  };
  /** How much of a colour is left: two signs behind its hex. */
  const SHARE = { whole: "", most: "d9", pale: "59", hint: "24", grid: "99" };

  function token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  /** The colour of a tone (`answered`, `3`); `share` of it: `whole`, `most`, `pale`, `hint`. */
  function colour(tone, share) {
    const name = TOKEN[tone] || `--${tone}`;
    return token(name) + (SHARE[share] || "");
  }

  function parts(hex) {
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  }

  /** A colour on the way from one tone to another; `share` of the second, 0 to 1. */
  function between(one, other, share) {
    const [from, to] = [parts(colour(one)), parts(colour(other))];
    return `#${from.map((part, i) => Math.round(part + (to[i] - part) * share).toString(16).padStart(2, "0")).join("")}`;
  }

  floorwatch.charts = floorwatch.charts || {};
  floorwatch.charts.tones = { colour, between, font: () => token("--font") };
})((window.floorwatch = window.floorwatch || {}));
