/* The real wall, at the true size of a screen, scaled to fit: what one sees is what the TV will show, live. A new draft is loaded
   behind the one that is shown and takes its place when it is drawn, so that nothing flashes. */
(function (floorwatch) {
  "use strict";

  const READY = '.screen.wall:not([data-age="connecting"])';
  const LOOK_MS = 60;
  const PATIENCE_MS = 6000;

  class Preview {
    /** `stage`: the box; `board`: id. `drawn()` is called when another picture is there or it stands elsewhere. */
    constructor(stage, board, title, drawn) {
      this.stage = stage;
      this.holder = stage.querySelector(".wall");
      this.note = stage.querySelector(".waiting");
      this.board = board;
      this.title = title;
      this.drawn = drawn;
      this.shown = null;
      this.coming = null;
      this.chosen = { width: 1920, height: 1080, theme: "dark", lang: "zh-CN", page: 0 };
      this.scale = 1;
      new ResizeObserver(() => this.fit()).observe(stage.parentElement);
    }

    is_portrait() {
      return this.chosen.height > this.chosen.width;
    }

    choose(changed) {
      Object.assign(this.chosen, changed);
      this.fit();
      this.load();
    }

    /** As large as there is room for. */
    fit() {
      const { width, height } = this.chosen;
      const room = this.stage.parentElement;
      this.scale = Math.min(room.clientWidth / width, room.clientHeight / height, 1);
      const style = this.stage.style;
      style.setProperty("--screen-width", `${width}px`);
      style.setProperty("--screen-height", `${height}px`);
      style.setProperty("--scale", String(this.scale));
      style.setProperty("--shown-width", `${Math.floor(width * this.scale)}px`);
      style.setProperty("--shown-height", `${Math.floor(height * this.scale)}px`);
      this.drawn();
    }

    address() {
      const { page, lang, theme } = this.chosen;
      const query = new URLSearchParams({ board: `draft:${this.board}`, page, hold: "yes", lang, theme });
      return `/wall/?${query}`;
    }

    /** The draft as the server has it now. */
    load() {
      if (this.coming !== null) this.coming.remove();
      const frame = document.createElement("iframe");
      frame.className = "coming";
      frame.title = this.title;
      frame.tabIndex = -1;
      frame.inert = true;
      frame.src = this.address();
      this.coming = frame;
      this.holder.append(frame);
      this.wait_for(frame, performance.now());
    }

    /** Shown when it is drawn; one that is late is shown as it is, and drawn when it is. */
    wait_for(frame, since_ms) {
      if (frame !== this.coming && frame !== this.shown) return;
      const inner = frame.contentDocument;
      const is_ready = inner !== null && inner.querySelector(READY) !== null;
      const is_late = performance.now() - since_ms > PATIENCE_MS;
      if (frame === this.coming && (is_ready || is_late)) this.show(frame);
      if (is_ready) this.watch(frame);
      else setTimeout(() => this.wait_for(frame, since_ms), LOOK_MS);
      if (frame === this.shown) this.stage.dataset.preview = is_ready ? "live" : "late";
    }

    show(frame) {
      if (this.shown !== null) this.shown.remove();
      frame.className = "";
      this.shown = frame;
      this.coming = null;
      this.note.hidden = true;
      this.drawn();
    }

    /** A banner or a ticker comes and goes on the wall, and its cells move. */
    watch(frame) {
      const grid = this.page_of(frame);
      if (grid !== null) new frame.contentWindow.ResizeObserver(() => this.drawn()).observe(grid);
      this.drawn();
    }

    page_of(frame) {
      const inner = frame === null ? null : frame.contentDocument;
      return inner === null ? null : inner.querySelector(`.page[data-page="${this.chosen.page}"]`);
    }

    /** Where the page's cells are: {left, top, width, height, gap_x, gap_y} in pixels of the stage. Before the wall is there: all of
     *  it. */
    cells() {
      const grid = this.page_of(this.shown);
      if (grid === null) {
        return { left: 0, top: 0, width: this.chosen.width * this.scale, height: this.chosen.height * this.scale, gap_x: 4, gap_y: 4 };
      }
      const box = grid.getBoundingClientRect();
      const style = this.shown.contentWindow.getComputedStyle(grid);
      const [left, right, top, bottom] = ["Left", "Right", "Top", "Bottom"].map((side) => parseFloat(style[`padding${side}`]) || 0);
      return {
        left: (box.left + left) * this.scale,
        top: (box.top + top) * this.scale,
        width: (box.width - left - right) * this.scale,
        height: (box.height - top - bottom) * this.scale,
        gap_x: (parseFloat(style.columnGap) || 0) * this.scale,
        gap_y: (parseFloat(style.rowGap) || 0) * this.scale,
      };
    }

    /** The real tile follows the hand. */
    move(tile, place) {
      const inner = this.shown === null ? null : this.shown.contentWindow;
      if (inner && inner.floorwatch && inner.floorwatch.placement) inner.floorwatch.placement.set(tile, place);
    }
  }

  floorwatch.Preview = Preview;
})((window.floorwatch = window.floorwatch || {}));
