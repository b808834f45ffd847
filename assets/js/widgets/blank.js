/* A TV made black by the desk: the time and a small mark, which wander a little each minute so that nothing burns in. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const words = floorwatch.words;
  const PLACES = 7;

  class Blank {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.minute = -1;
      /** The last order to load anew that this page follows already. */
      this.reload_at = Number(root.dataset.reloadAt);
      floorwatch.blank = this;
    }

    order(is_blank) {
      show(this.root, is_blank);
      this.tick(0, floorwatch.clock.now());
    }

    tick(shown_at_ms, now_ms) {
      const minute = Math.floor(now_ms / 60000);
      if (this.root.hidden || minute === this.minute) return;
      this.minute = minute;
      put(this.parts.time, words.hour(now_ms));
      this.root.style.setProperty("--wander-x", String((minute % PLACES) - (PLACES - 1) / 2));
      this.root.style.setProperty("--wander-y", String((Math.floor(minute / PLACES) % PLACES) - (PLACES - 1) / 2));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.blank = (root, parts) => new Blank(root, parts);
})((window.floorwatch = window.floorwatch || {}));
