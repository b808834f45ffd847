/* What every tile does: its alarm, its missing seconds, and the mark of stopped data with the moment it stopped. */
(function (floorwatch) {
  "use strict";

  const { put, raise, admit_gap } = floorwatch.places;

  class Tile {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.heading = parts.heading && root.closest(".wall") ? new floorwatch.Heading(parts) : null;
    }

    /** After the widget wrote into its heading or the note beside it. */
    fit_heading() {
      if (this.heading !== null) this.heading.fit();
    }

    /** `value`: a number of the protocol, with `level` and `gap_s`. */
    draw_frame(value) {
      raise(this.root, this.parts.mark, value.level || "none", value.level_at);
      if (this.parts.gap) admit_gap(this.root, this.parts.gap, value);
      this.fit_heading();
    }

    /** What this tile shows as now. */
    shown_now() {
      return floorwatch.ages.shown_now(this.root);
    }

    /** `fresh`: of this tile's own sources. */
    age(fresh) {
      if (!this.parts.halt) return;
      const { word, time } = floorwatch.words;
      const at = fresh.stopped_at_ms;
      put(this.parts.halt, at === null ? "" : word("link.stopped_at", { time: time(at) }));
      this.fit_heading();
    }
  }

  floorwatch.Tile = Tile;
})((window.floorwatch = window.floorwatch || {}));
