/* Says that the browser lets no sound out yet, as long as that is so. */
(function (floorwatch) {
  "use strict";

  class SoundHint {
    constructor(root) {
      this.root = root;
      floorwatch.sounds.on_change(() => floorwatch.places.show(this.root, floorwatch.sounds.state() === "blocked"));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.sound_hint = (root) => new SoundHint(root);
})((window.floorwatch = window.floorwatch || {}));
