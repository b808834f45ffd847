/* Longest wait: ticks from the moment the caller joined, and takes its alarm from the gateway. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const { formats, words } = floorwatch;

  class LongestWait extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.value = null;
      this.print = new floorwatch.SmallPrint(root);
      const rooms = [{ room: "plain", worth: 1 }, { room: "bare", worth: 0.6 }];
      this.figure = new floorwatch.Figure(root, parts, () => rooms, () => this.print.fit(true));
    }

    update(value) {
      this.value = value;
      this.draw_frame(value);
      const is_empty = value.since === null;
      put(this.parts.queue, is_empty ? words.word("waiting.nobody") : floorwatch.screen.queue_name(value.queue));
      const has_limit = !is_empty && value.target !== null;
      put(this.parts.limit, has_limit ? words.word("limit", { value: words.duration(value.target) }) : "");
      this.print.fit(false);
      this.tick(this.shown_now());
    }

    tick(now_ms) {
      if (this.value !== null) this.figure.write(formats.ways("seconds", formats.value_of(this.value, "seconds", now_ms)));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.longest_wait = (root, parts) => new LongestWait(root, parts);
})((window.floorwatch = window.floorwatch || {}));
