/* Everybody on the floor, on one canvas. A person keeps their place while nobody comes or goes. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const words = floorwatch.words;

  const CROWD = 240;

  class Agents extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.list = null;
      this.canvas = new floorwatch.AgentsCanvas(parts.canvas, parts.people, root.dataset.label);
      if (floorwatch.tiles_menu !== undefined && root.closest('.floor[data-may~="controls"]')) floorwatch.tiles_menu.start(this.canvas, parts);
      const observer = new ResizeObserver((seen) => this.resized(seen[0]));
      try {
        observer.observe(parts.people, { box: "device-pixel-content-box" });
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // a browser that only knows CSS pixels
        observer.observe(parts.people);
      }
    }

    resized(seen) {
      const ratio = window.devicePixelRatio || 1;
      const device = seen.devicePixelContentBoxSize;
      const width = device ? device[0].inlineSize : Math.round(seen.contentRect.width * ratio);
      const height = device ? device[0].blockSize : Math.round(seen.contentRect.height * ratio);
      this.canvas.resize(width, height, ratio);
    }

    update(list, change) {
      this.list = list;
      this.root.classList.toggle("crowd", list.size > CROWD);
      this.count_staff();
      const now_ms = this.shown_now();
      const is_whole = change === null || change.order || (change.del && change.del.length) || list.size !== this.canvas.count;
      if (is_whole) {
        put(this.parts.empty, list.size === 0 ? words.word("agents.none") : "");
        this.canvas.show(list, now_ms);
        return;
      }
      for (const row of change.set || []) this.canvas.change(row, now_ms);
    }

    count_staff() {
      let staffed = 0;
      for (const row of this.list.rows.values()) if (row.state !== "signed_out") staffed += 1;
      put(this.parts.note, `${words.word("agents.staffed", { n: words.number(staffed) })} · ${words.word("agents.framed")}`);
    }

    /** What is drawn now, for who measures it. */
    texts() {
      return this.canvas.texts();
    }

    tick(shown_at_ms) {
      this.canvas.tick(shown_at_ms);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.agents = (root, parts) => new Agents(root, parts);
})((window.floorwatch = window.floorwatch || {}));
