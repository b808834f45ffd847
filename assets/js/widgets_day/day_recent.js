/* What the staffing estimate is made of: the calls of the last half-hour, and how long one takes. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const { formats } = floorwatch;

  class DayRecent {
    constructor(root, parts) {
      this.parts = parts;
    }

    update(value) {
      put(this.parts.offered, formats.text("count", value.v));
      put(this.parts.aht, formats.text("seconds", value.also && value.also.aht ? value.also.aht.v : null));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_recent = (root, parts) => new DayRecent(root, parts);
})((window.floorwatch = window.floorwatch || {}));
