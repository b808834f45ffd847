/* How many agents the calls of the last half-hour take, and how many there are: an estimate, and it says so. */
(function (floorwatch) {
  "use strict";

  const { put, mark } = floorwatch.places;
  const { words } = floorwatch;

  class DayStaffing extends floorwatch.Tile {
    update(value) {
      const staffed = value.also && value.also.agents_staffed ? value.also.agents_staffed.v : null;
      const is_known = value.v !== null && staffed !== null;
      put(this.parts.needed, is_known ? words.number(staffed - value.v) : words.NO_VALUE);
      put(this.parts.staffed, words.number(staffed));
      put(this.parts.gap, value.v === null ? words.NO_VALUE : value.v > 0 ? `+${words.number(value.v)}` : words.number(value.v));
      mark(this.parts.gap, "level-", value.v !== null && value.v < 0 ? "red" : "");
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_staffing = (root, parts) => new DayStaffing(root, parts);
})((window.floorwatch = window.floorwatch || {}));
