/* The formulas side by side: over which threshold they count. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const { words } = floorwatch;

  class DayFormulas extends floorwatch.Tile {
    update(value) {
      put(this.parts.note, value.threshold_s ? words.word("today.within", { n: value.threshold_s }) : "");
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_formulas = (root, parts) => new DayFormulas(root, parts);
})((window.floorwatch = window.floorwatch || {}));
