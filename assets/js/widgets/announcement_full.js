/* A message over the whole wall: as large as its text allows, with a bar of the time left. */
(function (floorwatch) {
  "use strict";

  const { show } = floorwatch.places;
  const LARGEST = 24;
  const SMALLEST = 8;

  class AnnouncementFull {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.shown_id = null;
      floorwatch.announcements.on_change(() => this.draw());
      window.addEventListener("resize", () => this.fit());
    }

    draw() {
      const one = floorwatch.announcements.full();
      show(this.root, one !== null);
      if (one === null) {
        this.shown_id = null;
        return;
      }
      this.parts.left.style.setProperty("--left", floorwatch.announcements.left().toFixed(3));
      if (one.id === this.shown_id) return;
      this.shown_id = one.id;
      floorwatch.announcements.write(this.root, this.parts, one);
      this.fit();
    }

    fit() {
      if (this.shown_id !== null) floorwatch.fitting.fit(this.parts.text.parentElement, this.parts.text, LARGEST, SMALLEST);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.announcement_full = (root, parts) => new AnnouncementFull(root, parts);
})((window.floorwatch = window.floorwatch || {}));
