/* A message across the wall; several take turns, each for its seconds, the important ones first. The root of the page says that
   one is there, so that the line at the bottom gives way. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const words = floorwatch.words;
  const LARGEST = 3.4;
  const SMALLEST = 1.9;

  class AnnouncementBanner {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.shown_id = null;
      this.since_ms = 0;
      floorwatch.announcements.on_change(() => this.draw());
      new ResizeObserver(() => this.fit()).observe(root);
      document.fonts.ready.then(() => this.fit());
    }

    tick() {
      this.draw();
    }

    draw() {
      const all = floorwatch.announcements.banners();
      const page = this.root.closest(".screen");
      show(this.root, all.length > 0);
      if (all.length > 0) page.dataset.announcing = "yes";
      else delete page.dataset.announcing;
      if (all.length === 0) {
        this.shown_id = null;
        return;
      }
      this.draw_one(this.whose_turn(all), all);
    }

    whose_turn(all) {
      const at = all.findIndex((one) => one.id === this.shown_id);
      const is_over = at >= 0 && performance.now() - this.since_ms >= all[at].seconds * 1000 - 500;
      if (at >= 0 && !is_over) return all[at];
      const next = all[(at + 1) % all.length];
      this.since_ms = performance.now();
      return next;
    }

    draw_one(one, all) {
      put(this.parts.count, all.length > 1 ? `${all.indexOf(one) + 1} / ${words.number(all.length)}` : "");
      if (one.id === this.shown_id) return;
      this.shown_id = one.id;
      floorwatch.announcements.write(this.root, this.parts, one);
      this.fit();
    }

    fit() {
      if (this.shown_id !== null) floorwatch.fitting.fit(this.parts.text, this.parts.text, LARGEST, SMALLEST);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.announcement_banner = (root, parts) => new AnnouncementBanner(root, parts);
})((window.floorwatch = window.floorwatch || {}));
