/* Waiting: the count, who of them rings at an agent, and the estimated wait of who joins now. */
(function (floorwatch) {
  "use strict";

  const { put, put_number } = floorwatch.places;
  const words = floorwatch.words;

  class Waiting extends floorwatch.Tile {
    update(value) {
      const also = value.also || {};
      const ringing = also.ringing ? also.ringing.v : null;
      const estimate = also.estimated_wait ? also.estimated_wait.v : null;
      this.draw_frame(value);
      put_number(this.parts.number, words.number(value.v));
      put(this.parts.ringing, value.v ? words.word("waiting.ringing", { n: words.number(ringing) }) : words.word("waiting.nobody"));
      put(this.parts.estimate, estimate === null || !value.v ? "" : words.word("waiting.estimate", { value: words.duration(estimate) }));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.waiting = (root, parts) => new Waiting(root, parts);
})((window.floorwatch = window.floorwatch || {}));
