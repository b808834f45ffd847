/* When history was last read: it has an age of its own. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const { words } = floorwatch;

  class PastAge {
    constructor(root, parts) {
      this.place = parts.past_age;
      this.found = null;
      floorwatch.past.listen(this);
    }

    past(found) {
      this.found = found;
      this.names();
    }

    names() {
      put(this.place, this.found === null ? "" : words.word("today.past_at", { time: words.time(this.found.at) }));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.past_age = (root, parts) => new PastAge(root, parts);
})((window.floorwatch = window.floorwatch || {}));
