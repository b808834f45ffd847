/* A picture: shown when it has come; until then, and where it cannot be had, the placeholder. Asked for again each minute. */
(function (floorwatch) {
  "use strict";

  const { show } = floorwatch.places;
  const AGAIN_MS = 60000;

  class Picture extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.asked_at = 0;
      this.has_come = false;
      parts.image.addEventListener("load", () => this.come(true));
      parts.image.addEventListener("error", () => this.come(false));
      this.ask();
    }

    ask() {
      const { address } = this.root.dataset;
      if (!address) return;
      this.asked_at = performance.now();
      this.parts.image.src = address;
    }

    come(has_come) {
      this.has_come = has_come;
      show(this.parts.image, has_come);
      show(this.parts.placeholder, !has_come);
    }

    tick() {
      if (!this.has_come && performance.now() - this.asked_at > AGAIN_MS) this.ask();
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.picture = (root, parts) => new Picture(root, parts);
})((window.floorwatch = window.floorwatch || {}));
