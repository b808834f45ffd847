/* Why the numbers are not live, in one sentence; gone while they are. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const words = floorwatch.words;

  class HaltBanner {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
    }

    age(fresh) {
      show(this.root, fresh.reason !== "");
      if (fresh.reason === "") return;
      put(this.parts.reason, fresh.reason);
      put(this.parts.frozen, this.frozen(fresh));
    }

    frozen(fresh) {
      if (fresh.state !== "stale") return "";
      if (fresh.stopped_at_ms === null) return words.word("stale.no_numbers");
      return words.word(floorwatch.ages.are_mixed() ? "stale.frozen_part" : "stale.frozen", { time: words.time(fresh.stopped_at_ms) });
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.halt_banner = (root, parts) => new HaltBanner(root, parts);
})((window.floorwatch = window.floorwatch || {}));
