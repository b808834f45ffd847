/* The lamp: a colour, a word, and the age of the data. */
(function (floorwatch) {
  "use strict";

  const { put, mark } = floorwatch.places;
  const words = floorwatch.words;

  class AgeLamp {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.family = root.dataset.short === "yes" ? "link.short." : "link.";
    }

    age(fresh) {
      mark(this.root, "is-", fresh.state);
      put(this.parts.state, words.word(this.family + fresh.state));
      const skew = fresh.skew_s > 2 || fresh.skew_s < -2 ? ` · ${words.word("skew", { n: fresh.skew_s })}` : "";
      put(this.parts.age, fresh.age_ms === null ? "" : words.age(fresh.age_ms) + skew);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.age_lamp = (root, parts) => new AgeLamp(root, parts);
})((window.floorwatch = window.floorwatch || {}));
