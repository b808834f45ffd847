/* How long the oldest caller waits now. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const { words } = floorwatch;

  class DayLongest {
    constructor(root) {
      this.root = root;
      this.since = null;
    }

    update(value) {
      this.since = value.since;
      this.tick(floorwatch.ages.shown_now(this.root));
    }

    tick(now_ms) {
      put(this.root, this.since === null ? words.word("today.nobody_waits") : words.word("today.longest", { value: words.duration((now_ms - this.since) / 1000) }));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_longest = (root) => new DayLongest(root);
})((window.floorwatch = window.floorwatch || {}));
