/* A note: as large as its size allows and its tile has room; at the smallest type in pages, which take turns. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const LARGEST = { small: 2.6, normal: 5, large: 14 };
  const SMALLEST = 1.9;
  const PAGE_S = 12;
  const LOW_U = 12;

  class Text extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.text = root.dataset.text;
      this.pages = [];
      this.shown = -1;
      this.fit = this.fit.bind(this);
      new ResizeObserver(this.fit).observe(parts.box);
      document.fonts.ready.then(this.fit);
    }

    fit() {
      const { box, text } = this.parts;
      if (box.clientHeight === 0) return;
      this.root.classList.toggle("low", this.root.clientHeight < LOW_U * floorwatch.places.unit_px());
      put(text, this.text);
      floorwatch.fitting.fit(box, text, LARGEST[this.root.dataset.size], SMALLEST);
      this.pages = floorwatch.paged_text.pages_of(box, text, this.text);
      this.shown = -1;
      this.tick(0, floorwatch.clock.now());
    }

    tick(shown_at_ms, now_ms) {
      if (this.pages.length === 0) return;
      const page = Math.floor(now_ms / (PAGE_S * 1000)) % this.pages.length;
      if (page === this.shown) return;
      this.shown = page;
      put(this.parts.text, this.pages[page]);
      put(this.parts.cue, this.pages.length > 1 ? `${page + 1}/${this.pages.length}` : "");
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.text = (root, parts) => new Text(root, parts);
})((window.floorwatch = window.floorwatch || {}));
