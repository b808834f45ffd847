/* History cannot be read, and since when; what hangs on it is marked. Gone when it can be read again. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const { words } = floorwatch;

  class PastBanner {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      floorwatch.past.listen(this);
    }

    past(found, { failed_since_ms: since_ms }) {
      show(this.root, since_ms !== null);
      document.querySelector(".screen").classList.toggle("is-past-away", since_ms !== null);
      if (since_ms !== null) put(this.parts.reason, words.word(found === null ? "today.past_away" : "today.past_away_since", { time: words.time(since_ms) }));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.past_banner = (root, parts) => new PastBanner(root, parts);
})((window.floorwatch = window.floorwatch || {}));
