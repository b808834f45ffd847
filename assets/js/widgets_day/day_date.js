/* Today's date, on the site's calendar: the day of the half-hours. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;

  class DayDate {
    constructor(root) {
      this.root = root;
    }

    names() {
      put(this.root, floorwatch.words.date(floorwatch.clock.now()));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_date = (root) => new DayDate(root);
})((window.floorwatch = window.floorwatch || {}));
