/* A number of one's own day, and the further ones below it; how each is written stands in the page. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const words = floorwatch.words;
  const FORMATS = { number: words.number, duration: words.duration, percent: words.percent_sign };

  class OwnNumber extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.write = FORMATS[root.parentElement.dataset.format];
      this.also = [...root.querySelectorAll("[data-also]")];
    }

    update(value) {
      this.draw_frame(value);
      put(this.parts.number, this.write(value.v));
      for (const place of this.also) {
        const found = value.also ? value.also[place.dataset.also] : undefined;
        put(place, FORMATS[place.dataset.format](found ? found.v : null));
      }
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.own_number = (root, parts) => new OwnNumber(root, parts);
})((window.floorwatch = window.floorwatch || {}));
