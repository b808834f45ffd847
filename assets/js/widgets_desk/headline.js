/* A chip of the desk's headline: the value of a tile, whatever its kind, with its alarm. */
(function (floorwatch) {
  "use strict";

  const { put, raise } = floorwatch.places;
  const words = floorwatch.words;

  class Headline {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.value = null;
    }

    update(value) {
      this.value = value;
      raise(this.root, this.parts.mark, value.level || "none");
      this.tick(floorwatch.ages.shown_now(this.root));
    }

    tick(now_ms) {
      if (this.value === null) return;
      const { v, since, formula, target } = this.value;
      if (since !== undefined) put(this.parts.value, since === null ? words.NO_VALUE : words.duration((now_ms - since) / 1000));
      else if (formula !== undefined) put(this.parts.value, words.percent_sign(v, target));
      else put(this.parts.value, words.number(v));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.headline = (root, parts) => new Headline(root, parts);
})((window.floorwatch = window.floorwatch || {}));
