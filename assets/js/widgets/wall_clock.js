/* The wall's clock: always runs, also while the numbers stand still. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const words = floorwatch.words;

  class WallClock {
    constructor(root, parts) {
      this.parts = parts;
    }

    tick(shown_at_ms, now_ms) {
      put(this.parts.time, words.time(now_ms));
      put(this.parts.date, words.date(now_ms));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.wall_clock = (root, parts) => new WallClock(root, parts);
})((window.floorwatch = window.floorwatch || {}));
