/* Longest wait: ticks from the moment the caller joined, and takes its alarm from the gateway. */
(function (floorwatch) {
  "use strict";

  const { put, put_number } = floorwatch.places;
  const words = floorwatch.words;

  class LongestWait extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.since_ms = null;
    }

    update(value) {
      this.draw_frame(value);
      this.since_ms = value.since;
      const is_empty = value.since === null || value.since === undefined;
      put(this.parts.queue, is_empty ? words.word("waiting.nobody") : floorwatch.screen.queue_name(value.queue));
      const has_limit = !is_empty && value.target !== null && value.target !== undefined;
      put(this.parts.limit, has_limit ? words.word("limit", { value: words.duration(value.target) }) : "");
      this.tick(floorwatch.freshness.shown_now());
    }

    tick(now_ms) {
      const is_empty = this.since_ms === null || this.since_ms === undefined;
      put_number(this.parts.number, is_empty ? words.NO_VALUE : words.duration((now_ms - this.since_ms) / 1000));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.longest_wait = (root, parts) => new LongestWait(root, parts);
})((window.floorwatch = window.floorwatch || {}));
